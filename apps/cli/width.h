// How wide the terminal is.
#pragma once

#include <cstddef>

namespace gradwright::cli {

/// Columns of what a descriptor writes to: COLUMNS where it is a number, else what the terminal says, else 80; at least 20.
[[nodiscard]] std::size_t terminal_width(int descriptor);

}  // namespace gradwright::cli
