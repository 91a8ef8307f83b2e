// Lexer: worksheet text → tokens. Line ends are tokens only where a statement ends; what cannot be read is an `error` token
// whose diagnostic is already made. Unicode operators come out as their plain kinds; spans point at what was written.
#pragma once

#include <string>
#include <vector>

#include "read/formula/characters.h"
#include "read/formula/reporter.h"
#include "source/text.h"

namespace gradwright::formula {

enum class TokenKind : std::uint8_t {
  end,
  newline,
  name,
  number,
  raw,
  error,
  plus,
  minus,
  star,
  slash,
  dot_star,
  dot_slash,
  backslash,
  kron,
  caret,
  dot_caret,
  double_star,  ///< `**`, which the language has not; neither has it the three below
  bar,
  double_bar,
  dot,  ///< of `W.T`, `np.exp`
  prime,
  top,
  less,
  less_equal,
  greater,
  greater_equal,
  equal_equal,
  equal,
  becomes,
  comma,
  semicolon,
  colon,
  tilde,
  times,
  element_of,
  left_paren,
  right_paren,
  left_bracket,
  right_bracket,
};

struct Token {
  TokenKind kind = TokenKind::end;
  Span span;
  std::string text;  ///< of a name or number; the superscript ⁻¹ lexes as `^`, `-` and a number, all with its span
  bool after_space = false;  ///< white space stands before it
};

/// The tokens from `begin` on. The last one is always `end`. Comments are dropped. Of text that is too long there are none.
[[nodiscard]] std::vector<Token> tokens_of(const Text&, Reporter&, std::size_t begin = 0);

}  // namespace gradwright::formula
