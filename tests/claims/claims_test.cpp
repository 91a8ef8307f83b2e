// Of many claims no right one is called wrong, refused or not read, and no wrong one is called right: on sheets with symbols and with
// numbers for sizes, in three notations. What is right and what is wrong the evaluator says (claim.h), never what is tested.
// GRADWRIGHT_CLAIMS claims of each kind, from GRADWRIGHT_CLAIMS_SEED on. GRADWRIGHT_CLAIMS_TRACE: each claim before it is judged, so that the
// last one is what a crash is about.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <map>

#include "claim.h"

namespace gradwright::claims {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t usual_count = 120;
#else
constexpr std::uint64_t usual_count = 1000;
#endif
constexpr std::size_t most_told = 60;
constexpr std::size_t claims_of_a_problem = 6;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::uint64_t count() { return number_from("GRADWRIGHT_CLAIMS", usual_count); }
std::uint64_t seed() { return number_from("GRADWRIGHT_CLAIMS_SEED", 1); }

using Made = std::optional<Claim> (*)(const Problem&, Opened&, Notation, std::mt19937_64&);

/// Claims of one kind until there are as many as wanted; `note` sees each with its verdict.
template <class Note>
void each_claim(Made made, std::uint64_t seed, std::uint64_t count, Note note) {
  const Problems problems;
  std::uint64_t claims = 0;
  for (std::uint64_t draw = 0; claims < count && draw < 20 * count; ++draw) {
    std::mt19937_64 random(seed * 1000003 + draw);
    const auto problem = problems.drawn(random);
    auto open = problem ? opened(*problem) : std::nullopt;
    if (!open) continue;
    for (std::size_t i = 0; i < claims_of_a_problem && claims < count; ++i) {
      const auto claim = made(*problem, *open, static_cast<Notation>(i % 3), random);
      if (!claim) continue;
      ++claims;
      if (std::getenv("GRADWRIGHT_CLAIMS_TRACE") != nullptr)
        fmt::print(stderr, "--- draw {}\n{}{}\n", draw, claim->sheet, claim->line);
      note(*problem, *open, *claim, draw);
    }
  }
  CHECK(claims == count);
}

/// So many of each verdict, by notation and sizes; and what must not be.
class Counts {
 public:
  void count(const Problem& problem, const Claim& claim, const std::string& verdict) {
    ++counts_[fmt::format("{:<9} {:<8}", name_of(claim.notation), problem.is_numeric ? "numbers" : "symbols")][verdict];
  }
  void fault(const Problem& problem, const Claim& claim, const Found& found, std::uint64_t draw) {
    const bool is_random = problem.id.starts_with("a random");
    if (++faults_ > most_told && !is_random) return;
    if (++faults_of_[is_random ? problem.sheet : problem.id] > 1) return;
    told_ += fmt::format("\n--- {} (draw {}) [{}] {}\n{}{}\n    read as {}{}\n    true is {}\n", problem.id, draw,
                         claim.made, found.is_there ? check::verdict_name(found.kind) : "not judged", claim.sheet,
                         claim.line, found.reading, found.messages, problem.gw);
  }
  void report() const {
    std::string text;
    for (const auto& [row, verdicts] : counts_) {
      text += "\n  " + row;
      for (const auto& [verdict, count] : verdicts) text += fmt::format("  {} {}", count, verdict);
    }
    MESSAGE(text << told_);
    CHECK(faults_ == 0);
  }

 private:
  std::map<std::string, std::map<std::string, int>> counts_;
  std::size_t faults_ = 0;
  std::map<std::string, int> faults_of_;  ///< a problem that fails once fails often
  std::string told_;
};

}  // namespace

TEST_CASE("no right claim is called wrong, refused or not read") {
  Counts counts;
  each_claim(right_claim, seed(), count(),
             [&](const Problem& problem, Opened&, const Claim& claim, std::uint64_t draw) {
               const Found found = verdict_on(claim);
               const bool is_right = found.is_there && found.kind == check::VerdictKind::equal;
               const bool is_open = found.is_there && found.kind == check::VerdictKind::undecided;
               counts.count(problem, claim,
                            !found.is_there   ? "not judged"
                            : !is_right       ? std::string(check::verdict_name(found.kind))
                            : found.is_proved ? "proved"
                                              : "confirmed");
               if (!is_right && !is_open) counts.fault(problem, claim, found, draw);
             });
  counts.report();
}

TEST_CASE("no wrong claim is called right") {
  Counts counts;
  each_claim(wrong_claim, seed() + 500000, count(),
             [&](const Problem& problem, Opened& open, const Claim& claim, std::uint64_t draw) {
               const Found found = verdict_on(claim);
               const bool is_right = found.is_there && found.kind == check::VerdictKind::equal;
               const bool is_read_so = is_right && may_mean_the_truth(claim, found, open);
               counts.count(problem, claim,
                            !found.is_there ? "not judged"
                            : is_read_so    ? "may mean the truth [" + claim.made + "]"
                                            : std::string(check::verdict_name(found.kind)));
               if (is_right && !is_read_so) counts.fault(problem, claim, found, draw);
             });
  counts.report();
}

TEST_CASE("no repair of a wrong claim is wrong") {
  constexpr std::uint64_t claims_a_repair = 10;  // to find one takes longer
  Counts counts;
  each_claim(
      wrong_claim, seed() + 700000, count() / claims_a_repair,
      [&](const Problem& problem, Opened& open, const Claim& claim, std::uint64_t draw) {
        const std::vector<std::string> repairs = repairs_of(claim);
        counts.count(problem, claim, repairs.empty() ? "without a repair" : "repaired");
        for (const std::string& gw : repairs) {
          const SheetValue value = open.sheet.value(gw);
          const bool is_true = value.is_good() && likeness(*open.pool, value.expr, open.truth.expr) != Likeness::other;
          if (!is_true)
            counts.fault(problem, claim, {true, check::VerdictKind::equal, false, gw, "\n    is no repair"}, draw);
        }
      });
  counts.report();
}

}  // namespace gradwright::claims
