// check: every claim of a sheet, or of a LaTeX or Python file beside it, judged line by line.
//   a side → its readings → a verdict each, the best one counts → mistakes and repairs where it is not equal.
// Read next: judge.h (one expression), verdict.h (what is found), report.h (as a diagnostic).
#pragma once

#include <optional>
#include <vector>

#include "check/own_source.h"
#include "check/verdict.h"

namespace gradwright::check {

struct CheckOptions {
  std::optional<Layout> layout;  ///< overrides the sheet's `layout` line
  bool repairs = true;           ///< mistakes and repairs are looked for
  bool anatomy = false;          ///< formulas and repairs are taken apart: sizes of all factors
  std::optional<Span> within;    ///< only sides that begin here are judged; definitions are still read
};

struct Checked {
  std::vector<JudgedSide> sides;
  std::vector<Diagnostic> diagnostics;  ///< of the text as a whole: what cannot be read, what nobody asked
  Text text;                            ///< what the spans point into
  std::vector<Diagnostic> of_sheet;     ///< of a document: the errors of its worksheet; their spans point into that
  /// The input is at fault: the text, its worksheet, or a claim that cannot be read.
  [[nodiscard]] bool has_errors() const;
  [[nodiscard]] bool has_wrong_claims() const;
  [[nodiscard]] bool is_all_right() const;
};

[[nodiscard]] Checked checked(const Text& sheet, const CheckOptions& = {});
/// Claims of a whole file in another notation; its network is the sheet's.
[[nodiscard]] Checked checked_document(const Text& document, Notation, const Text& sheet, const CheckOptions& = {});

}  // namespace gradwright::check
