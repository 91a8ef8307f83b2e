// The computations of a step that is divided into pieces: Σ of the losses and gradients of a piece, and the step made from the sums of
// all pieces.
#pragma once

#include "train/step_plans.h"

namespace gradwright {

struct PieceComputations {
  /// One a size of a piece. Outputs: Σ of the losses, then Σ of the gradients, parallel to the parameters. Where there is no batched
  /// form: one for one sample, which adds to `sums` instead.
  std::vector<SampleComputation> pieces;
  bool is_split = false;
  std::vector<Expr> sums;                  ///< inputs: Σ of the losses, then of the gradients
  std::vector<SampleComputation> applied;  ///< one a size of a step: reads `sums`, updates parameters and states
  Stepping stepping;
};

/// G0531: the sheet speaks of a batch, whose loss need not be a sum over samples. Errors of the update rule.
[[nodiscard]] tl::expected<PieceComputations, Diagnostic> piece_computations(Pool&, const TrainTask&, const UpdateRule&,
                                                                             const Samples&,
                                                                             const std::vector<std::size_t>& pieces,
                                                                             const std::vector<std::size_t>& steps);

}  // namespace gradwright
