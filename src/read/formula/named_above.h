// Names of the lines above a place of a sheet, found before anything is parsed.
#pragma once

#include <string>
#include <string_view>

namespace gradwright::formula {

/// Ax as A*x where a line above declares or defines both of these, and none Ax.
[[nodiscard]] std::string parted_names(std::string_view above, const std::string& text);

}  // namespace gradwright::formula
