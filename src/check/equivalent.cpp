#include "check/equivalent.h"

#include <algorithm>
#include <cmath>

#include "check/faint.h"
#include "check/normal.h"
#include "check/precise.h"
#include "derive/differences.h"

namespace gradwright::check {

namespace {

/// So near that the doubles themselves may have made the difference.
bool is_near(const Witness& witness) {
  return std::fabs(witness.first - witness.second) <=
         1e-6 * std::max(1.0, std::max(std::fabs(witness.first), std::fabs(witness.second)));
}

/// Many digits at a point or two, then other scales. Nothing where they tell nothing.
std::optional<Equivalence::Kind> looked_closer(const Pool& pool, Expr a, Expr b, Equivalence& result) {
  constexpr int precise_points = 2;
  int equal = 0;
  const auto refuted_by = [&](std::optional<Witness> witness) {
    result.witness = std::move(witness);
    result.is_faint = true;
    return Equivalence::Kind::refuted;
  };
  for (std::uint64_t attempt = 0; attempt < 6 && equal < precise_points; ++attempt) {
    PreciseComparison found = compared_precisely(pool, a, b, random_bindings(pool, {a, b}, 409 + attempt * 7919));
    if (found.kind == PreciseComparison::Kind::differ) {
      const bool is_rounding = found.share <= 1e-13 && has_rounded_number(pool, a, b);
      return is_rounding ? Equivalence::Kind::undecided : refuted_by(std::move(found.witness));
    }
    if (found.kind == PreciseComparison::Kind::beyond) return Equivalence::Kind::undecided;
    if (found.kind == PreciseComparison::Kind::equal) ++equal;
  }
  if (equal == 0) return std::nullopt;
  Comparison wide = compared_at_scales(pool, a, b, thresholds_of(pool, a, b));
  if (!wide.witness) return Equivalence::Kind::confirmed;
  PreciseComparison found = compared_precisely(pool, a, b, wide.witness->at);
  return found.kind == PreciseComparison::Kind::differ ? refuted_by(std::move(found.witness))
                                                       : Equivalence::Kind::confirmed;
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
  if (compared.witness && is_near(*compared.witness) &&
      compared_precisely(pool, a, b, compared.witness->at).kind == PreciseComparison::Kind::equal)
    compared.witness.reset();
  if (compared.witness) {
    result.kind = Equivalence::Kind::refuted;
    result.witness = std::move(compared.witness);
    return result;
  }
  const Polynomial* first = forms.form(a);
  const Polynomial* second = first == nullptr ? nullptr : forms.form(b);
  if (second != nullptr && polynomial_key(*first) == polynomial_key(*second)) {
    result.kind = Equivalence::Kind::proved;
    return result;
  }
  if (compared.points == 0) return result;
  if (const auto closer = looked_closer(pool, a, b, result)) {
    result.kind = *closer;
    return result;
  }
  result.witness = faint_difference(pool, a, b);
  result.is_faint = result.witness.has_value();
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
