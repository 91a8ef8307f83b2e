#include "lower/sizes.h"

#include <cstdlib>

#include "lower/graph.h"
#include "lower/rewrite.h"

namespace gradwright::lowering {
namespace {

/// A sum over a label that no operand carries is so many times the rest.
Expr counted(Pool& pool, Expr e, const DimValues& dims) {
  if (pool.kind(e) != Kind::einsum) return {};
  const EinsumLabels einsum = pool.payload<EinsumLabels>(e);
  const std::vector<bool> carried = carried_labels(einsum);
  Rational count = 1;
  for (Label label = 0; label < einsum.dims.size(); ++label) {
    if (carried[label] || contains(einsum.out, label)) continue;
    const auto size = pool.dims().value(einsum.dims[label], dims);
    if (!size) return {};
    count = count * Rational(*size);
  }
  if (count.is_one() || count.overflowed()) return {};
  std::vector<Factor> factors;
  for (std::size_t i = 0; i < einsum.operands.size(); ++i) factors.push_back({pool[e].operands[i], einsum.operands[i]});
  return scaled(pool, count, einsum_of(pool, einsum.out, factors, einsum.dims));
}

/// X^k by squaring: about 2·log₂(k) products.
Expr multiplied_out(Pool& pool, Expr e, const DimValues& dims) {
  if (pool.kind(e) != Kind::matrix || pool.payload<MatrixFunction>(e).kind != MatrixKind::power) return {};
  std::int64_t power = pool.dims().value(pool.payload<MatrixFunction>(e).exponent, dims).value_or(0);
  const Dim n = pool.shape(e)[0];
  const auto product = [&](Expr a, Expr b) { return einsum_of(pool, {0, 2}, {{a, {0, 1}}, {b, {1, 2}}}, {n, n, n}); };
  Expr base = pool[e].operands[0];
  if (power < 0) base = make_matrix(pool, MatrixKind::inverse, base);
  Expr made = make_identity(pool, n);
  for (power = std::abs(power); power > 0; power /= 2) {
    if (power % 2 == 1) made = product(made, base);
    if (power > 1) base = product(base, base);
  }
  return made;
}

}  // namespace

std::vector<Expr> with_known_sizes(Pool& pool, const std::vector<Expr>& roots, const DimValues& dims) {
  return rewritten(pool, roots, [&](Expr e) {
    const Expr product = multiplied_out(pool, e, dims);
    return product.is_none() ? counted(pool, e, dims) : product;
  });
}

}  // namespace gradwright::lowering
