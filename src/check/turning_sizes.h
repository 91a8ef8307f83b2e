// Turning sizes: `n < 50` is met one way at all sizes that points have. So each condition over sizes alone is followed along each symbol, to sizes
// that are too large to compute with, and wherever it turns there are sizes just before and just after.
#pragma once

#include <vector>

#include "ir/pool.h"

namespace gradwright::check {

/// They exist at these sizes, and cost little to evaluate.
[[nodiscard]] bool is_cheap(const Pool&, const std::vector<Expr>& nodes, const DimValues& sizes);

struct TurningSizes {
  std::vector<DimValues> sizes;  ///< cheap ones, just before and just after each turn
  bool is_complete = true;       ///< each side that was found has a size among the cheap ones
};
/// Sizes about those at which a condition over sizes alone turns, a logarithm or a root of sizes ends, or a divisor made of sizes is 0.
[[nodiscard]] TurningSizes turning_sizes(const Pool&, const std::vector<Expr>& nodes);

}  // namespace gradwright::check
