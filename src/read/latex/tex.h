// Tex: LaTeX mathematics as rows of nodes: brackets matched, scripts attached, spacing and styling gone. No meaning yet.
// tokens_of_tex (tex_tokens.cpp) → TexParser (tex_parser.cpp) → latex/interpreter.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "source/diagnostic.h"

namespace gradwright::latex {

enum class TexTokenKind : std::uint8_t { end, command, letter, digits, sign, open, close, sup, sub, prime, cell, line };

struct TexToken {
  TexTokenKind kind = TexTokenKind::end;
  std::string text;  ///< command without its backslash; letter: UTF-8
  Span span;
  bool after_space = false;
};

/// Tokens of [begin, end) of the text. Unicode operators and Greek letters come out as their commands.
[[nodiscard]] std::vector<TexToken> tokens_of_tex(std::string_view text, Span range);

enum class TexKind : std::uint8_t {
  letter,  ///< one letter; Greek by its name
  word,    ///< \mathrm{…}, \operatorname{…}, \tanh
  number,
  sign,   ///< an operator, by a plain name: + - * / = < > <= >= cdot times odot circ otimes comma …
  group,  ///< {…}
  fence,  ///< text is the opening bracket: ( [ { | || <
  matrix,
  fraction,    ///< parts: numerator, denominator
  root,        ///< parts: radicand, order
  accent,      ///< text: hat bar tilde dot vec; part: base
  blackboard,  ///< \mathbb, and \mathbf of a digit
  big,         ///< \sum \prod
  line,        ///< \\ outside a matrix; with the text `implies`: \Rightarrow, \iff
};

struct TexNode;
using TexRow = std::vector<TexNode>;

struct TexNode {
  TexKind kind = TexKind::letter;
  std::string text;
  Span span;
  bool after_space = false;
  std::vector<TexRow> parts;
  std::string separators;           ///< fence: `,` or `;` between parts
  std::vector<std::uint32_t> rows;  ///< matrix: cells a row
  TexRow sup, sub;
  int primes = 0;
  Span core;  ///< without its scripts; empty where it has none
  [[nodiscard]] bool has_scripts() const { return !sup.empty() || !sub.empty() || primes > 0; }
  [[nodiscard]] bool is_sign(std::string_view name) const { return kind == TexKind::sign && text == name; }
};

/// Tokens, an `end` last, as one row. What cannot be read is reported; the row is then empty.
[[nodiscard]] TexRow parsed_tex(std::string_view text, std::vector<TexToken> tokens, std::vector<Diagnostic>&);
[[nodiscard]] bool is_greek(std::string_view command);
[[nodiscard]] Span span_of(const TexRow&);

}  // namespace gradwright::latex
