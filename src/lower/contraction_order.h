// Σ a·b·c·… as products of two, in the order that costs least: exact for up to 7 factors (every split of every subset), greedy above.
//   cost of a product = Π of all its labels' extents + entries of its result
// Sums nested in one user are opened first, so that what batching or differentiation left apart is ordered as a whole.
#pragma once

#include <vector>

#include "ir/pool.h"

namespace gradwright {

/// Roots of the same value in which every summing Einsum has at most two operands, and a third that carries only what is summed; its out labels
/// are distinct and carried.
[[nodiscard]] std::vector<Expr> contraction_order(Pool&, const std::vector<Expr>& roots, const DimValues&);

}  // namespace gradwright
