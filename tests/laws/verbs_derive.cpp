// derive, in every layout and order: what is printed reads back to the slopes of the bare sheet.
#include <algorithm>
#include <exception>

#include "derive/forward.h"
#include "sheet/session.h"
#include "verbs.h"

namespace gradwright::laws {
namespace {

constexpr int directions = 2;

/// The printed numbers along a direction of the variable: one for each number of what is derived.
std::vector<double> along(const std::vector<double>& printed, const Direction& direction, const Answer& answer,
                          const std::vector<std::int64_t>& variable) {
  const std::size_t width = direction.size();
  const std::size_t height = width == 0 ? 0 : printed.size() / width;
  std::vector<double> total(answer.is_scalar ? 1 : height, 0.0);
  for (std::size_t k = 0; k < printed.size(); ++k) {
    std::size_t row = 0, column = 0;
    if (answer.is_scalar) {
      column = k;
      if (answer.is_turned && variable.size() == 2) {
        const auto rows = static_cast<std::size_t>(variable[0]), cols = static_cast<std::size_t>(variable[1]);
        column = k / cols + rows * (k % cols);
      }
    } else {
      row = answer.is_turned ? k / width : k % height;
      column = answer.is_turned ? k % width : k / height;
    }
    total[row] += printed[k] * direction[column];
  }
  return total;
}

std::string numbers(const std::vector<double>& values) {
  std::string text;
  for (const double x : values) text += (text.empty() ? "" : " ") + std::to_string(x);
  return text;
}

Outcome asked(Trial& trial, const Asked& question) {
  Answer answer;
  const Outcome found = derived(trial, question, answer);
  return found.kind == Outcome::Kind::held ? judged(trial, question, answer) : found;
}

template <Layout layout>
Outcome gradient(Trial& trial) {
  return asked(trial, {"L", "", trial.sheet.wrt, "", layout});
}

/// As a vector, so that by whatever it is derived there is a Jacobian.
template <Layout layout>
Outcome jacobian(Trial& trial) {
  const bool is_scalar = trial.bare->size_texts("F").empty();
  return asked(trial, {"V0", "", trial.sheet.wrt, is_scalar ? "V0 = F*[1;2]\n" : "V0 = vec(F)\n", layout});
}

/// Of a matrix: of order 3 or 4, unless by a scalar.
template <Layout layout>
Outcome tensor(Trial& trial) {
  const std::vector<std::string> sizes = trial.bare->size_texts("F");
  const std::string added = sizes.empty()                          ? "T0 = F*[1,2;3,4]\n"
                            : sizes.size() == 2 && sizes[1] == "1" ? "T0 = F*[1,2]\n"
                            : sizes.size() == 2 && sizes[0] == "1" ? "T0 = [1;2]*F\n"
                                                                   : "T0 = 2*F\n";
  return asked(trial, {"T0", "", trial.sheet.wrt, added, layout});
}

Outcome hessian(Trial& trial) { return asked(trial, {"L", trial.sheet.wrt, trial.sheet.wrt, "", Layout::gradient}); }
Outcome mixed_hessian(Trial& trial) {
  if (trial.sheet.second == trial.sheet.wrt) return skipped();
  return asked(trial, {"L", trial.sheet.second, trial.sheet.wrt, "", Layout::gradient});
}

/// Dual numbers say what differences say, of F and of L, and of the bend of L.
Outcome forward_mode(Trial& trial) {
  const Reading& bare = *trial.bare;
  const Bindings at = bare.bindings(trial.point);
  const std::string& wrt = trial.sheet.wrt;
  const Direction u = trial.direction(wrt), v = trial.direction(wrt);
  bool is_settled = false;
  for (const char* of : {"F", "L"}) {
    const auto truth = slope(bare, of, trial.point, wrt, u);
    if (!truth) continue;
    is_settled = true;
    const std::vector<double> found = slope_along(bare.pool(), bare.expr(of), at, {{bare.expr(wrt), u}}).slope.values;
    if (!is_finite(found) && !has_slopes(bare, of, trial.point, {wrt}, 1)) return skipped();
    if (!agree(found, truth->values, truth->error))
      return failed("another slope",
                    std::string(of) + ": " + numbers(found) + "; differences " + numbers(truth->values));
  }
  if (const auto truth = second_slope(bare, "L", trial.point, wrt, u, wrt, v)) {
    const std::vector<double> found =
        bend_along(bare.pool(), bare.expr("L"), at, {{bare.expr(wrt), u}}, {{bare.expr(wrt), v}}).values;
    const bool is_same = is_finite(found) && agree(found, truth->values, truth->error);
    // c²·‖b‖, written as the norm of c²·b, has a bend at c = 0, and the chain rule has none
    if (!is_same && !has_slopes(bare, "L", trial.point, {wrt}, 2)) return skipped();
    if (!is_same) return failed("another bend", numbers(found) + "; differences " + numbers(truth->values));
  }
  return is_settled ? Outcome{} : skipped();
}

}  // namespace

Outcome derived(Trial& trial, const Asked& asked, Answer& answer) {
  const std::string request = asked.first.empty() ? "derive " + asked.of + " wrt " + asked.wrt
                              : asked.first == asked.wrt
                                  ? "hessian " + asked.of + " wrt " + asked.wrt
                                  : "hessian " + asked.of + " wrt " + asked.first + ", " + asked.wrt;
  Session session(Text("sheet.gw", trial.text + asked.added + request + "\n"));
  DeriveOptions options;
  options.verify = false;
  options.layout = asked.layout;
  const std::vector<Derived> results = session.derived(options);
  for (const Diagnostic& one : session.diagnostics()) {
    if (one.severity == Severity::error) return failed("derive refuses: " + one.code, request + ": " + one.message);
  }
  if (results.size() != 1) return failed("derive has no answer", request);
  const Derived& result = results[0];
  answer.gw = result.formula.gw;
  answer.latex = result.formula.where.empty() ? result.formula.latex : "";
  for (const WhereItem& item : result.formula.where) answer.where += item.name + " = " + item.gw + "\n";
  answer.is_scalar = session.pool().order(result.source) == 0;
  answer.is_turned = asked.layout == (answer.is_scalar ? Layout::numerator : Layout::denominator);
  return {};
}

Outcome judged(Trial& trial, const Asked& asked, const Answer& answer) {
  const std::string shown = answer.where + asked.of + " by " + asked.wrt + ": " + answer.gw;
  const Reading back(trial.text + asked.added + answer.where + "printed_ = " + answer.gw + "\n");
  if (!back.fault().empty())
    return failed("does not read back: " + back.fault().substr(0, 5), shown + "\n" + back.fault());
  std::unique_ptr<Reading> with_added;
  if (!asked.added.empty()) with_added = std::make_unique<Reading>(trial.sheet.text(true) + asked.added);
  const Reading& bare = with_added ? *with_added : *trial.bare;
  const std::vector<std::int64_t> variable = bare.surface(asked.wrt, trial.point);
  bool is_settled = false;
  for (int i = 0; i < directions; ++i) {
    const Direction direction = trial.direction(asked.wrt);
    Direction first;
    if (!asked.first.empty()) first = trial.direction(asked.first);
    const auto truth = asked.first.empty()
                           ? slope(bare, asked.of, trial.point, asked.wrt, direction)
                           : second_slope(bare, asked.of, trial.point, asked.first, first, asked.wrt, direction);
    if (!truth) continue;
    is_settled = true;
    const auto printed = back.value("printed_", trial.point);
    if (!printed) {
      const bool is_inside =
          has_slopes(bare, asked.of, trial.point, {asked.wrt, asked.first.empty() ? asked.wrt : asked.first},
                     asked.first.empty() ? 1 : 2);
      return is_inside ? failed("the printed formula has no value", shown) : skipped();
    }
    const std::size_t height = truth->values.size();
    const std::size_t wanted =
        asked.first.empty() ? (answer.is_scalar ? 1 : height) * direction.size() : first.size() * direction.size();
    if (printed->size() != wanted) return failed("the printed formula has another size", shown);
    std::vector<double> found = along(*printed, direction, answer, variable);
    if (!asked.first.empty() && !answer.is_scalar) {
      double total = 0;
      for (std::size_t k = 0; k < found.size(); ++k) total += found[k] * first[k];
      found = {total};
    } else if (!asked.first.empty()) {
      found[0] *= first[0];
    }
    if (!agree(found, truth->values, truth->error))
      return failed("false",
                    shown + "\nalong a direction " + numbers(found) + "; differences " + numbers(truth->values));
  }
  return is_settled ? Outcome{} : skipped();
}

std::vector<Verb> derive_verbs() {
  return {{"forward mode", forward_mode},
          {"gradient", gradient<Layout::gradient>},
          {"gradient, numerator", gradient<Layout::numerator>},
          {"gradient, denominator", gradient<Layout::denominator>},
          {"Jacobian", jacobian<Layout::gradient>},
          {"Jacobian, denominator", jacobian<Layout::denominator>, true},
          {"tensor", tensor<Layout::gradient>},
          {"tensor, denominator", tensor<Layout::denominator>, true},
          {"Hessian", hessian},
          {"mixed Hessian", mixed_hessian, true}};
}

}  // namespace gradwright::laws
