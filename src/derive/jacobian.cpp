#include "derive/jacobian.h"

#include "derive/adjoint.h"
#include "ir/make.h"

namespace gradwright {

Expr derivative_of(Pool& pool, Expr of, Expr wrt) {
  Trace trace;
  return adjoints(pool, of, {wrt}, trace).of_wrt[0];
}

Expr substituted(Pool& pool, Expr root, const std::unordered_map<Expr, Expr>& replacement) {
  std::unordered_map<Expr, Expr> memo;
  for (const Expr id : reachable(pool, {root})) {
    if (const auto found = replacement.find(id); found != replacement.end()) {
      memo[id] = found->second;
      continue;
    }
    std::vector<Expr> operands;
    for (const Expr operand : pool[id].operands) operands.push_back(memo.at(operand));
    memo[id] = rebuilt(pool, id, operands);
  }
  return memo.at(root);
}

}  // namespace gradwright
