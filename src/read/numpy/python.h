// Python, as far as array code needs it: tokens, expressions, and the lines that are read or left out. No meaning yet.
// python_tokens.cpp → python_parser.cpp → numpy/arrays.h.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "source/diagnostic.h"

namespace gradwright::numpy {

enum class PyTokenKind : std::uint8_t { end, newline, name, number, text, sign };

struct PyToken {
  PyTokenKind kind = PyTokenKind::end;
  std::string text;
  Span span;
  std::uint32_t indent = 0;  ///< of the first token of a line
};

/// Tokens of [begin, end); lines that a bracket or a backslash continues are one. What cannot be read is reported.
[[nodiscard]] std::vector<PyToken> tokens_of_python(std::string_view text, Span range, std::vector<Diagnostic>&);

enum class PyKind : std::uint8_t {
  number,
  name,
  text,
  unary,      ///< text: - + ~ not
  binary,     ///< text: the operator, comparisons and `and`, `or` included
  attribute,  ///< text: after the point
  call,       ///< child 0 is the function; keywords are `keyword`
  subscript,  ///< child 0 is the base
  slice,      ///< three children, null where empty
  keyword,    ///< text = child 0
  list,
  tuple,
  lambda,
  conditional,
  other
};

struct PyNode {
  PyKind kind = PyKind::other;
  std::string text;
  std::vector<const PyNode*> children;
  std::vector<std::string> parameters;  ///< of a lambda
  Span span;
};
using Py = const PyNode*;

struct PyStatement {
  enum class Kind { assignment, expression, definition, returned, other };
  Kind kind = Kind::other;
  Span span;
  std::uint32_t indent = 0;
  std::string word;         ///< the operator of `+=`; the name of a definition; what began another line
  std::vector<Py> targets;  ///< a = b = …: both
  Py value = nullptr;
  std::vector<std::string> parameters;  ///< of a definition
};

struct PyProgram {
  std::deque<PyNode> nodes;
  std::vector<PyStatement> statements;
};

/// Lines with an error are reported and left out.
[[nodiscard]] PyProgram parsed_python(std::string_view text, Span range, std::vector<Diagnostic>&);

}  // namespace gradwright::numpy
