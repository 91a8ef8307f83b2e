// check: what is printed, and true rewritings of it, is right, in three notations; a mutant that has another value is never right.
#include <algorithm>
#include <cmath>

#include "../golden/rewriter.h"
#include "../mutation/mutants.h"
#include "check/check.h"
#include "verbs.h"

namespace gradwright::laws {
namespace {

using check::VerdictKind;

/// The verdict on one line below the sheet.
struct Found {
  bool is_there = false;
  VerdictKind kind = VerdictKind::undecided;
  std::string reading, code;
  int points = 0;
};
Found verdict_on(const std::string& sheet, const std::string& line) {
  check::CheckOptions options;
  options.repairs = false;
  const check::Checked checked = check::checked(Text("sheet.gw", sheet + line + "\n"), options);
  Found found;
  for (const Diagnostic& one : checked.diagnostics) {
    if (one.severity == Severity::error && found.code.empty()) found.code = one.code + " " + one.message;
  }
  if (checked.sides.size() != 1) return found;
  found.is_there = true;
  found.kind = checked.sides[0].verdict.kind;
  found.reading = checked.sides[0].reading;
  found.points = checked.sides[0].verdict.points;
  for (const Diagnostic& one : checked.sides[0].diagnostics) found.code += one.code + " " + one.message;
  return found;
}

/// Some point with sizes above 1 has a slope: a one-hot row of one entry has a logarithm, a longer one has none.
bool has_slope_elsewhere(Trial& trial) {
  constexpr std::uint64_t points = 12;
  for (std::uint64_t i = 1; i <= points; ++i) {
    const Point at = point_of(trial.sheet, trial.seed + i);
    const bool is_large =
        std::all_of(at.sizes.begin(), at.sizes.end(), [](const auto& size) { return size.second > 1; });
    const std::string& wrt = trial.sheet.wrt;
    if (is_large && slope(*trial.bare, "L", at, wrt, Direction(at.values.at(wrt).size(), 1))) return true;
  }
  return false;
}

Outcome right(Trial& trial, const std::string& sheet, const std::string& line, const std::string& how) {
  const Found found = verdict_on(sheet, line);
  if (found.is_there && found.kind == VerdictKind::undecided && found.points == 0 && !has_slope_elsewhere(trial))
    return skipped();
  if (!found.is_there) return failed(how + " is not judged", line + "\n" + found.code);
  if (found.kind == VerdictKind::equal) return {};
  return failed(how + " is called " + std::string(check::verdict_name(found.kind)),
                line + "\nread as " + found.reading + (found.code.empty() ? "" : "\n" + found.code));
}

/// The program's own answer, shown to be true; nothing where that cannot be.
bool truth(Trial& trial, const Asked& asked, Answer& answer, Outcome& outcome) {
  outcome = derived(trial, asked, answer);
  if (outcome.kind == Outcome::Kind::held) outcome = judged(trial, asked, answer);
  if (outcome.kind == Outcome::Kind::held) return true;
  outcome = skipped();  // told by the verbs of derive
  return false;
}

const Asked gradient_of(const Trial& trial) { return {"L", "", trial.sheet.wrt, "", Layout::gradient}; }

std::string left_of(const Asked& asked) { return "claim d" + asked.of + "/d" + asked.wrt + " = "; }

Outcome right_gradient(Trial& trial) {
  Answer answer;
  Outcome outcome;
  const Asked asked = gradient_of(trial);
  if (!truth(trial, asked, answer, outcome)) return outcome;
  return right(trial, trial.text + answer.where, left_of(asked) + answer.gw, "a right claim");
}

Outcome right_jacobian(Trial& trial) {
  Answer answer;
  Outcome outcome;
  Asked asked = gradient_of(trial);
  asked.of = "F";
  if (!truth(trial, asked, answer, outcome)) return outcome;
  return right(trial, trial.text + answer.where, left_of(asked) + answer.gw, "a right claim");
}

Outcome right_hessian(Trial& trial) {
  Answer answer;
  Outcome outcome;
  Asked asked = gradient_of(trial);
  asked.first = asked.wrt;
  if (!truth(trial, asked, answer, outcome)) return outcome;
  return right(trial, trial.text + answer.where, "claim d2L/d" + asked.wrt + "2 = " + answer.gw, "a right claim");
}

Outcome right_rewriting(Trial& trial) {
  Answer answer;
  Outcome outcome;
  const Asked asked = gradient_of(trial);
  if (!truth(trial, asked, answer, outcome)) return outcome;
  Pool pool;
  ReadOptions options;
  OpenSheet open(Text("sheet.gw", trial.text + answer.where), pool, options);
  const SheetValue before = open.value(answer.gw);
  std::string gw = answer.gw, steps;
  for (int step = 0; step < 2; ++step) {
    std::vector<check::Rewriting> all = check::rewritings(gw, open);
    std::shuffle(all.begin(), all.end(), trial.random);
    for (const check::Rewriting& one : all) {
      const SheetValue value = open.value(one.gw);
      if (!value.is_good() || value.surface != before.surface) continue;
      // What the rewriter takes for an identity is one on this sheet: its numbers say so.
      const Reading now(trial.text + answer.where + "before_ = " + answer.gw + "\nafter_ = " + one.gw + "\n");
      const auto a = now.value("before_", trial.point), b = now.value("after_", trial.point);
      if (!a || !b || !agree(*a, *b, 0)) continue;
      gw = one.gw;
      steps += one.name + "; ";
      break;
    }
  }
  if (steps.empty()) return skipped();
  Outcome found = right(trial, trial.text + answer.where, left_of(asked) + gw, "a right rewriting");
  found.detail += "\n" + steps;
  return found;
}

Outcome right_latex(Trial& trial) {
  Answer answer;
  Outcome outcome;
  const Asked asked = gradient_of(trial);
  if (!truth(trial, asked, answer, outcome) || answer.latex.empty() || !answer.where.empty()) return skipped();
  return right(trial, trial.text, "claim latex: \\frac{\\partial L}{\\partial " + asked.wrt + "} = " + answer.latex,
               "a right LaTeX claim");
}

Outcome right_numpy(Trial& trial) {
  Answer answer;
  Outcome outcome;
  const Asked asked = gradient_of(trial);
  if (!truth(trial, asked, answer, outcome) || !answer.where.empty()) return skipped();
  Pool pool;
  OpenSheet open(Text("sheet.gw", trial.text), pool);
  const auto code = check::numpy_form(answer.gw, open, trial.random);
  if (!code) return skipped();
  return right(trial, trial.text, "claim numpy: dL_d" + asked.wrt + " = " + *code, "a right NumPy claim");
}

bool differ(const std::vector<double>& a, const std::vector<double>& b, double met) {
  if (a.size() != b.size()) return true;
  double scale = 1, apart = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    scale = std::max({scale, std::fabs(a[i]), std::fabs(b[i])});
    apart = std::max(apart, std::fabs(a[i] - b[i]));
  }
  return apart > 1e-4 * scale && apart > 1e-12 * met;
}

/// The largest number on the way to a definition: what cancels leaves rounding of that size. Any multiple of a gradient that is 0 everywhere is 0.
double largest_met(const Reading& now, const std::string& name, const Point& point) {
  double met = 1;
  for (const Tensor& value : evaluate(now.pool(), reachable(now.pool(), {now.expr(name)}), now.bindings(point)))
    for (const double x : value.values) met = std::isfinite(x) ? std::max(met, std::fabs(x)) : met;
  return met;
}

/// The derivative among the moves that keep a fact is right too, and named; without the fact it is not.
bool is_right_within_structure(const Trial& trial, const Answer& answer, const std::string& line) {
  Sheet free = trial.sheet;
  bool has_fact = false;
  for (Variable& one : free.variables) {
    if (one.name != free.wrt) continue;
    has_fact = !one.fact.empty();
    one.fact.clear();
  }
  return has_fact && verdict_on(free.text() + answer.where, line).kind != VerdictKind::equal;
}

bool is_zero(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return x == 0; });
}

