// The meaning of a plan: its loops run one index at a time, in float64. What back-ends are compared with, and what runs where
// there is none.
#pragma once

#include <span>

#include "lower/plan.h"

namespace gradwright {

/// One run over a workspace of plan.workspace numbers.
void interpreted(const Plan&, std::span<double> workspace);
/// x op y op z as a plan means it; operations that read no memory.
[[nodiscard]] double scalar_result(Op, double x, double y, double z);

}  // namespace gradwright
