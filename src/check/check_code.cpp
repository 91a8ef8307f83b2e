// Assignments of NumPy code, the readings of it against each other.
#include "check/checking.h"

namespace gradwright::check {

void Checking::code(const ReadCode& code) {
  for (const Diagnostic& one : code.diagnostics) report(one);
  std::optional<JudgedCode> best;
  std::size_t conforming = 0;
  for (const NumpyReading& reading : code.readings) {
    JudgedCode judged = judged_code(reading);
    conforming += judged.conforms ? 1 : 0;
    if (!best || judged.rank < best->rank) best = std::move(judged);
  }
  if (!best) return;
  for (JudgedSide& side : best->sides) result_.sides.push_back(std::move(side));
}

bool Checking::is_defined(const std::string& name) {
  const Definition* found = judge_.sheet().program().definition(name);
  return found != nullptr && !found->expr.is_none();
}

/// False where it claims nothing.
bool Checking::judge_assignment(const NumpyAssignment& one, bool is_last) {
  ReadSide side;
  side.span = one.span;
  side.readings.push_back(one.reading);
  side.fault = one.fault;
  const std::vector<Claimed> claimed = claimed_by_name(judge_.sheet(), one.target);
  const Claimed best = claimed.empty() ? Claimed{} : nearest(claimed, {side});
  const bool is_value = claims_values_ && is_defined(one.target);
  const bool is_asked = is_value ? judge_.ask_identity(one.target)
                                 : judge_.ask({best.of, {}, one.target_span}, {best.wrt, {}, one.target_span});
  // (n,) goes on as a row where rows are meant
  const auto is_meant = [&](const Reading& reading) { return reading.surface == judge_.truth().surface; };
  if (is_asked && one.as_row && !is_meant(one.reading) && is_meant(*one.as_row)) side.readings = {*one.as_row};
  const bool is_judged = is_asked && is_wanted(one.span);
  if (is_judged)
    chain({side}, best.of, best.wrt);
  else if (is_last && result_.sides.empty() && is_wanted(one.span))
    recognise({side}, one.span, one.target);
  else if (is_last && one.target.empty())
    nameless(side);
  // What rests on a line that does not conform was read without a size: an axis of it may be another one.
  const bool is_unsure = is_judged && !one.reading.surface && judge_.has_stand_ins() &&
                         judge_.value(one.reading.gw).is_good() && !result_.sides.back().verdict.is_right();
  if (is_unsure) {
    result_.sides.pop_back();
    report(gradwright::note("G0613", "this line is left out: what it uses does not conform").at(one.span));
  }
  if ((is_unsure || !judge_.define(one.name, one.reading.gw)) && is_asked && !is_value)
    judge_.stand_in(one.name, best.of, best.wrt);
  return is_judged && !is_unsure;
}

/// A name that was right for a node of the sheet, and then goes on to a node before it: `dA = …` then `dA *= A > 0`.
/// What a declared name ends as is what is claimed of it, and no slope is a mere number.
bool Checking::goes_on(const JudgedSide& right, const JudgedSide& later, const NumpyAssignment& line) {
  if (!right.verdict.is_right() || later.verdict.is_right()) return false;
  if (judge_.sheet().program().definition(right.wrt) == nullptr) return false;
  return later.verdict.kind != VerdictKind::scaled || recognised(line.reading.gw, line.target_span, {}).has_value();
}

/// What is said of a value that goes on to something else; nothing where that is a derivative of the loss too.
std::string Checking::changed_note(const NumpyAssignment& line) {
  if (recognised(line.reading.gw, line.target_span, {})) return {};
  const std::size_t row = result_.text.place(line.span.begin).line;
  return fmt::format(
      "line {} changes `{}`: what it is from there on is no derivative of the loss by a name of the sheet", row,
      line.target);
}

Checking::JudgedCode Checking::judged_code(const NumpyReading& reading) {
  JudgedCode result;
  Checking own(judge_.text(), result_.text, options_);
  own.is_sheet_good_ = is_sheet_good_;
  own.own_.emplace(Notation::numpy, result_.text);
  for (const NumpyAssignment& one : reading.assignments) {
    own.own_->learn(one.reading);
    own.names_.add(one.name, one.target);
  }
  const auto& lines = reading.assignments;
  own.claims_values_ = !lines.empty() && own.is_defined(lines.back().target) &&
                       std::ranges::all_of(lines, [&](const NumpyAssignment& one) {
                         return claimed_by_name(own.judge_.sheet(), one.target).empty();
                       });
  std::map<const NumpyAssignment*, std::size_t> side_of;  // place of its side
  std::vector<bool> is_dropped;
  for (const NumpyAssignment& one : reading.assignments) {
    const bool is_judged = own.judge_assignment(one, &one == &reading.assignments.back());
    is_dropped.resize(own.result_.sides.size(), false);
    const NumpyAssignment* before = continued(reading.assignments, one);
    const auto earlier = side_of.find(before);
    if (is_judged) side_of[&one] = own.result_.sides.size() - 1;
    if (!is_judged || earlier == side_of.end()) continue;
    const std::size_t first = earlier->second, second = own.result_.sides.size() - 1;
    const JudgedSide& old = own.result_.sides[first];
    const bool is_last_claimed =
        adds_to(one.reading.gw, before->name) || !own.goes_on(old, own.result_.sides[second], one);
    std::vector<std::string>& notes = own.result_.sides[second].reading_notes;
    notes.insert(notes.begin(), old.reading_notes.begin(), old.reading_notes.end());
    is_dropped[is_last_claimed ? first : second] = true;
    if (is_last_claimed) continue;
    side_of[&one] = first;
    if (const std::string changed = own.changed_note(one); !changed.empty())
      own.result_.sides[first].reading_notes.push_back(changed);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < own.result_.sides.size(); ++i) {
    if (is_dropped[i]) continue;
    if (kept != i) own.result_.sides[kept] = std::move(own.result_.sides[i]);
    ++kept;
  }
  own.result_.sides.resize(kept);
  for (const JudgedSide& side : own.result_.sides) {
    result.rank += rank(side.verdict);
    result.conforms = result.conforms && side.verdict.conforms();
  }
  if (own.result_.sides.empty()) result.rank = 1000;
  for (Diagnostic& one : own.result_.diagnostics) report(std::move(one));
  result.sides = std::move(own.result_.sides);
  return result;
}

}  // namespace gradwright::check
