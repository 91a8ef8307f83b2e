#include "derive/jacobian.h"

#include "derive/adjoint.h"
#include "ir/make.h"

namespace gradwright {

Expr derivative_of(Pool& pool, Expr of, Expr wrt) {
  Trace trace;
  return adjoints(pool, of, {wrt}, trace).of_wrt[0];
}

Expr local_derivative(Pool& pool, Expr of, Expr wrt, const Names& names) {
  Names others = names;
  others.erase(of);
  const InputInfo free{"(local)", Role::cut, Property::none, pool.shape(wrt)};
  InputInfo info = free;
  if (pool.order(wrt) == 1) info.surface.push_back(pool.dims().one());
  const Expr variable = make_input(pool, info);
  Substitution forth(pool);
  forth.keep(others);
  forth.replace(wrt, variable);
  const Expr slope = derivative_of(pool, forth(of), variable);
  Substitution back(pool);
  back.replace(variable, wrt);
  return back(slope);
}

Expr Substitution::operator()(Expr root) {
  std::vector<Expr> waiting{root};
  while (!waiting.empty()) {
    const Expr e = waiting.back();
    if (done_.contains(e)) {
      waiting.pop_back();
      continue;
    }
    if (kept_ != nullptr && kept_->contains(e)) {
      done_[e] = e;
      continue;
    }
    std::vector<Expr> operands;
    bool ready = true;
    for (const Expr operand : pool_[e].operands) {
      const auto found = done_.find(operand);
      if (found != done_.end()) {
        operands.push_back(found->second);
        continue;
      }
      waiting.push_back(operand);
      ready = false;
    }
    if (ready) done_[e] = rebuilt(pool_, e, operands);
  }
  return done_.at(root);
}

Expr substituted(Pool& pool, Expr root, const std::unordered_map<Expr, Expr>& replacement) {
  Substitution substitution(pool);
  for (const auto& [from, to] : replacement) substitution.replace(from, to);
  return substitution(root);
}

}  // namespace gradwright
