// Operators and brackets, in ASCII and as they are typeset.
#pragma once

#include <string_view>

#include "read/formula/lexer.h"

namespace gradwright::formula {

struct Sign {
  std::string_view text;
  TokenKind kind;
};

/// The longest sign that the text begins with, or null.
[[nodiscard]] const Sign* sign_at(std::string_view text);
/// + .* > and the like: an operator of two operands.
[[nodiscard]] bool is_between_operands(TokenKind);
/// Whether a line that ends in it goes on below.
[[nodiscard]] bool goes_on(TokenKind);

}  // namespace gradwright::formula
