// Own notation: a repair as the person would write it, in LaTeX or NumPy, in place of what they wrote.
//   drafts: several ways to write it, the nearest to theirs first → read back: the first that is judged right, read anew in its place, is shown.
// Read next: own_printer.h (how a draft is written).
#pragma once

#include <functional>

#include "check/check.h"
#include "check/own_source.h"
#include "check/verdict.h"

namespace gradwright::check {

class OwnNotation {
 public:
  OwnNotation(Notation notation, const Text& text) : notation_(notation), text_(text) {}

  /// Its names are written so in the other formulas too.
  void learn(const Reading&);
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

/// Whether, in this text, what the side claims is right where it begins within the span.
using ReadBack = std::function<bool(const Text&, Span, const JudgedSide&)>;
/// Of each repair the first draft that is right where it stands; the others are dropped.
void read_back(const Text&, JudgedSide&, const ReadBack&);

/// The same for all sides of a check, judged by `again`: the check of another text with these options.
void read_back(Checked&, const CheckOptions&, const std::function<Checked(const Text&, const CheckOptions&)>& again);

}  // namespace gradwright::check
