// The verdict on the sheet as others would have it: with sizes made general, with the values of its constants.
#include <algorithm>

#include "check/constants.h"
#include "check/edit.h"
#include "check/judge.h"

namespace gradwright::check {
namespace {

bool is_about_right(VerdictKind kind) {
  return kind == VerdictKind::equal || kind == VerdictKind::equal_transposed || kind == VerdictKind::scaled ||
         kind == VerdictKind::right_for_other_loss;
}

/// Some array is written out entry by entry: `[x[1]; 2]`. (`[1; 1; 1]` is ones(n).)
bool has_array(const std::string& gw) {
  AstPool pool;
  const Ast root = parsed(gw, pool);
  if (root.is_none()) return false;
  const std::vector<Place> places = places_of(pool, root);
  return std::any_of(places.begin(), places.end(), [&](const Place& place) {
    const auto& entries = pool[place.node].children;
    return pool[place.node].kind == AstKind::block &&
           std::any_of(entries.begin(), entries.end(), [&](Ast one) { return !is_same(pool, one, entries[0]); });
  });
}

}  // namespace

std::optional<Verdict> Judge::general_verdict(const GeneralSheet& sheet_in_symbols, const std::string& gw) {
  std::vector<std::string> formulas;
  for (const auto& [name, formula] : own_) formulas.push_back(formula);
  formulas.push_back(gw);
  GeneralSheet general = sheet_in_symbols.with_formulas(formulas);
  constexpr int most_rounds = 12;
  for (int round = 0; round < most_rounds; ++round) {
    Pool pool;
    OpenSheet sheet(Text(text_.name(), general.text()), pool, reading_options());
    if (sheet.program().has_errors()) return std::nullopt;
    std::vector<Diagnostic> reasons;
    for (std::size_t i = 0; i < own_.size() && reasons.empty(); ++i)
      reasons = sheet.define(own_[i].first, general.formula(i));
    const auto truth = reasons.empty() ? question_in(sheet) : std::nullopt;
    if (reasons.empty() && !truth) return std::nullopt;
    SheetValue claim;
    if (truth) claim = sheet.value_with_reasons(general.formula(own_.size()), truth->indices);
    if (truth && !claim.is_good()) reasons = claim.diagnostics;
    std::optional<GeneralSheet> next = reasons.empty() ? std::nullopt : general.joined(reasons[0]);
    if (!claim.is_good() && !next) {
      if (!truth) return std::nullopt;
      Verdict verdict;
      verdict.kind = VerdictKind::nonconforming;
      verdict.has_slices = general.has_slices();
      return verdict;
    }
    if (claim.is_good()) next = joined_sizes(general, pool.dims(), claim.surface, truth->surface);
    if (next) {
      general = std::move(*next);
      continue;
    }
    NormalForms forms(pool);
    Verdict verdict = compared(sheet, forms, claim, *truth);
    if (verdict.factor && general.is_own_name_in(*verdict.factor)) verdict.kind = VerdictKind::wrong_value;
    verdict.kept_sizes = general.kept_by_slices();
    verdict.has_slices = general.has_slices();
    if (verdict.witness) {
      std::erase_if(verdict.witness->sizes, [&](const auto& one) { return general.is_own_name_in(one.first); });
      std::erase_if(verdict.witness->inputs, [&](const auto& one) { return general.is_own_name_in(one.name); });
    }
    return verdict;
  }
  return std::nullopt;
}

std::optional<Verdict> Judge::verdict_with_constants(const std::string& gw) {
  const auto text = with_values_of_constants(text_);
  if (!text) return std::nullopt;
  Pool pool;
  OpenSheet sheet(*text, pool, reading_options());
  if (sheet.program().has_errors()) return std::nullopt;
  for (const auto& [name, formula] : own_) {
    if (!sheet.define(name, formula).empty()) return std::nullopt;
  }
  const auto truth = question_in(sheet);
  if (!truth) return std::nullopt;
  const SheetValue claim = sheet.value_with_reasons(gw, truth->indices);
  if (!claim.is_good()) return std::nullopt;
  NormalForms forms(pool);
  Verdict verdict = compared(sheet, forms, claim, *truth);
  if (verdict.is_right()) verdict.notes.emplace_back("with the values that the sheet gives to its constants");
  return verdict;
}

std::optional<Verdict> Judge::general_verdict(const std::string& gw, bool is_right_here) {
  if (!general_) return std::nullopt;
  std::optional<Verdict> wide = general_verdict(*general_, gw);
  const bool differs =
      wide && is_right_here && (wide->kind == VerdictKind::wrong_value || wide->kind == VerdictKind::scaled);
  if (!differs) return wide;
  // A number may mean a size: `sum(x)/3` beside `x : R[3]`. It is no coincidence then that the claim holds.
  GeneralOptions options{numbers_of_sheet(text_), true};
  options.fixed.merge(numbers_of_formula(gw));
  const auto careful = GeneralSheet::of(text_, options);
  if (!careful) return std::nullopt;
  return general_verdict(*careful, gw);
}

void Judge::look_beyond(Verdict& verdict, const std::string& gw) {
  const bool was_right = is_about_right(verdict.kind);
  const auto wide = general_verdict(gw, was_right);
  if (!wide) return;
  const bool conforms = wide->kind != VerdictKind::nonconforming && wide->kind != VerdictKind::wrong_shape;
  // `[x[1:3]; ones(3)]` has 3 + n entries there, whatever x : R[6] is: that says nothing.
  if (was_right && wide->has_slices && !conforms) {
    verdict.notes.emplace_back(
        "slices keep the sizes that they meet: whether it holds at these sizes only is not tested");
    return;
  }
  // An array written out has the size that it has: no size of the sheet is mistaken for another.
  if (!conforms && has_array(gw)) return;
  if (wide->is_right() && !wide->kept_sizes.empty())
    verdict.notes.push_back("slices keep the sizes that they meet (" + wide->kept_sizes +
                            "): whether it holds at such sizes only is not tested");
  const bool is_taken_over = wide->is_right() && verdict.kind == VerdictKind::undecided;  // what holds for all sizes
  const bool is_below_rounding =
      was_right && !verdict.proved && wide->is_below_rounding;  // too large here for many digits
  if (is_taken_over || is_below_rounding) {
    verdict.kind = wide->kind;
    verdict.proved = wide->proved;
    verdict.points = wide->points;
    verdict.is_below_rounding = wide->is_below_rounding;
    verdict.witness = wide->witness;
  } else if (wide->kind == verdict.kind) {
    verdict.proved = verdict.proved || wide->proved;
  } else {
    const bool is_certain = wide->kind != VerdictKind::undecided && !wide->is_below_rounding;
    const bool is_value_right = verdict.is_right() || verdict.kind == VerdictKind::equal_transposed;
    verdict.trap = !conforms || (is_value_right && is_certain);
  }
}

}  // namespace gradwright::check
