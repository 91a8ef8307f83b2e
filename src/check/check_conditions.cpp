// Where a derivative is 0: equations that say so in other words, and what solves them.
#include "check/checking.h"

namespace gradwright::check {
namespace {

bool is_about_size_or_value(VerdictKind kind) {
  return kind == VerdictKind::wrong_value || kind == VerdictKind::wrong_shape || kind == VerdictKind::scaled ||
         kind == VerdictKind::equal_transposed;
}

bool is_about_derivative(VerdictKind kind) {
  return kind == VerdictKind::equal || kind == VerdictKind::equal_transposed || kind == VerdictKind::scaled;
}

bool is_parameter(const OpenSheet& sheet, const Declaration& one) {
  return sheet.pool().payload<InputInfo>(one.input).role == Role::parameter;
}

/// Beside parameters nobody solves for the data.
bool may_be_solved_for(const OpenSheet& sheet, const std::string& variable) {
  const std::vector<Declaration>& all = sheet.program().declarations;
  const bool has_parameters =
      std::ranges::any_of(all, [&](const Declaration& one) { return is_parameter(sheet, one); });
  return !has_parameters || is_parameter(sheet, *sheet.program().declaration(variable));
}

}  // namespace

std::vector<Checking::Condition> Checking::possible_conditions(bool is_consequence) {
  constexpr std::size_t most = 8;
  std::vector<Condition> found = conditions_;
  if (is_consequence && !conditions_.empty()) return found;
  const OpenSheet& sheet = judge_.sheet();
  for (const Declaration& one : sheet.program().declarations) {
    if (is_parameter(sheet, one) && found.size() < most) found.push_back({loss_by(one.name), one.name});
  }
  return found;
}

/// X'Xw = X'y is no identity; its sides differ by ∂L/∂w, or a number times it: it says that this is 0.
void Checking::look_for_condition(JudgedSide& judged, const std::string& left, bool is_consequence) {
  if (!is_about_size_or_value(judged.verdict.kind)) return;
  const std::string difference = judged.reading == "0" ? left : fmt::format("({}) - ({})", left, judged.reading);
  for (const auto& [of, variable] : possible_conditions(is_consequence)) {
    if (of.empty() || !ask({of, {}, judged.span}, {variable, {}, judged.span})) continue;
    std::vector<Diagnostic> ignored;
    Verdict found = judge_.verdict(difference, ignored);
    if (!is_about_derivative(found.kind)) continue;
    const std::string slope = fmt::format("∂{}/∂{}", of, variable);
    judged.parts.condition = slope;
    judged.mistakes.clear();
    judged.repairs.clear();
    judged.verdict = std::move(found);
    judged.verdict.kind = VerdictKind::equal;
    judged.verdict.notes = {fmt::format("the left side differs from it by {}{}",
                                        judged.verdict.factor ? *judged.verdict.factor + " times " : "", slope)};
    judged.verdict.factor.reset();
    return;
  }
}

/// w = …, w^* = …, \hat{w} = … of a variable: what makes ∂L/∂w 0. False where it claims something else.
bool Checking::solution(const ReadEquation& equation) {
  const LeftSide& left = equation.left;
  const std::string& variable = left.variable;
  const bool is_identity =
      variable.empty() || std::ranges::any_of(equation.sides, [&](const ReadSide& side) {
        return std::ranges::any_of(side.readings, [&](const Reading& one) { return stands_in(one.gw, variable); });
      });
  if (is_identity) return false;
  const auto stated = std::ranges::find(conditions_, variable, &Condition::wrt);
  const bool is_asked = stated != conditions_.end();
  const bool is_own_name = left.name != variable;
  const std::string of = is_asked ? stated->of : loss_by(variable);
  const bool has_slope = (is_asked || may_be_solved_for(judge_.sheet(), variable)) && !of.empty() &&
                         ask({of, {}, left.span}, {variable, {}, left.span});
  for (const ReadSide& side : equation.sides) {
    if (!is_wanted(side.span)) continue;
    JudgedSide judged = judged_solution(side, variable, has_slope);
    judged.parts.condition = fmt::format("∂{}/∂{}", of, variable);
    const bool is_judged = judged.verdict.is_right() || (is_asked && judged.verdict.kind != VerdictKind::undecided);
    if (is_judged)
      result_.sides.push_back(std::move(judged));
    else if (side.readings.empty())
      for (const Diagnostic& one : side.diagnostics) report(one);
    else
      report(not_judged(judged, of, variable));
  }
  for (const ReadSide& side : equation.sides) {
    if (is_own_name && !side.readings.empty() && judge_.define(left.name, side.readings[0].gw)) break;
  }
  return true;
}

/// A value of a variable where nobody set the derivative to 0: data, or a definition.
Diagnostic Checking::not_judged(const JudgedSide& judged, const std::string& of, const std::string& variable) const {
  const bool is_other = judged.verdict.kind == VerdictKind::wrong_value;
  Diagnostic found = note("G0602", fmt::format("what `{}` is set to is not looked at{}", variable,
                                               is_other ? fmt::format(": ∂{}/∂{} is not 0 there", of, variable) : ""));
  found.at(judged.span);
  if (conditions_.empty())
    found.help(fmt::format("where it is meant to be 0, say so before it: `\\nabla_{} {} = … = 0`", variable, of));
  return found;
}

JudgedSide Checking::judged_solution(const ReadSide& side, const std::string& variable, bool has_slope) {
  JudgedSide judged;
  judged.span = side.span;
  judged.line = result_.text.place(side.span.begin).line;
  judged.written = std::string(result_.text.slice(side.span));
  judged.parts.is_solution = true;
  for (const Reading& reading : side.readings) {
    Verdict verdict = has_slope ? judge_.verdict_on_solution(variable, reading.gw) : Verdict{};
    if (!judged.reading.empty() && rank(verdict) >= rank(judged.verdict)) continue;
    judged.verdict = std::move(verdict);
    judged.reading = reading.gw;
    judged.reading_notes = reading.notes;
  }
  if (!judged.verdict.conforms()) {
    for (const Reading& reading : side.readings) {
      if (reading.gw != judged.reading) continue;
      (void)judge_.verdict(reading.gw, judged.diagnostics);
      for (Diagnostic& one : judged.diagnostics) move_into_text(one, reading);
    }
  }
  judged.size = judge_.sheet().size_text(judged.verdict.surface);
  judged.truth_size = judge_.sheet().size_text(judge_.sheet().shape_of(variable).value_or(Shape{}));
  return judged;
}

}  // namespace gradwright::check
