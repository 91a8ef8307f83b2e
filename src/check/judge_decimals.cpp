#include "check/decimals.h"
#include "check/judge.h"

namespace gradwright::check {

/// As the person wrote it. Digits that stand for a number without end say no more than they show: what is right with that number is right.
Verdict Judge::verdict(const std::string& gw, std::vector<Diagnostic>& reasons) {
  Verdict as_written = verdict_as_written(gw, reasons);
  if (as_written.is_right() || !as_written.conforms()) return as_written;
  const auto meant = without_decimals(gw, [&](std::string_view name) { return sheet_->shape_of(name).has_value(); });
  if (!meant) return as_written;
  std::vector<Diagnostic> ignored;
  Verdict found = verdict_as_written(meant->gw, ignored);
  if (!found.is_right()) return as_written;
  found.proved = false;
  found.is_of_digits = true;
  found.notes.insert(found.notes.begin(), meant->notes.begin(), meant->notes.end());
  return found;
}

}  // namespace gradwright::check
