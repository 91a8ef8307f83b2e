// True formulas made wrong: no wrong one passes for true, and the repair of a slip is true.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "check/equivalent.h"
#include "equal.h"
#include "mutants.h"
#include "truth.h"

using namespace gradwright;

namespace {

struct Case {
  std::string id, sheet, of, wrt, gw;
};

constexpr const char* dense_net =
    "x : R[n]\ny : R[k]\nparam W1 : R[h,n]\nparam b1 : R[h]\nparam W2 : R[k,h]\nparam b2 : R[k]\n"
    "z1 = W1*x + b1\na1 = tanh(z1)\nz2 = W2*a1 + b2\na2 = sigmoid(z2)\nL = 1/2*sum((a2 - y)^2)\n";
constexpr const char* relu_net =
    "x : R[n]\ny : R[k]\nparam W2 : R[h,n]\nparam W3 : R[k,h]\n"
    "z2 = W2*x\na2 = relu(z2)\nz3 = W3*a2\na3 = sigmoid(z3)\nd3 = (a3 - y) .* a3 .* (1 - a3)\nL = 1/2*sum((a3 - "
    "y)^2)\n";
constexpr const char* batch_net =
    "X : R[n,m]\nY : R[k,m]\nparam W1 : R[h,n]\nparam b1 : R[h]\nparam W2 : R[k,h]\nparam b2 : R[k]\n"
    "Z1 = W1*X + b1*ones(m)'\nA1 = relu(Z1)\nZ2 = W2*A1 + b2*ones(m)'\nA2 = sigmoid(Z2)\ndZ2 = A2 - Y\n"
    "L = -sum(Y .* log(A2) + (1 - Y) .* log(1 - A2))/m\n";
constexpr const char* rows_net =
    "X : R[m,n]\nY : R[m,k]\nparam W1 : R[n,h]\nparam W2 : R[h,k]\nZ1 = X*W1\nH = tanh(Z1)\nP = softmax_rows(H*W2)\n"
    "L = -sum(Y .* log(P))\n";
constexpr const char* ridge =
    "X : R[n,d]\ny : R[n]\nparam w : R[d]\nconst lambda : R = 0.1\nr = X*w - y\nL = 1/2*sum(r^2) + lambda*sum(w^2)\ng "
    "= X'*r + 2*lambda*w\n";
constexpr const char* logistic =
    "X : R[n,d]\ny : R[n]\nparam w : R[d]\np = sigmoid(X*w)\nL = -sum(y .* log(p) + (1 - y) .* log(1 - p))\ng = X'*(p "
    "- y)\n";

const std::array<Case, 22> network_formulas{{
    {"net-W2", dense_net, "L", "W2", "((a2 - y) .* a2 .* (1 - a2))*a1'"},
    {"net-b2", dense_net, "L", "b2", "(a2 - y) .* a2 .* (1 - a2)"},
    {"net-W1", dense_net, "L", "W1", "((W2'*((a2 - y) .* sigmoid'(z2))) .* (1 - a1.^2))*x'"},
    {"net-b1", dense_net, "L", "b1", "(W2'*((a2 - y) .* sigmoid'(z2))) .* tanh'(z1)"},
    {"relu-W3", relu_net, "L", "W3", "d3*a2'"},
    {"relu-W3-long", relu_net, "L", "W3", "((a3 - y) .* a3 .* (1 - a3))*a2'"},
    {"relu-W2", relu_net, "L", "W2", "((W3'*d3) .* relu'(z2))*x'"},
    {"relu-z2", relu_net, "L", "z2", "(W3'*d3) .* relu'(z2)"},
    {"relu-diag", relu_net, "L", "W2", "diag(relu'(z2))*W3'*d3*x'"},
    {"relu-x", relu_net, "L", "x", "W2'*((W3'*d3) .* relu'(z2))"},
    {"batch-W2", batch_net, "L", "W2", "1/m*dZ2*A1'"},
    {"batch-b2", batch_net, "L", "b2", "1/m*rowsum(dZ2)"},
    {"batch-W1", batch_net, "L", "W1", "1/m*((W2'*dZ2) .* relu'(Z1))*X'"},
    {"batch-b1", batch_net, "L", "b1", "1/m*((W2'*dZ2) .* relu'(Z1))*ones(m)"},
    {"rows-W2", rows_net, "L", "W2", "H'*(rowsum(Y)*ones(k)' .* P - Y)"},
    {"ridge-w", ridge, "L", "w", "X'*(X*w - y) + 2*lambda*w"},
    {"ridge-hessian", ridge, "g", "w", "X'*X + 2*lambda*eye(d)"},
    {"logistic-w", logistic, "L", "w", "X'*(p - y)"},
    {"logistic-hessian", logistic, "g", "w", "X'*diag(p .* (1 - p))*X"},
    {"attention-V",
     "Q, K : R[n,d]\nparam V : R[n,e]\nG : R[n,e]\nA = softmax_rows(Q*K'/sqrt(d))\nL = sum(G .* (A*V))\n", "L", "V",
     "A'*G"},
    {"shared-W", "x : R[n]\nc : R[n]\nparam W : R[n,n]\nh = tanh(W*x)\nL = c'*(W*h)\n", "L", "W",
     "c*h' + ((W'*c) .* (1 - h.^2))*x'"},
    {"factors-U", "A : R[n,p]\nparam U : R[n,r]\nparam V : R[p,r]\nL = 1/2*sum((A - U*V').^2)\n", "L", "U",
     "(U*V' - A)*V"},
}};

struct Tally {
  int wrong = 0, repaired = 0;
  [[nodiscard]] double rate() const { return wrong == 0 ? 0 : 100.0 * repaired / wrong; }
};

class Trial {
 public:
  explicit Trial(const Case& formula)
      : formula_(formula),
        measured_(check::measured(pool_, formula.sheet, formula.of, formula.wrt, Layout::gradient)) {}

