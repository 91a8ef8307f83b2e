// A step along a direction that satisfies the strong Wolfe conditions: Nocedal & Wright, algorithms 3.5 and 3.6. Where the loss is too flat
// for its digits, the slopes alone decide (the approximate conditions of Hager & Zhang, 2005).
#pragma once

#include <functional>

namespace gradwright {

struct SlopeAt {
  double value = 0, slope = 0;
};
/// The length of the step; 0: none was found. `at(length)`: the loss there and its slope along the direction.
[[nodiscard]] double wolfe_step(const SlopeAt& start, double first, const std::function<SlopeAt(double)>& at);

}  // namespace gradwright
