// Layout: which axis of a derivative is its rows.
#pragma once

#include <string_view>

namespace gradwright {

/// numerator: ∂z/∂x is len(z)×len(x), chains grow to the right. denominator: its transpose, chains grow to the left.
/// gradient: a gradient has its variable's shape, a Jacobian is in numerator layout.
enum class Layout { gradient, numerator, denominator };

[[nodiscard]] constexpr std::string_view layout_name(Layout layout) {
  switch (layout) {
    case Layout::gradient: return "gradient";
    case Layout::numerator: return "numerator";
    case Layout::denominator: return "denominator";
  }
  return "gradient";
}

}  // namespace gradwright
