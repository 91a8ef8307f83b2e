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

}  // namespace

/// The declared variables of this size, or of its transpose.
std::vector<std::string> Checking::variables_of_size(const Shape& size) {
  std::vector<std::string> found;
  for (const Declaration& one : judge_.sheet().program().declarations) {
    const bool has_size = one.surface == size || Shape(one.surface.rbegin(), one.surface.rend()) == size;
    if (has_size && one.constant.empty()) found.push_back(one.name);
  }
  return found;
}

/// X'Xw = X'y is no identity; its sides differ by ∂L/∂w, or a number times it: it says that this is 0.
void Checking::look_for_condition(JudgedSide& judged, const std::string& left) {
  constexpr std::size_t most_variables = 8;
  if (!is_about_size_or_value(judged.verdict.kind)) return;
  std::vector<std::string> variables = variables_of_size(judge_.truth().surface);
  if (variables.size() > most_variables) variables.resize(most_variables);
  const std::string difference = judged.reading == "0" ? left : fmt::format("({}) - ({})", left, judged.reading);
  for (const std::string& variable : variables) {
    const std::string of = loss_by(variable);
    if (of.empty() || !ask({of, {}, judged.span}, {variable, {}, judged.span})) continue;
    std::vector<Diagnostic> ignored;
    Verdict found = judge_.verdict(difference, ignored);
    if (!is_about_derivative(found.kind)) continue;
    const std::string slope = fmt::format("∂{}/∂{}", of, variable);
    judged.parts.condition = slope + " is 0";
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
  const bool is_asked = conditions_.contains(variable);
  const bool is_own_name = left.name != variable;
  const std::string of = loss_by(variable);
  const bool has_slope = !of.empty() && ask({of, {}, left.span}, {variable, {}, left.span});
  for (const ReadSide& side : equation.sides) {
    if (!is_wanted(side.span)) continue;
    JudgedSide judged = judged_solution(side, variable, has_slope);
    judged.parts.condition = fmt::format("∂{}/∂{} is 0", of, variable);
    const bool is_judged = judged.verdict.is_right() || (is_asked && judged.verdict.kind == VerdictKind::wrong_value);
    if (is_judged)
      result_.sides.push_back(std::move(judged));
    else if (side.readings.empty())
      for (const Diagnostic& one : side.diagnostics) report(one);
    else if (!is_own_name)
      report(note("G0602", fmt::format("what `{}` is set to is not looked at: the sheet declares it", variable))
                 .at(side.span)
                 .help(fmt::format("claim what makes it so: `\\nabla_{} {} = … = 0` before it", variable, loss_)));
  }
  for (const ReadSide& side : equation.sides) {
    if (is_own_name && !side.readings.empty() && judge_.define(left.name, side.readings[0].gw)) break;
  }
  return true;
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
  judged.size = judge_.sheet().size_text(judged.verdict.surface);
  return judged;
}

}  // namespace gradwright::check
