// Where an equation of a page begins and ends, and what beside it is said about it.
#pragma once

#include <vector>

#include "read/latex/interpreter.h"

namespace gradwright::latex {

/// Without the punctuation and the remarks at both ends.
[[nodiscard]] TexRow trimmed(TexRow);

/// One equation, trimmed.
struct Statement {
  TexRow row;
  bool implies_next = false;  ///< the next one follows from it: `\nabla_w L = 0 \Rightarrow …`
};

/// The row cut at `\\`, `\Rightarrow` and at commas between equations. `A = B =: g` says what g is: A = B, and g = B.
[[nodiscard]] std::vector<Statement> statements_of(const TexRow&);

/// `w \leftarrow w - \eta g`, `w_{t+1} = w_t - \eta g`: how a variable of the sheet changes, which is no equation that holds.
[[nodiscard]] bool is_update(const TexRow& equation, const Scope&);

/// `(m \times n)` behind a formula tells its size, and is left out: both are sizes of the sheet, or numbers.
[[nodiscard]] TexRow without_size_behind(TexRow side, const Scope&);

}  // namespace gradwright::latex