  [[nodiscard]] bool is_true(const std::string& gw) {
    const SheetValue value = measured_->sheet.value(gw);
    return value.is_good() && value.surface == measured_->surface && is_equal(pool_, value.expr, measured_->truth);
  }

  [[nodiscard]] bool is_ready() { return measured_ && is_true(formula_.gw); }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const Declaration& one : measured_->sheet.program().declarations) all.push_back(one.name);
    for (const Definition& one : measured_->sheet.program().definitions) all.push_back(one.name);
    return all;
  }

  /// A mutant that is wrong is counted, and whether its first repair is true and no more than the program's own answer.
  void judge(const check::Mutant& mutant, Tally& tally, std::string& failures) {
    if (is_true(mutant.gw)) return;
    ++tally.wrong;
    if (const SheetValue value = measured_->sheet.value(mutant.gw);
        value.is_good() && value.surface == measured_->surface) {
      CHECK_MESSAGE(!check::equivalent(pool_, value.expr, measured_->truth).is_equal(), formula_.id,
                    ": a wrong formula is judged equal: ", mutant.gw);
    }
    const check::Findings found = check::findings(measured_->task(mutant.gw, formula_.of, formula_.wrt));
    bool is_repaired = !found.repairs.empty();
    for (const check::Repair& repair : found.repairs) {
      CHECK_MESSAGE(repair.gw != mutant.gw, formula_.id, ": a wrong formula passes for true: ", mutant.gw);
      CHECK_MESSAGE(is_true(repair.gw), formula_.id, ": no true repair of ", mutant.gw, ": ", repair.gw);
    }
    if (is_repaired) {
      const check::Repair& best = found.repairs.front();
      const bool is_whole =
          best.edits.size() == 1 && best.edits[0].span.begin == 0 && best.edits[0].span.end == mutant.gw.size();
      is_repaired = !is_whole || best.edits[0].kind != check::Edit::Kind::replace;
    }
    if (is_repaired) {
      ++tally.repaired;
    } else {
      failures += fmt::format("  {} [{}] {} → {}\n", formula_.id, mutant.slip, mutant.gw,
                              found.repairs.empty() ? "none" : found.repairs[0].gw);
    }
  }

 private:
  const Case& formula_;
  Pool pool_;
  std::optional<check::Measured> measured_;
};

std::vector<Case> true_formulas() {
  std::vector<Case> all(network_formulas.begin(), network_formulas.end());
  std::ifstream file(std::string(GRADWRIGHT_SOURCE_DIR) + "/tests/data/identities.json");
  for (const auto& item : nlohmann::json::parse(file)) {
    if (item["kind"] == "hessian") continue;
    const std::string gw = item.contains("expected_unconstrained") ? item["expected_unconstrained"] : item["expected"];
    all.push_back({item["id"], item["sheet"], item["of"], item["wrt"], gw});
  }
  return all;
}

}  // namespace

TEST_CASE("formulas made wrong are repaired") {
  Tally single, pair;
  std::map<std::string, Tally> by_slip;
  std::string failures;
  std::vector<double> times;
  int formulas = 0;
  for (const Case& formula : true_formulas()) {
    CAPTURE(formula.id);
    Trial trial(formula);
    const bool is_ready = trial.is_ready();
    CHECK_MESSAGE(is_ready, formula.id, " is not true in its sheet");
    if (!is_ready) continue;
    ++formulas;
    const std::vector<std::string> names = trial.names();
    const std::vector<check::Mutant> once = check::mutants_of(formula.gw, names);
    for (std::size_t i = 0; i < once.size(); ++i) {
      const Tally before = single;
      const auto begin = std::chrono::steady_clock::now();
      trial.judge(once[i], single, failures);
      times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
      by_slip[once[i].slip].wrong += single.wrong - before.wrong;
      by_slip[once[i].slip].repaired += single.repaired - before.repaired;
    }
    constexpr std::size_t pairs_of_each = 9;
    for (std::size_t i = 0; i < std::min(pairs_of_each, once.size()); ++i) {
      const check::Mutant& first = once[(i * 7) % once.size()];
      const std::vector<check::Mutant> twice = check::mutants_of(first.gw, names);
      if (twice.empty()) continue;
      check::Mutant second = twice[(i * 13 + 5) % twice.size()];
      second.slip = first.slip + ", " + second.slip;
      trial.judge(second, pair, failures);
    }
  }
  std::string rates;
  for (const auto& [slip, tally] : by_slip)
    rates += fmt::format("  {:<24}{:>5} wrong {:>6.1f} % repaired\n", slip, tally.wrong, tally.rate());
  std::sort(times.begin(), times.end());
  MESSAGE(formulas << " formulas, " << single.wrong << " single slips " << single.rate() << " % repaired, "
                   << pair.wrong << " pairs " << pair.rate() << " % repaired\n"
                   << rates << "milliseconds of a slip with its judging: median " << times[times.size() / 2]
                   << ", most " << times.back() << "\nnot repaired:\n"
                   << failures);
  CHECK(formulas >= 75);
  CHECK(single.wrong + pair.wrong >= 3000);
  CHECK(single.rate() >= 99);
  CHECK(pair.rate() >= 80);
}
