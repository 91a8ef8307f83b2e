#include "lower/rewrite.h"

#include <algorithm>

namespace gradwright::lowering {

std::vector<Expr> rewritten(Pool& pool, const std::vector<Expr>& roots, const std::function<Expr(Expr)>& rule) {
  std::unordered_map<Expr, Expr> done;
  for (const Expr e : reachable(pool, roots)) {
    std::vector<Expr> operands = pool[e].operands;
    bool is_changed = false;
    for (Expr& operand : operands) {
      const Expr now = done.at(operand);
      is_changed = is_changed || now != operand;
      operand = now;
    }
    const Expr plain = is_changed ? rebuilt(pool, e, operands) : e;
    const Expr better = rule(plain);
    done[e] = better.is_none() ? plain : better;
  }
  std::vector<Expr> result;
  for (const Expr root : roots) result.push_back(done.at(root));
  return result;
}

Expr sum_without(Pool& pool, Expr sum, const std::vector<Expr>& terms) {
  std::vector<Term> rest;
  for (std::size_t i = 0; i < pool[sum].operands.size(); ++i) {
    const Expr term = pool[sum].operands[i];
    if (std::find(terms.begin(), terms.end(), term) == terms.end())
      rest.push_back({pool.payload<Coefficients>(sum).values[i], term});
  }
  return make_add(pool, Shape(pool.shape(sum)), rest);
}

Expr over_terms(Pool& pool, Expr einsum, std::size_t place) {
  const EinsumLabels labels = pool.payload<EinsumLabels>(einsum);
  std::vector<Factor> factors;
  for (std::size_t i = 0; i < labels.operands.size(); ++i)
    factors.push_back({pool[einsum].operands[i], labels.operands[i]});
  const Expr sum = factors[place].expr;
  const std::vector<Expr> parts = pool[sum].operands;
  const std::vector<Rational> coefficients = pool.payload<Coefficients>(sum).values;
  std::vector<Term> terms;
  for (std::size_t t = 0; t < parts.size(); ++t) {
    factors[place].expr = parts[t];
    terms.push_back({coefficients[t], make_einsum(pool, labels.out, factors, labels.dims)});
  }
  return make_add(pool, Shape(pool.shape(einsum)), terms);
}

Expr einsum_of(Pool& pool, const Labels& out, const std::vector<Factor>& operands, const Shape& dims,
               const Labels& factors) {
  constexpr Label unset = 0xffff;
  Labels number(dims.size(), unset);
  Shape used;
  const auto renamed = [&](const Labels& labels) {
    Labels result;
    for (const Label label : labels) {
      if (number[label] == unset) {
        number[label] = static_cast<Label>(used.size());
        used.push_back(dims[label]);
      }
      result.push_back(number[label]);
    }
    return result;
  };
  const Labels new_out = renamed(out);
  std::vector<Factor> new_operands;
  for (const Factor& operand : operands) new_operands.push_back({operand.expr, renamed(operand.labels)});
  (void)renamed(factors);
  return make_einsum(pool, new_out, new_operands, used);
}

}  // namespace gradwright::lowering
