// The law of the sheets: every construct of the language meets every verb, on random well-typed sheets, and each verb keeps its law.
// GRADWRIGHT_LAWS_COUNT sheets (2,000; 254 where sanitizers watch: each construct once), _SEED, _FROM the so-many-th on; see `make laws`.
// GRADWRIGHT_LAWS_ALL: known faults are told too; GRADWRIGHT_LAWS_TRACE: each sheet, so that the last one is what a crash is about.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "draw.h"
#include "exports.h"
#include "known.h"
#include "shrink.h"
#include "verbs.h"

using namespace gradwright;
using namespace gradwright::laws;

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t usual_count = 254;
#else
constexpr std::uint64_t usual_count = 2000;
#endif
constexpr std::size_t most_told = 40;  ///< failures that are made smaller
constexpr std::size_t most_of_a_kind = 3;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::vector<std::string> all_constructs() {
  std::vector<std::string> all;
  for (const Construct& row : constructs()) all.push_back(row.name);
  for (const std::string& fact : facts()) all.push_back("fact " + fact);
  for (const std::string& kind : kinds_of_variables()) all.push_back(kind);
  return all;
}

class Law {
 public:
  void hold(const Sheet& sheet, const Verb& verb, std::uint64_t seed) {
    const auto begin = std::chrono::steady_clock::now();
    const Outcome outcome = outcome_of(verb, sheet, seed);
    Tally& tally = tallies_[verb.name];
    tally.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (outcome.kind == Outcome::Kind::skipped) {
      ++tally.skipped;
      return;
    }
    for (const std::string& construct : sheet.constructs()) ++pairs_[construct][verb.name];
    ++tally.held;
    if (outcome.kind == Outcome::Kind::failed) note(sheet, verb, seed, outcome);
  }

  [[nodiscard]] std::string table() const {
    std::string text = fmt::format("{:<28}", "");
    for (std::size_t i = 0; i < verbs().size(); ++i) text += fmt::format("{:>6}", static_cast<char>('A' + i));
    for (const auto& [construct, row] : pairs_) {
      text += fmt::format("\n{:<28}", construct);
      for (const Verb& verb : verbs()) text += fmt::format("{:>6}", row.contains(verb.name) ? row.at(verb.name) : 0);
    }
    for (std::size_t i = 0; i < verbs().size(); ++i) {
      const auto found = tallies_.find(verbs()[i].name);
      if (found == tallies_.end()) continue;
      text +=
          fmt::format("\n{} {:<24}{:>8} held{:>8} skipped{:>8} failed{:>8} known{:>9.1f} s", static_cast<char>('A' + i),
                      verbs()[i].name, found->second.held - found->second.failed - found->second.known,
                      found->second.skipped, found->second.failed, found->second.known, found->second.seconds);
    }
    return text;
  }
  [[nodiscard]] std::string failures() const {
    std::string text;
    for (const auto& [kind, count] : kinds_) text += fmt::format("\n{:>6} times {}", count, kind);
    return text + also_ + told_;
  }
  [[nodiscard]] bool has_to_meet(const Sheet& sheet, const Verb& verb) const {
    if (verb.is_partial) return false;
    const std::set<std::string> all = sheet.constructs();
    return std::any_of(all.begin(), all.end(), [&](const std::string& one) { return count(one, verb.name) == 0; });
  }
  [[nodiscard]] int failed() const { return failed_; }
  [[nodiscard]] int count(const std::string& construct, const std::string& verb) const {
    const auto row = pairs_.find(construct);
    return row == pairs_.end() || !row->second.contains(verb) ? 0 : row->second.at(verb);
  }

 private:
  struct Tally {
    int held = 0, skipped = 0, failed = 0, known = 0;
    double seconds = 0;
  };

  void note(const Sheet& sheet, const Verb& verb, std::uint64_t seed, const Outcome& outcome) {
    static const bool tells_known = std::getenv("GRADWRIGHT_LAWS_ALL") != nullptr;
    const std::string kind = verb.name + ": " + outcome.what;
    if (is_known(verb.name, outcome.what, sheet.constructs()) && !tells_known) {
      ++tallies_[verb.name].known;
      return;
    }
    ++tallies_[verb.name].failed;
    ++failed_;
    if (++kinds_[kind] > static_cast<int>(most_of_a_kind) || told_count_ == most_told) return;
    ++told_count_;
    Outcome last = outcome;
    const Sheet small = shrunk(sheet, [&](const Sheet& one) {
      const Outcome again = outcome_of(verb, one, seed);
      if (again.kind != Outcome::Kind::failed || again.what != outcome.what) return false;
      last = again;
      return true;
    });
    last = outcome_of(verb, small, seed);
    const auto [place, is_new] = told_sheets_.try_emplace(small.text(), kind);
    if (!is_new) {
      also_ += "\n" + kind + ": as " + place->second;
      --told_count_;
      return;
    }
    std::string sizes;
    for (const auto& [symbol, size] : small.sizes) sizes += fmt::format(" {}={}", symbol, size);
    told_ += fmt::format("\n--- {} (seed {},{}, wrt {} {})\n{}{}\n", kind, seed, sizes, small.wrt, small.second,
                         small.text(), last.detail);
  }

