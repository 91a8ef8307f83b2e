// True formulas made wrong: no wrong one passes for true, and the repair of a slip is true.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "check/equivalent.h"
#include "equal.h"
#include "formulas.h"
#include "mutants.h"
#include "truth.h"

using namespace gradwright;

namespace {

struct Tally {
  int wrong = 0, repaired = 0;
  std::map<std::string, int> mistakes;  ///< the first mistake of each
  [[nodiscard]] double rate() const { return wrong == 0 ? 0 : 100.0 * repaired / wrong; }
};

/// What a slip is called: the gravest mistake that is told is one of the names, in so many of 100.
struct Naming {
  std::string slip;
  std::vector<std::string> names;
  double floor;
};
const std::vector<Naming> namings{
    {"order", {"wrong-order"}, 95},
    {"transpose",
     {"missing-transpose", "wrong-sum"},
     99},  // rowsum(A) for rowsum(A') is colsum(A)': one slip by two names
    {"layout", {"layout-mix"}, 97},
    {"kind of product", {"hadamard-vs-matmul"}, 95},
    {"slope lost", {"missing-slope"}, 95},
    {"slope elsewhere", {"slope-elsewhere"}, 95},
    {"slope is the function", {"wrong-function"}, 95},
    {"function lost", {"missing-function", "missing-slope", "wrong-variable"}, 85},
    {"sum lost", {"wrong-sum"}, 60},
    {"sum over all", {"wrong-sum"}, 90},
    {"sum the other way", {"wrong-sum"}, 90},
    {"path lost", {"missing-path", "missing-term"}, 90},
    {"term lost", {"missing-path", "missing-term", "missing-slope"}, 90},
    {"identity lost", {"scalar-for-identity"}, 99},
    {"diagonal lost", {"vector-for-diagonal"}, 90},
    {"wrong variable", {"wrong-variable", "slope-elsewhere"}, 97},
    {"sign", {"sign"}, 99},
    {"factor 2", {"extra-factor", "missing-factor"}, 99},
    {"factor 1/2", {"extra-factor", "missing-factor"}, 99},
    {"constant", {"extra-factor", "missing-factor"}, 95},
    {"factor lost", {"missing-factor"}, 85},
    {"times for over", {"times-for-over"}, 90},
    {"power lost", {"missing-factor"}, 90},
    {"index", {"index"}, 90},
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

  [[nodiscard]] check::MutantNames names() const {
    check::MutantNames names;
    for (const Declaration& one : measured_->sheet.program().declarations) names.all.push_back(one.name);
    for (const Definition& one : measured_->sheet.program().definitions) {
      names.all.push_back(one.name);
      const std::string line(measured_->sheet.text().slice(one.span));
      if (const auto equals = line.find(" = "); equals != std::string::npos)
        names.definitions.emplace(line.substr(equals + 3), one.name);
    }
    return names;
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
    const std::string name = found.mistakes.empty() ? "none" : found.mistakes.front().name;
    ++tally.mistakes[name];
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
    const std::string gw = item.contains("expected_unconstrained") ? item["expected_unconstrained"] : item["expected"];
    Case one{item["id"], item["sheet"], item["of"], item["wrt"], gw};
    if (item["kind"] == "hessian") {  // the derivative of the gradient
      one.sheet += "\nslope = grad(" + one.of + "," + one.wrt + ")\n";
      one.of = "slope";
    }
    all.push_back(std::move(one));
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
    const check::MutantNames names = trial.names();
    const std::vector<check::Mutant> once = check::mutants_of(formula.gw, names);
    for (const check::Mutant& mutant : once) {
      const auto begin = std::chrono::steady_clock::now();
      trial.judge(mutant, by_slip[mutant.slip], failures);
      times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
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
  for (const Naming& row : namings) {
    Tally& tally = by_slip[row.slip];
    single.wrong += tally.wrong;
    single.repaired += tally.repaired;
    int named = 0;
    std::string names;
    for (const auto& [name, count] : tally.mistakes) {
      const bool is_right = std::find(row.names.begin(), row.names.end(), name) != row.names.end();
      named += is_right ? count : 0;
      if (!is_right) names += fmt::format(" {} {}", count, name);
    }
    const double rate = tally.wrong == 0 ? 0 : 100.0 * named / tally.wrong;
    rates += fmt::format("  {:<22}{:>4} wrong {:>6.1f} % repaired {:>6.1f} % named{}{}\n", row.slip, tally.wrong,
                         tally.rate(), rate, names.empty() ? "" : "; else", names);
    CHECK_MESSAGE(rate >= row.floor, row.slip, ": named rightly ", rate, " %");
    by_slip.erase(row.slip);
  }
  for (const auto& [slip, tally] : by_slip) FAIL_CHECK("a slip without a name: ", slip);
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
