#include "check/equivalent.h"

#include "check/faint.h"
#include "check/normal.h"

namespace gradwright::check {

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
  if (compared.witness) {
    result.kind = Equivalence::Kind::refuted;
    result.witness = std::move(compared.witness);
    return result;
  }
  const Polynomial* first = forms.form(a);
  const Polynomial* second = first == nullptr ? nullptr : forms.form(b);
  const bool is_proved = second != nullptr && polynomial_key(*first) == polynomial_key(*second);
  if (!is_proved && compared.points > 0) {
    result.witness = faint_difference(pool, a, b);
    if (result.witness) {
      result.kind = Equivalence::Kind::refuted;
      return result;
    }
  }
  result.kind = is_proved                                           ? Equivalence::Kind::proved
                : compared.points > 0 && !hides_numbers(pool, a, b) ? Equivalence::Kind::confirmed
                                                                    : Equivalence::Kind::undecided;
  return result;
}

Equivalence equivalent(Pool& pool, Expr a, Expr b, int points) {
  NormalForms forms(pool);
  return equivalent(pool, forms, a, b, points);
}

}  // namespace gradwright::check