Outcome wrong(Trial& trial, const std::string& prefix, bool in_numpy) {
  Answer answer;
  Outcome outcome;
  const Asked asked = gradient_of(trial);
  if (!truth(trial, asked, answer, outcome)) return outcome;
  check::MutantNames names;
  for (const Variable& one : trial.sheet.variables) names.all.push_back(one.name);
  for (const Line& one : trial.sheet.lines) names.all.push_back(one.name());
  std::vector<check::Mutant> all = check::mutants_of(answer.gw, names);
  std::shuffle(all.begin(), all.end(), trial.random);
  int tried = 0;
  for (const check::Mutant& mutant : all) {
    if (tried == 1) break;
    const Reading now(trial.text + answer.where + "true_ = " + answer.gw + "\nwrong_ = " + mutant.gw + "\n");
    if (!now.fault().empty()) continue;
    const auto a = now.value("true_", trial.point), b = now.value("wrong_", trial.point);
    const double met = std::max(largest_met(now, "true_", trial.point), largest_met(now, "wrong_", trial.point));
    if (!a || !b || !differ(*a, *b, met)) continue;
    if (is_zero(*a) && is_zero(*b)) continue;  // 0 for an array of zeros is right on paper
    std::string claim = mutant.gw;
    if (in_numpy) {
      if (!answer.where.empty()) continue;
      Pool pool;
      OpenSheet open(Text("sheet.gw", trial.text), pool);
      const auto code = check::numpy_form(mutant.gw, open, trial.random);
      if (!code) continue;
      claim = *code;
    }
    ++tried;
    const Found found = verdict_on(trial.text + answer.where, prefix + claim);
    if (found.is_there && found.kind == VerdictKind::equal && !is_right_within_structure(trial, answer, prefix + claim))
      return failed("a wrong claim is called right", prefix + claim + "\ntrue is " + answer.gw);
  }
  return tried > 0 ? Outcome{} : skipped();
}

Outcome wrong_gradient(Trial& trial) { return wrong(trial, left_of(gradient_of(trial)), false); }

/// A vector may be an array of one axis, for which other code is right: only sheets without them.
Outcome wrong_numpy(Trial& trial) {
  for (const Variable& one : trial.sheet.variables) {
    if (one.sizes.size() == 1) return skipped();
  }
  return wrong(trial, "claim numpy: dL_d" + trial.sheet.wrt + " = ", true);
}

}  // namespace

std::vector<Verb> check_verbs() {
  return {{"check right", right_gradient},
          {"check right, Jacobian", right_jacobian, true},
          {"check right, Hessian", right_hessian, true},
          {"check right, rewritten", right_rewriting, true, true},
          {"check right, LaTeX", right_latex, true, true},
          {"check right, NumPy", right_numpy, true, true},
          {"check wrong", wrong_gradient},
          {"check wrong, NumPy", wrong_numpy, true, true}};
}

}  // namespace gradwright::laws
