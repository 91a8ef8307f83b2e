// Signs: a sum and its negative are one node, so that what value and gradient share is computed once: in ‖T − UVᵀ‖² the value has T − UVᵀ
// and the gradient −2(T − UVᵀ)V, which differentiation writes as 2(UVᵀ − T)V.
#pragma once

#include <vector>

#include "ir/pool.h"

namespace gradwright::lowering {

/// A sum within a product begins with a positive coefficient; its sign goes before the product.
[[nodiscard]] std::vector<Expr> with_signs_outside(Pool&, const std::vector<Expr>& roots);

}  // namespace gradwright::lowering