  std::map<std::string, std::map<std::string, int>> pairs_;
  std::map<std::string, Tally> tallies_;
  std::map<std::string, int> kinds_;
  std::string told_, also_;
  std::map<std::string, std::string> told_sheets_;
  std::size_t told_count_ = 0;
  int failed_ = 0;
};

}  // namespace

TEST_CASE("every construct meets every verb on random sheets") {
  const std::vector<std::string> all = all_constructs();
  REQUIRE(facts().size() >= 15);
  const std::uint64_t count = number_from("GRADWRIGHT_LAWS_COUNT", usual_count);
  const std::uint64_t first = number_from("GRADWRIGHT_LAWS_SEED", 1) * 1000003;
  const bool traces = std::getenv("GRADWRIGHT_LAWS_TRACE") != nullptr;
  Law law;
  std::map<std::string, int> never;
  std::vector<std::string> faults_of_exports;
  double drawing = 0;
  for (std::uint64_t i = number_from("GRADWRIGHT_LAWS_FROM", 0); i < count; ++i) {
    const std::string& wanted = all[i % all.size()];
    const auto begin = std::chrono::steady_clock::now();
    Drawer drawer(first + i);
    const auto sheet = drawer.sheet_with(wanted);
    drawing += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    never.try_emplace(wanted, 0);
    if (!sheet) continue;
    ++never[wanted];
    if (traces)
      std::fprintf(stderr, "--- %llu, wrt %s %s\n%s", static_cast<unsigned long long>(first + i), sheet->wrt.c_str(),
                   sheet->second.c_str(), sheet->text().c_str());
    for (std::size_t v = 0; v < verbs().size(); ++v) {
      if (verbs()[v].is_dear && (v + i) % 6 != 0 && !law.has_to_meet(*sheet, verbs()[v])) continue;
      if (traces) std::fprintf(stderr, "%s\n", verbs()[v].name.c_str());
      law.hold(*sheet, verbs()[v], first + i);
    }
    if (Exports::all().waiting() >= 150 || i + 1 == count) {
      for (std::string& fault : Exports::all().faults()) faults_of_exports.push_back(std::move(fault));
    }
  }
  MESSAGE(law.table() << fmt::format("\ndrawing {:.1f} s; {} programs exported", drawing, Exports::all().compared()));
  if (law.failed() > 0) MESSAGE(law.failures());
  CHECK(law.failed() == 0);
  for (const std::string& fault : faults_of_exports) FAIL_CHECK("the exported program computes another loss:\n", fault);
  if (count >= all.size()) {
    for (const auto& [construct, times] : never) CHECK_MESSAGE(times > 0, construct, " is never made");
  }
  if (count < 2000) return;
  std::string missing;
  for (const std::string& construct : all) {
    for (const Verb& verb : verbs()) {
      if (!verb.is_partial && law.count(construct, verb.name) == 0) missing += "\n" + construct + " × " + verb.name;
    }
  }
  CHECK_MESSAGE(missing.empty(), "never met:", missing);
}

TEST_CASE("a wrong slope is found, and the sheet that shows a fault is made small") {
  const Term x{"", {"x"}, {}, "n"};
  const Term wave{"tanh", {"tanh(", ")"}, {Term{"exp", {"exp(", ")"}, {x}, "n"}}, "n"};
  Sheet sheet;
  sheet.variables = {{"x", {"n"}, "positive", false}, {"y", {"n"}, "", false}};
  sheet.lines = {{"F", Term{"A.*B", {"", " .* ", ""}, {wave, Term{"", {"y"}, {}, "n"}}, "n"}},
                 {"L", Term{"", {"sum(", ")"}, {Term{"", {"F"}, {}, "n"}}, ""}}};
  sheet.sizes = {{"n", 3}};
  sheet.wrt = sheet.second = "y";
  Trial trial(sheet, 7);
  const Asked asked{"L", "", "y", "", Layout::gradient};
  Answer answer{"tanh(exp(x))", "", "", true, false};
  CHECK(judged(trial, asked, answer).kind == Outcome::Kind::held);
  answer.gw = "tanh(exp(x)) .* x";
  CHECK(judged(trial, asked, answer).what == "false");
  answer.gw = "tanh(exp(x))'*ones(n)";
  CHECK(judged(trial, asked, answer).what == "the printed formula has another size");
  const Sheet small = shrunk(sheet, [](const Sheet& one) { return one.text().find("tanh") != std::string::npos; });
  CHECK(small.text() == "y : R[n]\nF = tanh(y)\nL = F\n");
}
