// Where an equation of a page begins and ends, and what beside it is said about it.
#pragma once

#include <vector>

#include "read/latex/interpreter.h"

namespace gradwright::latex {

/// Without the punctuation and the remarks at both ends.
[[nodiscard]] TexRow trimmed(TexRow);

/// The row cut at `\\` and at commas between equations, each trimmed. `A = B =: g` says what g is: A = B, and g = B.
[[nodiscard]] std::vector<TexRow> equations_of(const TexRow&);

/// `(m \times n)` behind a formula tells its size, and is left out: both are sizes of the sheet, or numbers.
[[nodiscard]] TexRow without_size_behind(TexRow side, const Scope&);

}  // namespace gradwright::latex
