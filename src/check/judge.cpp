#include "check/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "check/assumption.h"
#include "check/domain.h"
#include "check/edit.h"
#include "check/factor.h"
#include "check/other_loss.h"
#include "derive/adjoint.h"
#include "ir/make.h"

namespace gradwright::check {
namespace {

/// It may be written as a number.
bool is_tensor_of_one_entry(const Pool& pool, const Shape& surface) {
  return surface.size() > 2 && std::ranges::all_of(surface, [&](Dim dim) { return pool.dims().is_one(dim); });
}

/// On paper `∂V/∂a = 0` says so of every entry.
bool is_number_for_zeros(Pool& pool, NormalForms& forms, Expr claim, Expr truth) {
  if (pool.order(claim) != 0 || pool.order(truth) == 0 || !is_zero(pool, claim)) return false;
  return equivalent(pool, forms, make_zero(pool, Shape(pool.shape(truth))), truth).is_equal();
}

Expr in_other_layout(Pool& pool, Expr e) { return pool.order(e) == 2 ? transposed(pool, e) : e; }

WitnessValues shown(const OpenSheet& sheet, const Witness& witness, Expr claim, Expr truth) {
  const Pool& pool = sheet.pool();
  WitnessValues values;
  values.entry = witness.entry;
  values.gap = witness.gap;
  values.claimed = evaluate(pool, claim, witness.at);
  values.truth = evaluate(pool, truth, witness.at);
  for (const Declaration& declaration : sheet.program().declarations) {
    const auto found = witness.at.inputs.find(declaration.input);
    if (found == witness.at.inputs.end()) continue;
    values.inputs.push_back({declaration.name, declaration.surface, found->second});
    for (const Dim dim : declaration.surface) {
      if (pool.dims().constant_value(dim)) continue;
      values.sizes[pool.dims().to_string(dim)] = pool.dims().value(dim, witness.at.dims).value_or(0);
    }
  }
  return values;
}

/// By which of the derivatives by a matrix with structure a claim is judged.
std::string convention_note(const Truth& truth, const std::string& variable, Expr judged_by) {
  const std::string structure(structure_name(truth.structure));
  const std::string fact = "`" + variable + "` is " + structure;
  if (judged_by == truth.expr) return "by the convention that all entries of the variable are free, though " + fact;
  if (judged_by == truth.structured)
    return "by the convention that the derivative keeps the structure of its variable: " + fact;
  return "by the convention that a gradient is taken among the " + structure + " matrices: " + fact;
}

}  // namespace

Judge::Judge(const Text& sheet, std::optional<Layout> layout)
    : text_(sheet),
      pool_(std::make_unique<Pool>()),
      sheet_(std::make_unique<OpenSheet>(sheet, *pool_, reading_options())),
      forms_(std::make_unique<NormalForms>(*pool_)),
      general_(GeneralSheet::of(sheet)),
      layout_(layout.value_or(sheet_->program().layout)) {}

std::optional<Truth> Judge::question_in(OpenSheet& sheet) const {
  if (identity_.empty()) return truth_of(sheet, question_);
  const SheetValue left = sheet.value(identity_, identity_indices_);
  if (!left.is_good() || sheet.pool().order(left.expr) < identity_indices_.size()) return std::nullopt;
  Truth truth{left.expr, left.surface, identity_indices_, false, left.expr, {}, Structure::none, {}};
  if (!truth.indices.empty()) truth.surface.clear();
  for (std::size_t axis = 0; axis < truth.indices.size(); ++axis)
    truth.indices[axis].extent = sheet.pool().shape(left.expr)[axis];
  return truth;
}

bool Judge::ask(const Target& of, const Target& wrt, bool is_second) {
  question_ = {of, wrt, layout_, is_second};
  identity_.clear();
  auto truth = question_in(*sheet_);
  if (!truth) return false;
  truth_ = std::move(*truth);
  truth_parts_.reset();
  return true;
}

bool Judge::ask_identity(const std::string& gw, const std::vector<std::string>& indices) {
  identity_ = gw;
  identity_indices_.clear();
  for (const std::string& index : indices) identity_indices_.push_back({index, std::nullopt});
  question_ = {};
  auto truth = question_in(*sheet_);
  if (!truth) return false;
  truth_ = std::move(*truth);
  truth_parts_.reset();
  return true;
}

bool Judge::define(const std::string& name, const std::string& gw) {
  if (!sheet_->define(name, gw).empty()) return false;
  own_.emplace_back(name, gw);
  return true;
}

void Judge::stand_in(const std::string& name, const std::string& of, const std::string& wrt) {
  if (define(name, fmt::format("grad({}, {})", of, wrt))) stand_ins_.insert(name);
}

Verdict Judge::compared(OpenSheet& sheet, NormalForms& forms, const SheetValue& claim, const Truth& truth) const {
  Pool& pool = sheet.pool();
  Verdict verdict;
  verdict.surface = claim.surface;
  const Shape swapped(truth.surface.rbegin(), truth.surface.rend());
  const bool is_entry = !truth.indices.empty();
  const bool is_zero_of_any_size = is_number_for_zeros(pool, forms, claim.expr, truth.expr);
  const bool is_number =
      is_zero_of_any_size || (pool.order(claim.expr) == 0 && is_tensor_of_one_entry(pool, truth.surface));
  const bool is_same =
      is_entry ? pool.shape(claim.expr) == pool.shape(truth.expr) : claim.surface == truth.surface || is_number;
  const Expr claimed = is_number ? broadcast(pool, claim.expr, Shape(pool.shape(truth.expr)), {}) : claim.expr;
  const bool is_transposed = !is_entry && truth.surface.size() == 2 && claim.surface == swapped;
  const auto settle = [&](VerdictKind kind, const Equivalence& found) {
    verdict.kind = kind;
    verdict.proved = found.kind == Equivalence::Kind::proved;
    verdict.points = found.points;
  };
  std::optional<Equivalence> plain;
  if (is_same) {
    plain = equivalent(pool, forms, claimed, truth.expr);
    verdict.points = plain->points;
    verdict.has_unmet_branch = plain->has_unmet_branch;
    if (plain->kind == Equivalence::Kind::undecided) return verdict;
    if (plain->is_equal()) {
      settle(VerdictKind::equal, *plain);
      if (is_zero_of_any_size) verdict.notes.emplace_back("`0` is read as 0 in every entry");
      const bool is_choice =
          !truth.structured.is_none() && !equivalent(pool, forms, claimed, truth.structured, 3).is_equal();
      if (is_choice) verdict.notes.push_back(convention_note(truth, question_.wrt.name, truth.expr));
      return verdict;
    }
  }
  for (const Expr other : {truth.structured, truth.projected}) {
    if (!is_same || other.is_none()) continue;
    const Equivalence found = equivalent(pool, forms, claimed, other);
    if (!found.is_equal()) continue;
    settle(VerdictKind::equal, found);
    verdict.notes.push_back(convention_note(truth, question_.wrt.name, other));
    return verdict;
  }
  if (is_transposed) {
    for (const Expr other : {truth.expr, truth.structured}) {
      if (other.is_none()) continue;
      const Equivalence found = equivalent(pool, forms, claimed, in_other_layout(pool, other));
      if (!found.is_equal()) continue;
      settle(VerdictKind::equal_transposed, found);
      if (other != truth.expr) verdict.notes.push_back(convention_note(truth, question_.wrt.name, other));
      return verdict;
    }
  }
  if (!is_same) {
    verdict.kind = VerdictKind::wrong_shape;
    if (is_transposed) {
      if (const auto factor = constant_factor(pool, forms, claimed, in_other_layout(pool, truth.expr)))
        verdict.notes.push_back("it is " + factor->gw + " times the transpose of the derivative");
    }
    const bool is_square = truth.surface.size() == 2 && truth.surface[0] == truth.surface[1];
    if (is_square && pool.order(claim.expr) == 1 && pool.shape(claim.expr)[0] == truth.surface[0]) {
      const Expr diagonal = make_einsum(pool, {0, 0}, {{claim.expr, {0}}}, {truth.surface[0]});
      if (equivalent(pool, forms, diagonal, truth.expr).is_equal())
        verdict.notes.emplace_back("the vector is the diagonal of the Jacobian: `diag(…)` around it makes it right");
    }
    return verdict;
  }
  for (const Expr other : {truth.expr, truth.structured}) {
    const auto factor = other.is_none() ? std::nullopt : constant_factor(pool, forms, claimed, other);
    if (!factor) continue;
    verdict.kind = VerdictKind::scaled;
    verdict.factor = factor->gw;
    verdict.proved = factor->proved;
    verdict.points = plain->points;
    if (other != truth.expr) verdict.notes.push_back(convention_note(truth, question_.wrt.name, other));
    return verdict;
  }
  verdict.kind = VerdictKind::wrong_value;
  verdict.points = plain->points;
  verdict.is_below_rounding = plain->is_below_rounding;
  if (plain->witness) verdict.witness = shown(sheet, *plain->witness, claimed, truth.expr);
  return verdict;
}

const std::vector<Expr>& Judge::truth_parts() {
  if (!truth_parts_) {
    truth_parts_ = {truth_.expr, truth_.of};
    const std::string of = identity_.empty() ? question_.of.name : identity_;
    const std::vector<FreeIndex> free = identity_.empty() ? std::vector<FreeIndex>{} : truth_.indices;
    for (const PartialPart& part : partial_parts(*sheet_, of, free)) truth_parts_->push_back(part.value);
    const std::vector<Expr> slopes = slopes_of_roots(*sheet_, of);
    truth_parts_->insert(truth_parts_->end(), slopes.begin(), slopes.end());
  }
  return *truth_parts_;
}

bool Judge::lacks_value(const std::string& gw) {
  const std::vector<PartialPart> parts = partial_parts(*sheet_, gw, truth_.indices);
  return !parts.empty() &&
         (domain_gap(*pool_, parts, truth_parts()) || !zero_divisors(*pool_, parts, truth_parts()).empty());
}

void Judge::look_at_domain(Verdict& verdict, const std::string& gw, Expr claim) {
  const bool is_judged = verdict.is_right() || (verdict.kind == VerdictKind::undecided && verdict.points == 0);
  const std::vector<PartialPart> parts =
      is_judged ? partial_parts(*sheet_, gw, truth_.indices) : std::vector<PartialPart>{};
  if (parts.empty()) return;
  if (const auto gap = domain_gap(*pool_, parts, truth_parts())) {
    verdict.kind = VerdictKind::wrong_value;
    verdict.proved = false;
    verdict.has_no_value = true;
    Witness witness{gap->at, std::vector<std::int64_t>(pool_->order(truth_.expr), 1)};
    verdict.witness = shown(*sheet_, witness, claim, truth_.expr);
    auto& claimed = verdict.witness->claimed.values;
    std::fill(claimed.begin(), claimed.end(), std::nan(""));
    return;
  }
  for (const std::string& divisor : zero_divisors(*pool_, parts, truth_parts()))
    verdict.notes.push_back("it has no value where `" + divisor + "` is 0; the derivative has one there");
}

Verdict Judge::verdict_as_written(const std::string& gw, std::vector<Diagnostic>& reasons) {
  const SheetValue claim = sheet_->value_with_reasons(gw, truth_.indices);
  Verdict verdict;
  if (!claim.is_good()) {
    verdict.kind = VerdictKind::nonconforming;
    reasons = claim.diagnostics;
    return verdict;
  }
  verdict = compared(*sheet_, *forms_, claim, truth_);
  const auto with_constants = verdict.is_right() ? std::nullopt : verdict_with_constants(gw);
  if (with_constants) verdict = *with_constants;
  if (with_constants && verdict.is_right()) {
    look_at_domain(verdict, gw, claim.expr);
    return verdict;
  }
  const bool is_plain = identity_.empty() && question_.of.entry.empty() && question_.wrt.entry.empty();
  if (verdict.kind == VerdictKind::wrong_value) {
    const Declaration* variable = sheet_->program().declaration(question_.wrt.name);
    verdict.assumption =
        missing_assumption(*pool_, *forms_, claim.expr, truth_.expr, variable == nullptr ? Expr() : variable->input);
  }
  if (verdict.kind == VerdictKind::wrong_value && !verdict.assumption && is_plain && truth_.is_gradient) {
    const Expr gradient = layout_ == Layout::numerator ? in_other_layout(*pool_, claim.expr) : claim.expr;
    if (const auto other = other_loss(*sheet_, *forms_, question_, gradient)) {
      verdict.kind = VerdictKind::right_for_other_loss;
      verdict.other_loss = other->name + ", `" + other->gw + "`";
    }
  }
  look_beyond(verdict, gw);
  look_at_domain(verdict, gw, claim.expr);
  if (verdict.kind == VerdictKind::wrong_value && !verdict.has_no_value && !with_constants) {
    if (const auto witness =
            verdict.is_below_rounding ? std::nullopt : readable_witness(*pool_, claim.expr, truth_.expr))
      verdict.witness = shown(*sheet_, *witness, claim.expr, truth_.expr);
  }
  return verdict;
}

std::vector<std::string> Judge::own_names(const std::vector<std::string>& names) {
  std::vector<std::string> notes;
  const Program& program = sheet_->program();
  if (names.empty() || !identity_.empty() || truth_.of.is_none() || pool_->order(truth_.of) != 0) return notes;
  const std::vector<Expr> parts = reachable(*pool_, {truth_.of});
  std::vector<const Definition*> nodes;
  std::vector<Expr> exprs;
  for (const Definition& definition : program.definitions) {
    const bool is_part = std::binary_search(parts.begin(), parts.end(), definition.expr);
    if (definition.expr.is_none() || !is_part || definition.expr == truth_.of) continue;
    if (std::find(exprs.begin(), exprs.end(), definition.expr) != exprs.end())
      continue;  // computed again by the person
    nodes.push_back(&definition);
    exprs.push_back(definition.expr);
  }
  if (nodes.empty()) return notes;
  Trace trace;
  const Adjoints found = adjoints(*pool_, truth_.of, exprs, trace);
  for (const std::string& name : names) {
    const Definition* own = program.definition(name);
    if (own == nullptr || own->expr.is_none() || std::binary_search(parts.begin(), parts.end(), own->expr)) continue;
    for (std::size_t i = nodes.size(); i-- > 0;) {
      const std::string slope = "∂" + question_.of.name + "/∂" + nodes[i]->name;
      const Expr adjoint = found.of_wrt[i];
      const Shape shape = pool_->shape(own->expr);
      if (is_zero(*pool_, adjoint)) continue;
      if (shape == pool_->shape(adjoint) && equivalent(*pool_, *forms_, own->expr, adjoint, 3).is_equal()) {
        notes.push_back(stand_ins_.contains(name)
                            ? fmt::format("`{}` rests on what does not conform: here it is taken for {}", name, slope)
                            : "your `" + name + "` is " + slope);
        break;
      }
      if (shape.size() == 2 && pool_->order(adjoint) == 2 &&
          shape == Shape(pool_->shape(adjoint).rbegin(), pool_->shape(adjoint).rend()) &&
          equivalent(*pool_, *forms_, own->expr, in_other_layout(*pool_, adjoint), 3).is_equal()) {
        notes.push_back("your `" + name + "` is the transpose of " + slope);
        break;
      }
      if (shape != pool_->shape(adjoint)) continue;
      if (const auto factor = constant_factor(*pool_, *forms_, own->expr, adjoint)) {
        notes.push_back("your `" + name + "` is " + factor->gw + " times " + slope);
        break;
      }
    }
  }
  return notes;
}

}  // namespace gradwright::check
