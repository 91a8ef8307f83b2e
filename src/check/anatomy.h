// Anatomy: a formula taken apart: the size of every factor, where it comes from, and where sizes do not meet.
#pragma once

#include <string>
#include <vector>

#include "read/formula/open_sheet.h"
#include "source/columns.h"

namespace gradwright::check {

struct SizedPart {
  Span span;  ///< of the formula
  std::string size;
};

/// An operator whose two sides do not conform.
struct SizeBreak {
  SizedPart left, right;
  Span op;
};

struct Anatomy {
  std::vector<SizedPart> factors;       ///< names, calls and literals with a size, from left to right
  std::vector<SizeBreak> breaks;        ///< empty: all of it conforms
  std::vector<Span> operators;          ///< of products and sums
  std::vector<std::string> transposed;  ///< names that stand transposed
  std::vector<std::string> origins;     ///< "`W3` is 2×3 (declared line 4)", one a name
};

[[nodiscard]] Anatomy anatomy_of(OpenSheet&, const std::string& gw);
/// The formula, under it the size of every factor, and under that each break: its sides in brackets, ✗ under the operator.
[[nodiscard]] Aligned sized_lines(const Anatomy&, const std::string& gw);

}  // namespace gradwright::check
