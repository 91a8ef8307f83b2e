#include <algorithm>

#include "check/judge.h"
#include "check/own_names.h"
#include "check/report.h"

// What is looked for where a claim is not right: its mistakes, and repairs of it. On the sheet as written; where sizes coincide or are too
// large for the search, on the sheet whose sizes are symbols, and what is found there must hold here.
namespace gradwright::check {
namespace {

Formula formula_of(OpenSheet& sheet, const Truth& truth, Expr expr) {
  const Names names = names_of_people(sheet.program().names);
  if (truth.indices.empty()) return presented(sheet.pool(), expr, truth.surface, names);
  std::vector<std::string> letters;
  for (const FreeIndex& index : truth.indices) letters.push_back(index.name);
  return presented_entry(sheet.pool(), expr, letters, names);
}

Formula formula_of(OpenSheet& sheet, const Truth& truth) { return formula_of(sheet, truth, truth.expr); }

bool is_smaller(const Findings& a, const Findings& b) {
  if (a.repairs.empty() || b.repairs.empty()) return !a.repairs.empty();
  return a.repairs[0].edits.size() < b.repairs[0].edits.size();
}

/// What the person means is a sum over entries: no formula of matrices that is true repairs it.
bool multiplies_tensors(const JudgedSide& side) {
  const auto* mismatch = side.diagnostics.empty() ? nullptr : side.diagnostics[0].fact_as<SizeMismatch>();
  return mismatch != nullptr && std::ranges::any_of(mismatch->sizes, [](const auto& size) { return size.size() > 2; });
}

/// More entries than the search computes with.
bool is_too_large(const Pool& pool, const Shape& surface) {
  double count = 1;
  for (const Dim dim : surface) count *= static_cast<double>(pool.dims().constant_value(dim).value_or(1));
  return count > 1500;
}

}  // namespace

bool Judge::holds_in_general(const std::string& gw) {
  if (!general_) return true;
  const auto wide = general_verdict(gw, true);
  return !wide || wide->kind == VerdictKind::equal;
}

bool Judge::is_proved(const std::string& gw) {
  const SheetValue found = value(gw);
  if (!found.is_good() || found.surface != truth_.surface) return false;
  const auto is_it = [&](Expr truth) {
    return !truth.is_none() && equivalent(*pool_, *forms_, found.expr, truth, 3).kind == Equivalence::Kind::proved;
  };
  return is_it(truth_.expr) || is_it(truth_.structured);
}

bool Judge::holds_here(const std::string& gw) {
  const SheetValue found = value(gw);
  if (!found.is_good()) return false;
  if (truth_.indices.empty() && found.surface != truth_.surface) return false;
  const auto is_it = [&](Expr truth) {
    return !truth.is_none() && equivalent(*pool_, *forms_, found.expr, truth, 2).is_equal();
  };
  return is_it(truth_.expr) || is_it(truth_.structured);
}

bool Judge::has_large_sizes() const {
  const Program& program = sheet_->program();
  const auto is_large = [&](const auto& one) { return is_too_large(*pool_, one.surface); };
  return is_too_large(*pool_, truth_.surface) ||
         std::any_of(program.declarations.begin(), program.declarations.end(), is_large) ||
         std::any_of(program.definitions.begin(), program.definitions.end(), is_large);
}

bool Judge::find_general_mistakes(JudgedSide& side) {
  std::vector<std::string> formulas;
  for (const auto& [name, formula] : own_) formulas.push_back(formula);
  formulas.push_back(side.reading);
  const GeneralSheet general = general_->with_formulas(formulas);
  const std::string claim = general.formula(own_.size());
  Pool pool;
  OpenSheet sheet(Text(text_.name(), general.text()), pool, options_for_repairs());
  for (std::size_t i = 0; i < own_.size(); ++i) {
    if (!sheet.define(own_[i].first, general.formula(i)).empty()) return false;
  }
  const auto truth = question_in(sheet);
  if (!truth) return false;
  Findings found;
  for (const Expr one : {truth->expr, truth->structured}) {
    if (one.is_none()) continue;
    const Formula formula = formula_of(sheet, *truth, one);
    Findings next =
        findings({sheet, claim, truth->indices, one, truth->surface, formula.gw, formula.where, subject_of(side), {}});
    if (is_smaller(next, found)) found = std::move(next);
  }
  // Back in the sizes of the sheet. What was written with sizes has other places there: the whole is marked.
  const bool is_as_written = claim == side.reading;
  const Span whole{0, static_cast<std::uint32_t>(side.reading.size())};
  for (Repair& repair : found.repairs) {
    repair.gw = general.with_numbers(repair.gw);
    for (Edit& edit : repair.edits) {
      edit.text = general.with_numbers(edit.text);
      if (!is_as_written) edit.span = whole;
    }
  }
  for (Mistake& mistake : found.mistakes) {
    mistake.text = general.with_numbers(mistake.text);
    if (!is_as_written) mistake.span = whole;
  }
  std::erase_if(found.repairs, [&](const Repair& one) { return !holds_here(one.gw) || !holds_in_general(one.gw); });
  if (found.repairs.empty()) return false;
  side.mistakes = std::move(found.mistakes);
  side.repairs = std::move(found.repairs);
  return true;
}

ReadOptions Judge::options_for_repairs() const {
  ReadOptions options = reading_options();
  const bool is_defined = !question_.wrt.name.empty() && sheet_->program().declaration(question_.wrt.name) == nullptr;
  if (is_defined) options.cuts.insert(question_.wrt.name);
  return options;
}

bool Judge::find_mistakes_in_entries(JudgedSide& side) {
  const Formula formula = formula_of(*sheet_, truth_);
  const RepairTask task{*sheet_,    side.reading,  truth_.indices,   truth_.expr, truth_.surface,
                        formula.gw, formula.where, subject_of(side), {}};
  auto found = side.verdict.kind == VerdictKind::wrong_value ? findings_in_entries(task) : std::nullopt;
  if (!found || !holds_here(found->repairs[0].gw)) return false;
  side.mistakes = std::move(found->mistakes);
  side.repairs = std::move(found->repairs);
  return true;
}

void Judge::find_mistakes(JudgedSide& side) {
  if (side.verdict.has_no_value || multiplies_tensors(side)) return;
  if (side.verdict.is_right() || side.verdict.kind == VerdictKind::undecided || side.reading.empty()) return;
  if (find_mistakes_in_entries(side)) return;
  const auto search = [&](OpenSheet& sheet, const Truth& truth) {
    const Formula formula = formula_of(sheet, truth);
    RepairTask task{sheet,      side.reading,  truth.indices,    truth.expr, truth.surface,
                    formula.gw, formula.where, subject_of(side), {}};
    if (general_) task.holds = [this](const std::string& gw) { return holds_in_general(gw); };
    Findings found = findings(task);
    if (!truth.structured.is_none()) {  // the convention that the person is nearer to
      task.truth = truth.structured;
      const Formula kept = formula_of(sheet, truth, truth.structured);
      task.truth_gw = kept.gw;
      task.where = kept.where;
      if (Findings other = findings(task); is_smaller(other, found)) found = std::move(other);
    }
    side.mistakes = std::move(found.mistakes);
    side.repairs = std::move(found.repairs);
    const bool has_gaps = lacks_value(side.reading);
    std::erase_if(side.repairs, [&](const Repair& one) { return !has_gaps && lacks_value(one.gw); });
    if (side.repairs.empty()) side.mistakes.clear();
    if (!side.verdict.trap) return;
    std::erase_if(side.repairs, [&](const Repair& one) { return !holds_in_general(one.gw); });
    if (side.repairs.empty()) side.mistakes.clear();
  };
  if (general_ && (side.verdict.trap || has_large_sizes()) && find_general_mistakes(side)) return;
  const bool is_defined = !question_.wrt.name.empty() && sheet_->program().declaration(question_.wrt.name) == nullptr;
  if (!is_defined) {
    search(*sheet_, truth_);
    return;
  }
  Pool pool;
  OpenSheet cut(text_, pool, options_for_repairs());
  for (const auto& [name, formula] : own_) {
    if (!cut.define(name, formula).empty()) return;
  }
  if (const auto truth = question_in(cut)) search(cut, *truth);
}

Formula Judge::truth_formula() { return formula_of(*sheet_, truth_); }

}  // namespace gradwright::check
