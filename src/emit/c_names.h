// Names that a C or C++ program, or the library below it, has already.
#pragma once

#include <string_view>

namespace gradwright::emitting {

/// A word of the language, a macro or a type of a header, a function of the library: `round`, `malloc`, `errno`, `main`, `y0`.
[[nodiscard]] bool is_taken_in_c(std::string_view name);

}  // namespace gradwright::emitting
