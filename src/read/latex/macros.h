// Macros: \newcommand, \renewcommand, \providecommand, \def, \let, \DeclareMathOperator of a document, put in where they are used.
// What an expansion makes stands at the use in the text, so that every place a person is shown is in the formula.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "read/latex/tex.h"

namespace gradwright::latex {

struct Macro {
  std::size_t arguments = 0;
  bool has_default = false;  ///< the first argument is optional, in brackets
  std::vector<TexToken> fallback;
  std::vector<TexToken> body;
  std::size_t begin = 0;  ///< where it is defined: it holds from there on
};
/// By name, in order of definition.
using Macros = std::map<std::string, std::vector<Macro>>;

[[nodiscard]] Macros macros_of(std::string_view text);
/// Bounded: what grows without end is reported.
[[nodiscard]] std::vector<TexToken> expanded(std::vector<TexToken>, const Macros&, std::vector<Diagnostic>&);

}  // namespace gradwright::latex
