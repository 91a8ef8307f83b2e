// LaTeX mathematics → readings in the worksheet language, by the declared sizes.
// Juxtaposition is a matrix product where it conforms, else entry by entry where the sizes are equal; where two readings conform and differ,
// both are given, the most natural first. What a reading decided stands in its notes.
// tex.h (rows of nodes) → interpreter.h (meaning) → here (equations, documents).
#pragma once

#include <map>
#include <string>

#include "read/formula/open_sheet.h"
#include "read/reading/reading.h"

namespace gradwright {

struct LatexOptions {
  /// The size of what is claimed, where it is known: of two readings, the one that has it comes first.
  std::optional<Shape> wanted;
  /// Names of the person's own, beside those of the sheet.
  std::map<std::string, std::optional<Shape>> own;
  /// Indices that are free (`i` of ∂x_i/∂x_j).
  std::vector<std::string> indices;
};

/// Every equation of a formula; `\\` begins another one unless the next line goes on with `=` or an operator.
/// A name defined on the way (`\delta = …`) is known to the equations after it.
[[nodiscard]] ReadDocument read_latex(const Text&, Span, OpenSheet&, const LatexOptions& = {});
/// A whole .tex file: the mathematics of its align, equation, gather, multline, `\[ \]` and `$$ $$`, in order; of `$ $` and `\( \)` what
/// they say of derivatives by names of the sheet, and what they define.
[[nodiscard]] ReadDocument read_latex_document(const Text&, OpenSheet&, const LatexOptions& = {});

}  // namespace gradwright
