// Lexer: worksheet text → tokens. Line ends are tokens only where a statement ends; what cannot be read is an `error` token
// whose diagnostic is already made. Unicode operators come out as their plain kinds; spans point at what was written.
#pragma once

#include <string>
#include <vector>

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
  std::string text;          ///< of a name or number; a superscript ² lexes as `^` and a number
  bool after_space = false;  ///< white space stands before it
};

/// The tokens from `begin` on. The last one is always `end`. Comments are dropped.
[[nodiscard]] std::vector<Token> tokens_of(const Text&, Reporter&, std::size_t begin = 0);

/// A code point at an offset of UTF-8 text; length 0 where it is malformed.
struct CodePoint {
  char32_t value = 0;
  std::uint32_t length = 0;
};
[[nodiscard]] CodePoint code_point_at(std::string_view text, std::size_t offset);

}  // namespace gradwright::formula
