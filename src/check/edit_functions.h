// The functions of the worksheet language over Dense, by name. What is not here has no value and is asked of the sheet.
#pragma once

#include <span>
#include <string_view>

#include "check/edit_dense.h"

namespace gradwright::check {

/// A built-in function; no value for an unknown name, a wrong count or sizes it does not take.
[[nodiscard]] Dense called(Arena&, std::string_view name, std::span<const Dense> arguments);
/// f′, entry by entry, of a built-in function of one argument.
[[nodiscard]] Dense slope(Arena&, std::string_view name, const Dense&);
/// A function that works entry by entry on one argument.
[[nodiscard]] bool is_elementwise(std::string_view name);

}  // namespace gradwright::check
