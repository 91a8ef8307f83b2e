// A chain, side by side: readings, verdicts, mistakes, repairs, what follows from what.
#include "check/checking.h"

namespace gradwright::check {

void Checking::chain(const std::vector<ReadSide>& sides, const std::string& of, const std::string& wrt,
                     const SubjectParts& parts) {
  Expr above;
  layout_of_line_.reset();
  for (std::size_t index = 0; index < sides.size(); ++index) {
    if (!is_wanted(sides[index].span) || rests_on_errors(sides[index])) continue;
    JudgedSide judged = side(sides[index], of, wrt);
    judged.index = index;
    judged.parts = parts;
    const SheetValue value = judged.reading.empty() ? SheetValue{} : judge_.value(judged.reading);
    if (index > 0 && !above.is_none() && value.is_good())
      judged.follows = equivalent(judge_.sheet().pool(), judge_.forms(), above, value.expr, 4).is_equal();
    else if (index > 0)
      judged.follows = false;
    above = value.is_good() ? value.expr : Expr{};
    names_.put_into(judged);
    result_.sides.push_back(std::move(judged));
  }
}

/// It cannot be read for a definition of the sheet that has an error.
bool Checking::rests_on_errors(const ReadSide& side) {
  if (is_sheet_good_ || !side.readings.empty() || side.diagnostics.empty()) return false;
  const std::vector<Definition>& definitions = judge_.sheet().program().definitions;
  const auto* unknown = side.diagnostics[0].fact_as<UnknownName>();
  return unknown != nullptr && std::any_of(definitions.begin(), definitions.end(), [&](const Definition& one) {
           return one.expr.is_none() && one.name == unknown->name;
         });
}

JudgedSide Checking::side(const ReadSide& read, const std::string& of, const std::string& wrt) {
  JudgedSide judged;
  judged.of = of;
  judged.wrt = wrt;
  judged.span = read.span;
  judged.line = result_.text.place(read.span.begin).line;
  judged.written = std::string(result_.text.slice(read.span));
  judged.truth = judge_.truth_formula();
  judged.truth_size = judge_.sheet().size_text(judge_.truth().surface);
  if (read.readings.empty()) {
    judged.verdict.kind = is_about_reading(read.diagnostics) ? VerdictKind::unread : VerdictKind::nonconforming;
    judged.diagnostics = read.diagnostics;
    return judged;
  }
  const Reading* best = nullptr;
  std::size_t conforming = 0;
  for (const Reading& reading : read.readings) {
    std::vector<Diagnostic> reasons;
    Verdict verdict = judge_.verdict(reading.gw, reasons);
    conforming += verdict.conforms() ? 1 : 0;
    if (best != nullptr)
      judged.other_readings.push_back(reading.gw + " (" + std::string(verdict_name(verdict.kind)) + ")");
    if (best != nullptr && rank(verdict) >= rank(judged.verdict)) continue;
    if (best != nullptr)
      judged.other_readings.back() = best->gw + " (" + std::string(verdict_name(judged.verdict.kind)) + ")";
    best = &reading;
    judged.verdict = std::move(verdict);
    judged.reading = reading.gw;
    judged.reading_notes = reading.notes;
    for (Diagnostic& reason : reasons) move_into_text(reason, reading);
    judged.diagnostics = std::move(reasons);
  }
  if (best->layout) layout_of_line_ = best->layout;
  if (layout_of_line_ && is_in_layout(judged.verdict, *layout_of_line_)) {
    judged.verdict.kind = VerdictKind::equal;
    judged.verdict.notes.push_back(fmt::format("the left side is read in {} layout too: one layout for all of a line",
                                               layout_name(*layout_of_line_)));
  }
  const bool would_be_right = judged.verdict.is_right();
  if (read.fault) {
    judged.verdict = {};
    judged.verdict.kind = VerdictKind::nonconforming;
    judged.diagnostics = {*read.fault};
  }
  if (judged.verdict.conforms()) judged.size = judge_.sheet().size_text(judged.verdict.surface);
  const bool is_entry = !judge_.truth().indices.empty();
  if (options_.anatomy && !is_entry) judged.anatomy = anatomy_of(judge_.sheet(), judged.reading);
  if (options_.repairs) {
    if (read.fault && would_be_right)
      judged.repairs.push_back(
          {judged.reading, false, {}, {{Edit::Kind::operator_, read.fault->helps.front(), {}}}, {}, {}, {}});
    else
      judge_.find_mistakes(judged);
    for (Repair& repair : judged.repairs) {
      repair.proved = judge_.is_proved(repair.gw);
      if (!own_) repair.text = std::string(result_.text.slice(left_)) + " = " + repair.gw;
      if (options_.anatomy && !is_entry) repair.sized = names_.sized(anatomy_of(judge_.sheet(), repair.gw), repair.gw);
    }
    move_findings(judged, best->map);
    if (own_) own_->draft(judged, *best, judge_.sheet(), judge_.truth().indices, left_);
  }
  if (!judged.verdict.conforms() && is_about_reading(judged.diagnostics)) judged.verdict.kind = VerdictKind::unread;
  leave_outside(judged);
  std::vector<std::string> own;
  for (const Definition& definition : judge_.sheet().program().definitions) {
    if (stands_in(judged.reading, definition.name)) own.push_back(definition.name);
  }
  for (std::string& note : judge_.own_names(own)) judged.verdict.notes.push_back(std::move(note));
  return judged;
}

/// Right where the left side is read in the layout of the right one, and nobody stated another: its transpose in the layout in force.
bool Checking::is_in_layout(const Verdict& verdict, Layout layout) {
  if (options_.layout || judge_.sheet().program().states_layout) return false;
  const bool is_gradient = judge_.truth().is_gradient;
  const auto is_turned = [&](Layout one) { return one == (is_gradient ? Layout::numerator : Layout::denominator); };
  return verdict.kind == VerdictKind::equal_transposed && is_turned(layout) != is_turned(judge_.layout());
}

/// Papers take what is outside of an array for 0, or leave it out, and do not say which.
void Checking::leave_outside(JudgedSide& judged) const {
  const bool is_outside = own_ && own_->notation() == Notation::latex && !judged.verdict.conforms() &&
                          !judged.diagnostics.empty() && judged.diagnostics[0].code == "G0212" &&
                          judged.diagnostics[0].fact_as<SizeMismatch>() != nullptr;
  if (!is_outside) return;
  judged.verdict.kind = VerdictKind::unread;
  judged.diagnostics[0].note("where a paper means 0 outside, it does not say so: this is not judged");
}

/// From the line below the sheet back to where the person wrote it.
void Checking::move_into_text(Diagnostic& diagnostic, const Reading& reading) const {
  const std::uint32_t begin = const_cast<Judge&>(judge_).sheet().line_begin();
  const auto moved = [&](Span span) {
    if (span.begin < begin) return span;
    return reading.map.source_of({span.begin - begin, span.end - begin});
  };
  diagnostic.span = moved(diagnostic.span);
  for (SpanLabel& label : diagnostic.labels) label.span = moved(label.span);
  for (FixIt& fixit : diagnostic.fixits) fixit.span = moved(fixit.span);
}

}  // namespace gradwright::check
