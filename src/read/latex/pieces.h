// Where mathematics stands in the text of a LaTeX document.
#pragma once

#include <string_view>
#include <vector>

#include "source/text.h"

namespace gradwright::latex {

struct Piece {
  Span span;               ///< without what opens and closes it
  bool is_inline = false;  ///< within a line of text
};

/// Displayed environments, `\[ \]` and `$$ $$`; within a line, `$ $` and `\( \)`; in order. Comments and verbatim text have none.
[[nodiscard]] std::vector<Piece> pieces_of(std::string_view text);

}  // namespace gradwright::latex
