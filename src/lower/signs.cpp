#include "lower/signs.h"

#include <algorithm>

#include "lower/rewrite.h"

namespace gradwright::lowering {
namespace {

bool is_negative(const Pool& pool, Expr e) {
  return pool.kind(e) == Kind::add && !pool[e].operands.empty() &&
         pool.payload<Coefficients>(e).values.front() < Rational(0);
}

/// Each term has the opposite sign: the sum of the same terms, as -(a - b) would not be.
Expr opposite_of(Pool& pool, Expr sum) {
  const std::vector<Expr> terms = pool[sum].operands;
  const Coefficients coefficients = pool.payload<Coefficients>(sum);
  std::vector<Term> opposite;
  for (std::size_t t = 0; t < terms.size(); ++t) opposite.push_back({-coefficients.values[t], terms[t]});
  return make_add(pool, Shape(pool.shape(sum)), opposite);
}

Expr product_of_positive_sums(Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::einsum) return {};
  const std::vector<Expr> operands = pool[e].operands;
  const auto negatives = std::count_if(operands.begin(), operands.end(), [&](Expr o) { return is_negative(pool, o); });
  if (negatives == 0) return {};
  const EinsumLabels einsum = pool.payload<EinsumLabels>(e);
  std::vector<Factor> factors;
  for (std::size_t i = 0; i < operands.size(); ++i)
    factors.push_back(
        {is_negative(pool, operands[i]) ? opposite_of(pool, operands[i]) : operands[i], einsum.operands[i]});
  const Expr product = make_einsum(pool, einsum.out, factors, einsum.dims);
  return negatives % 2 == 0 ? product : negated(pool, product);
}

}  // namespace

std::vector<Expr> with_signs_outside(Pool& pool, const std::vector<Expr>& roots) {
  return rewritten(pool, roots, [&](Expr e) { return product_of_positive_sums(pool, e); });
}

}  // namespace gradwright::lowering
