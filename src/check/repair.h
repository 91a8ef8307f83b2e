// Repair: the smallest edits of a person's own formula that make it true, and the mistake they made, by name and place.
//   findings: claim, truth → mistakes and repairs, best first; every repair was judged in the sheet against the truth.
// Candidates are judged by numbers on small dense matrices first (check/edit_values.h); few reach the sheet.
// Read next: check/edit.h (the single edits), check/edit_search.h (which are tried, in which order), check/mistake.h (the names).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "present/present.h"
#include "read/formula/open_sheet.h"

namespace gradwright::check {

struct Edit {
  enum class Kind { transpose, swap, operator_, sign, constant, delete_, insert, replace };
  Kind kind = Kind::replace;
  std::string text;  ///< a phrase: "transpose W3"
  Span span;         ///< of the claim's text: what is changed (empty where something is inserted)
};
/// As the JSON writes it: "transpose", "swap", "operator" …
[[nodiscard]] std::string_view edit_name(Edit::Kind);

struct Repair {
  std::string gw;       ///< the person's own formula made true; names, order and notation kept
  bool proved = false;  ///< equal to the truth by normal forms, not only by numbers
  Aligned sized;        ///< with the size under every factor; only where it is taken apart
  std::vector<Edit> edits;
  std::string text;  ///< the line in the person's own notation, left side too; empty where it could not be said there
  std::string replacement;          ///< of it, what stands in place of what they wrote; of a formula in LaTeX or NumPy
  std::vector<std::string> drafts;  ///< of the replacement, until they are read back
};

struct Mistake {
  std::string name;  ///< "wrong-order", "missing-transpose" … (check/mistake.h lists them)
  Span span;         ///< of the claim's text: the smallest wrong sub-expression
  std::string text;  ///< one sentence, with sizes
};

/// A claim that is wrong, and what is true. The sheet has the names of both (a `wrt` that is defined is cut there).
struct RepairTask {
  OpenSheet& sheet;
  std::string claim;               ///< gw, as read; spans of the findings point into it
  std::vector<FreeIndex> indices;  ///< free indices of a claim about entries; first axes of `truth`
  Expr truth;                      ///< in the layout in force
  Shape truth_surface;             ///< {} scalar, {rows, cols}
  std::string truth_gw;            ///< with `where`, the truth as the program writes it; may be empty
  std::vector<WhereItem> where;
  std::string subject;  ///< what the claim is about: "∂L/∂W"
  /// A further test that a repair must pass to be shown first (it holds at sizes that do not coincide); may be empty.
  std::function<bool(const std::string& gw)> holds;
  std::uint64_t seed = 1;
  std::size_t most_repairs = 3;
  std::size_t most_trials = 25000;  ///< bounds the search
};

struct Findings {
  std::vector<Mistake> mistakes;  ///< those of the first repair, the gravest first
  std::vector<Repair> repairs;    ///< best first; empty: none was found
};

[[nodiscard]] Findings findings(const RepairTask&);
/// Of a literal array of which some entries are right and few are wrong: those alone are repaired. Nothing for other claims.
[[nodiscard]] std::optional<Findings> findings_in_entries(const RepairTask&);

}  // namespace gradwright::check
