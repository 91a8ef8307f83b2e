// Curvature of a task's loss by its parameters, block by block: for i ≤ j, with the axes of parameter i, then of parameter j.
#pragma once

#include <tl/expected.hpp>
#include <vector>

#include "train/task.h"

namespace gradwright {

/// ∂²L/∂θᵢ∂θⱼ
[[nodiscard]] std::vector<Expr> hessian_blocks(Pool&, const TrainTask&);
/// Gauss–Newton: Jᵢᵀ·H·Jⱼ with J = ∂z/∂θ and H = ∂²L/∂z²; z is the prediction, or the formula under its softmax or sigmoid where the loss takes
/// the logarithm of the prediction. What the loss says of the parameters besides (a penalty) is added with its own second derivatives. As far
/// as the loss is convex in z, the matrix is positive semidefinite. G0306: the loss has no such z.
[[nodiscard]] tl::expected<std::vector<Expr>, Diagnostic> gauss_newton_blocks(Pool&, const TrainTask&);

}  // namespace gradwright
