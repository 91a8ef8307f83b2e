#include "ir/evaluate.h"

#include "ir/doubles.h"
#include "ir/evaluation.h"

namespace gradwright {
std::vector<Tensor> evaluate(const Pool& pool, const std::vector<Expr>& roots, const Bindings& bindings) {
  return evaluation::Evaluation<double, Doubles>(pool, bindings.dims, bindings.inputs).values(roots);
}

Tensor evaluate(const Pool& pool, Expr root, const Bindings& bindings) {
  return evaluate(pool, std::vector<Expr>{root}, bindings)[0];
}

std::vector<Expr> missing_bindings(const Pool& pool, const std::vector<Expr>& roots, const Bindings& bindings) {
  std::vector<Expr> missing;
  for (const Expr e : reachable(pool, roots)) {
    if (pool.kind(e) == Kind::input && !bindings.inputs.contains(e)) missing.push_back(e);
  }
  return missing;
}

}  // namespace gradwright
