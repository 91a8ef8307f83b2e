// A matrix times a vector, where the matrix is a sum over transposes: (A + Aᵀ)x is Ax + Aᵀx, each read along memory.
#pragma once

#include <vector>

#include "ir/pool.h"

namespace gradwright {

/// The same roots; products of a vector with a sum whose terms stand in memory in different orders are sums of products. What such a sum
/// and another formula have in common, as Aᵀx in xᵀAx and its gradient, is then one node.
[[nodiscard]] std::vector<Expr> distributed(Pool&, const std::vector<Expr>& roots);

}  // namespace gradwright
