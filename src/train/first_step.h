// Before the first step: the program that will make the steps computes what the sheet says.
#pragma once

#include <optional>

#include "train/engine.h"

namespace gradwright {

/// Value and gradients of the loss, compiled as the steps are, on a few samples against the slope of the sheet's own formula along a direction.
/// G0904 where they differ, with the parameter.
[[nodiscard]] std::optional<Diagnostic> checked_before_training(Pool&, const TrainTask&, const Samples&,
                                                                const EngineOptions&,
                                                                const std::vector<Tensor>& parameters);

}  // namespace gradwright
