// Methods that take all samples a step: L-BFGS, and steps by a formula of the curvature (Newton, Gauss–Newton). All parameters are one column.
// Loss, gradients and curvature are computed by an engine of their own, compiled once, in float64.
// Methods: Nocedal & Wright, Numerical Optimization, 2nd ed., ch. 3 (line search), 7 (L-BFGS), 10 (Gauss–Newton, Levenberg–Marquardt).
#pragma once

#include "train/engine.h"

namespace gradwright {

/// A step over the column of all parameters: `next` is a formula of the inputs beside it.
struct StackedStep {
  Expr theta, g;   ///< R[n]
  Expr curvature;  ///< R[n,n], symmetric
  Expr t, norm, loss;
  Expr damping;            ///< 0 while steps lower the loss; grows where one does not
  bool is_damped = false;  ///< whether `next` looks at it
  std::vector<Expr> states;
  std::vector<Expr> next;  ///< of theta, then of the states
};

struct FullBatch {
  std::size_t history = 10;  ///< of L-BFGS
  /// None: L-BFGS.
  std::function<tl::expected<StackedStep, Diagnostic>(Pool&, std::size_t parameters)> step;
  /// Second derivatives of the loss of a sample, or what stands for them: for i ≤ j, with the axes of parameter i, then of j.
  std::function<tl::expected<std::vector<Expr>, Diagnostic>(Pool&, const TrainTask&)> curvature;
};

constexpr std::size_t most_curved_parameters = 2000;

/// Errors: G0510 too many parameters for their square.
[[nodiscard]] tl::expected<std::unique_ptr<Engine>, Diagnostic> full_batch_engine(Pool&, const TrainTask&,
                                                                                  const Samples&, const EngineOptions&);

}  // namespace gradwright
