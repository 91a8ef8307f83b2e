// Own notation: a repair as the person would write it, in LaTeX or NumPy, in place of what they wrote.
//   drafts: several ways to write it, the nearest to theirs first → read back: the first that is judged right, read anew in its place, is shown.
// Read next: own_printer.h (how a draft is written).
#pragma once

#include <functional>

#include "check/check.h"
#include "check/own_source.h"
#include "read/latex/latex.h"

namespace gradwright::check {

class OwnNotation {
 public:
  OwnNotation(Notation notation, const Text& text) : notation_(notation), text_(text) {}

  [[nodiscard]] Notation notation() const { return notation_; }
  /// Its names are written so in the other formulas too.
  void learn(const Reading&);
  void learn(const ReadDocument&);
  /// Drafts of the repairs of a side that was read so. `left` is the left side as written.
  void draft(JudgedSide&, const Reading&, OpenSheet&, const std::vector<FreeIndex>&, Span left) const;
  /// The formula `gw`, which repairs the reading, as the person might write it; the nearest to theirs first.
  [[nodiscard]] std::vector<std::string> drafts(const Reading&, const std::string& gw, OpenSheet&,
                                                const std::vector<FreeIndex>&) const;

 private:
  Notation notation_;
  const Text& text_;
  std::map<std::string, std::string, std::less<>> names_;
};

/// From the reading back to where the person wrote it: the places of mistakes and edits.
void move_findings(JudgedSide&, const SourceMap&);
/// Of each repair the first draft that is judged right where it stands; the others are dropped. `again` checks the text with a draft in it.
void read_back(Checked&, const CheckOptions&, const std::function<Checked(const Text&, const CheckOptions&)>& again);

}  // namespace gradwright::check
