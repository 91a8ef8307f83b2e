#include "check/equivalent.h"

#include <algorithm>
#include <cmath>

#include "check/branches.h"
#include "check/difference_below_rounding.h"
#include "check/normal.h"
#include "check/precise.h"
#include "check/regions.h"
#include "derive/inside.h"

namespace gradwright::check {

namespace {

/// What doubles show at a point, held against many digits there.
enum class Trust { real, rounding, unknown };

Trust trusted(const Pool& pool, Expr a, Expr b, const Witness& witness) {
  switch (compared_precisely(pool, a, b, witness.at).kind) {
    case PreciseComparison::Kind::differ: return Trust::real;
    case PreciseComparison::Kind::equal: return Trust::rounding;
    default: return Trust::unknown;
  }
}

/// Far more than what rounding makes of the numbers that are met: where many digits are too much work.
bool is_clear(const Pool& pool, Expr a, Expr b, const Witness& witness) {
  double met = 1;
  for (const Tensor& tensor : evaluate(pool, reachable(pool, {a, b}), witness.at))
    for (const double x : tensor.values) met = std::isfinite(x) ? std::max(met, std::fabs(x)) : met;
  return std::fabs(witness.first - witness.second) > 1e-8 * met;
}

/// At a point, or nearer to 0 where numbers would need more digits than are computed: exp(−x⁴) at x = 20.
PreciseComparison compared_within_digits(const Pool& pool, Expr a, Expr b, const Bindings& at) {
  PreciseComparison found = compared_precisely(pool, a, b, at);
  for (double factor = 0.25; found.kind == PreciseComparison::Kind::beyond && factor > 0.01; factor /= 4) {
    PreciseComparison nearer = compared_precisely(pool, a, b, stretched(pool, at, factor));
    if (nearer.kind != PreciseComparison::Kind::unknown) found = std::move(nearer);
  }
  return found;
}

/// Many digits at a point or two. Nothing where they tell nothing.
std::optional<Equivalence::Kind> looked_closer(const Pool& pool, Expr a, Expr b, Equivalence& result) {
  constexpr int precise_points = 2;
  int equal = 0;
  const auto refuted_by = [&](std::optional<Witness> witness) {
    result.witness = std::move(witness);
    result.is_below_rounding = true;
    return Equivalence::Kind::refuted;
  };
  for (std::uint64_t attempt = 0; attempt < 6 && equal < precise_points; ++attempt) {
    PreciseComparison found = compared_within_digits(pool, a, b, bindings_inside(pool, {a, b}, 409 + attempt * 7919));
    if (found.kind == PreciseComparison::Kind::differ) {
      const bool is_rounding = found.share <= 1e-13 && has_rounded_number(pool, a, b);
      return is_rounding ? Equivalence::Kind::undecided : refuted_by(std::move(found.witness));
    }
    if (found.kind == PreciseComparison::Kind::beyond) return Equivalence::Kind::undecided;
    if (found.kind == PreciseComparison::Kind::equal) ++equal;
  }
  if (equal == 0) return std::nullopt;
  return Equivalence::Kind::confirmed;
}

}  // namespace

Equivalence equivalent(Pool& pool, NormalForms& forms, Expr a, Expr b, int points) {
  Equivalence result;
  if (pool.shape(a) != pool.shape(b)) {
    result.kind = Equivalence::Kind::refuted;
    return result;
  }
  if (a == b) {
    result.kind = Equivalence::Kind::proved;
    return result;
  }
  Comparison compared = compared_by_numbers(pool, a, b, points);
  result.points = compared.points;
  const Trust trust = compared.witness ? trusted(pool, a, b, *compared.witness) : Trust::rounding;
  const auto refuted = [&](Witness witness) {
    result.kind = Equivalence::Kind::refuted;
    result.witness = std::move(witness);
    return result;
  };
  if (trust == Trust::real) return refuted(std::move(*compared.witness));
  const Polynomial* first = forms.form(a);
  const Polynomial* second = first == nullptr ? nullptr : forms.form(b);
  if (second != nullptr && forms.are_equal(*first, *second)) {
    result.kind = Equivalence::Kind::proved;
    return result;
  }
  if (compared.points == 0) return result;
  if (trust == Trust::unknown) {
    if (is_clear(pool, a, b, *compared.witness)) return refuted(std::move(*compared.witness));
    return result;
  }
  const bool has_rounded = has_rounded_number(pool, a, b);  // far out, its last digit shows
  const auto is_real = [&](const Witness& witness) {
    const double least = has_rounded ? 1e-4 * std::max(std::fabs(witness.first), std::fabs(witness.second)) : 0;
    return std::fabs(witness.first - witness.second) > least && trusted(pool, a, b, witness) == Trust::real;
  };
  if (auto far = difference_in_regions(pool, a, b, is_real)) return refuted(std::move(*far));
  BranchComparison branches = compared_on_branches(pool, a, b, is_real);
  if (branches.witness) return refuted(std::move(*branches.witness));
  result.points += branches.points;
  result.has_unmet_branch = !branches.all_met;
  if (result.has_unmet_branch) return result;
  if (const auto closer = looked_closer(pool, a, b, result)) {
    result.kind = *closer;
    return result;
  }
  result.witness = difference_below_rounding(pool, a, b);
  result.is_below_rounding = result.witness.has_value();
  result.kind = result.witness              ? Equivalence::Kind::refuted
                : hides_numbers(pool, a, b) ? Equivalence::Kind::undecided
                                            : Equivalence::Kind::confirmed;
  return result;
}

Equivalence equivalent(Pool& pool, Expr a, Expr b, int points) {
  NormalForms forms(pool);
  return equivalent(pool, forms, a, b, points);
}

}  // namespace gradwright::check
