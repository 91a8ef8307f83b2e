// Decimals: a number written out in digits for one that has no end: 3.14159 for pi, 0.333333 for 1/3, 0.398942 for 1/sqrt(2*pi).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradwright::check {

struct WithoutDecimals {
  std::string gw;                  ///< the formula with the numbers that are meant
  std::vector<std::string> notes;  ///< "`3.14159` stands for `pi`, of which it has the digits"
};

/// Nothing where no number has the digits of one that people know: five at least, rounded or cut off.
/// `is_name`: what the sheet has a name for means that there.
[[nodiscard]] std::optional<WithoutDecimals> without_decimals(const std::string& gw,
                                                              const std::function<bool(std::string_view)>& is_name);

}  // namespace gradwright::check
