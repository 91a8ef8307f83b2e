#include "check/repair.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "check/edit_print.h"
#include "check/edit_search.h"
#include "check/equivalent.h"
#include "check/mistake.h"
#include "derive/differences.h"

namespace gradwright::check {
namespace {

/// As many as a person takes in; what needs more is another formula.
constexpr std::size_t most_slips = 3;

/// Edits, where one slip made in several places counts once: two sums too many, an operator changed twice.
std::size_t slips_of(const std::vector<Edited>& edits) {
  std::set<std::pair<Edit::Kind, std::string>> repeatable;
  std::size_t others = 0;
  for (const Edited& one : edits) {
    const bool may_repeat = one.edit.kind == Edit::Kind::delete_ || one.edit.kind == Edit::Kind::operator_;
    if (may_repeat)
      repeatable.emplace(one.edit.kind, one.mistake);
    else
      ++others;
  }
  return others + repeatable.size();
}

/// Equal at random points, in the sheet's own meaning.
bool is_true(const RepairTask& task, const SheetValue& value) {
  if (!value.is_good() || (task.indices.empty() && value.surface != task.truth_surface)) return false;
  if (value.expr == task.truth) return true;
  const Pool& pool = task.sheet.pool();
  if (pool.shape(value.expr) != pool.shape(task.truth)) return false;
  int points = 0;
  for (std::uint64_t attempt = 0; attempt < 12 && points < 3; ++attempt) {
    const Bindings at = random_bindings(pool, {value.expr, task.truth}, task.seed + 104729 * (attempt + 1));
    const std::vector<Tensor> both = evaluate(pool, {value.expr, task.truth}, at);
    double largest = 1;
    double apart = 0;
    for (std::size_t i = 0; i < both[1].values.size(); ++i) {
      largest = std::max(largest, std::fabs(both[1].values[i]));
      const double gap = std::fabs(both[0].values[i] - both[1].values[i]);
      apart = std::isnan(gap) ? INFINITY : std::max(apart, gap);
    }
    if (!std::isfinite(largest)) continue;
    if (!(apart <= 1e-8 * largest)) return false;
    ++points;
  }
  // Numbers let a difference below rounding pass.
  return points > 0 && equivalent(task.sheet.pool(), value.expr, task.truth, 1).is_equal();
}

/// Told in the same words: formulas that differ in brackets alone.
bool is_same_edit(const Hit& a, const Hit& b) {
  const auto same = [](const Edited& x, const Edited& y) { return x.edit.text == y.edit.text; };
  return std::equal(a.edits.begin(), a.edits.end(), b.edits.begin(), b.edits.end(), same);
}

/// Of formulas that are equal the second says nothing new: it is told in the same words, transposes or negates in other places, or brings the same
/// in elsewhere.
bool says_the_same(const Hit& a, const Hit& b) {
  const auto same = [](const Edited& x, const Edited& y) {
    if (x.edit.kind != y.edit.kind) return false;
    const bool is_turn = x.edit.kind == Edit::Kind::transpose || x.edit.kind == Edit::Kind::sign;
    return is_turn || x.edit.text == y.edit.text || (!x.brings.empty() && x.brings == y.brings);
  };
  return std::equal(a.edits.begin(), a.edits.end(), b.edits.begin(), b.edits.end(), same);
}

}  // namespace

Findings findings(const RepairTask& task) {
  Findings result;
  Search search(task);
  struct Shown {
    Hit hit;
    std::string gw;
    bool holds;
    Expr formula;  ///< in the canonical form that construction gives: p*s is s*p
  };
  std::vector<Shown> shown;
  for (Hit& hit : search.hits()) {
    if (shown.size() >= 2 * task.most_repairs) break;
    if (slips_of(hit.edits) > most_slips) continue;
    std::string gw = printed(search.trees().pool, hit.root, task.claim);
    const SheetValue value = task.sheet.value(gw, task.indices);
    if (!is_true(task, value)) continue;
    const bool holds = !task.holds || task.holds(gw);
    const auto same = std::find_if(shown.begin(), shown.end(),
                                   [&](const Shown& one) { return one.holds >= holds && says_the_same(one.hit, hit); });
    const bool is_shown = std::any_of(
        shown.begin(), shown.end(), [&](const Shown& one) { return one.holds >= holds && one.formula == value.expr; });
    if (same != shown.end()) {
      constexpr double alike = 0.11;
      const bool is_shorter = gw.size() < same->gw.size() && hit.cost < same->hit.cost + alike;
      if (is_shorter && same->holds == holds && !is_same_edit(same->hit, hit))
        *same = {std::move(hit), std::move(gw), holds, value.expr};
      continue;
    }
    if (is_shown) continue;
    shown.push_back({std::move(hit), std::move(gw), holds, value.expr});
  }
  std::stable_partition(shown.begin(), shown.end(), [](const Shown& one) { return one.holds; });
  if (shown.size() > task.most_repairs) shown.resize(task.most_repairs);
  result.mistakes = mistakes_of(task, search.trees(), shown.empty() ? nullptr : &shown.front().hit);
  for (const Shown& one : shown) {
    Repair repair;
    repair.gw = one.gw;
    for (const Edited& edited : one.hit.edits) repair.edits.push_back(edited.edit);
    result.repairs.push_back(std::move(repair));
  }
  return result;
}

}  // namespace gradwright::check
