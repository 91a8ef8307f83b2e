#include "lower/distribute.h"

#include <algorithm>

#include "lower/rewrite.h"

namespace gradwright {
namespace {

using namespace lowering;

bool is_transposition(const Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::einsum || pool[e].operands.size() != 1) return false;
  const auto& einsum = pool.payload<EinsumLabels>(e);
  return einsum.dims.size() == 2 && einsum.operands[0].size() == 2 && einsum.out == Labels{0, 1} &&
         einsum.operands[0] == Labels{1, 0};
}

/// A sum of matrices that stand in memory, some as they are and some transposed.
bool mixes_orders(const Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::add || pool.order(e) != 2) return false;
  const std::vector<Expr>& terms = pool[e].operands;
  const auto turned = std::count_if(terms.begin(), terms.end(), [&](Expr t) { return is_transposition(pool, t); });
  return turned > 0 && turned < static_cast<std::ptrdiff_t>(terms.size()) &&
         std::none_of(terms.begin(), terms.end(), [&](Expr t) { return pool.kind(t) == Kind::literal; });
}

Expr product_of_terms(Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::einsum || pool.order(e) > 1) return {};
  const std::vector<Expr> operands = pool[e].operands;
  const auto matrix = std::find_if(operands.begin(), operands.end(), [&](Expr one) { return mixes_orders(pool, one); });
  const bool is_with_vectors = std::all_of(operands.begin(), operands.end(),
                                           [&](const Expr& one) { return &one == &*matrix || pool.order(one) <= 1; });
  if (matrix == operands.end() || operands.size() < 2 || !is_with_vectors) return {};
  return over_terms(pool, e, static_cast<std::size_t>(matrix - operands.begin()));
}

}  // namespace

std::vector<Expr> distributed(Pool& pool, const std::vector<Expr>& roots) {
  return rewritten(pool, roots, [&](Expr e) { return product_of_terms(pool, e); });
}

}  // namespace gradwright
