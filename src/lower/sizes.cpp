#include "lower/sizes.h"

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

}  // namespace

std::vector<Expr> with_known_sizes(Pool& pool, const std::vector<Expr>& roots, const DimValues& dims) {
  return rewritten(pool, roots, [&](Expr e) { return counted(pool, e, dims); });
}

}  // namespace gradwright::lowering
