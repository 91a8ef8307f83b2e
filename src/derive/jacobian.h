// Derivatives as tensors, second derivatives, and substitution.
#pragma once

#include <unordered_map>

#include "ir/pool.h"

namespace gradwright {

/// ∂of/∂wrt with the axes of `of`, then those of `wrt`.
[[nodiscard]] Expr derivative_of(Pool&, Expr of, Expr wrt);
/// root with nodes replaced by others of the same shape.
[[nodiscard]] Expr substituted(Pool&, Expr root, const std::unordered_map<Expr, Expr>& replacement);

}  // namespace gradwright
