// Differences below rounding: `T + 1e-12*W` beside `T` agrees at every point as far as rounding can tell. The difference itself is looked at then:
//   a − b with equal terms taken out exactly; what is left is compared with its own terms, not with a and b.
#pragma once

#include "check/witness.h"
#include "ir/pool.h"

namespace gradwright::check {

/// A point where a − b, for all it is small beside a and b, is not small beside the terms that are left of it.
[[nodiscard]] std::optional<Witness> difference_below_rounding(const Pool&, Expr a, Expr b);
/// Numbers of one side alone are so small, or so near to a number of the other, that no point can tell.
[[nodiscard]] bool hides_numbers(const Pool&, Expr a, Expr b);
/// Some number has as many digits as a double: it may be rounded (3.141592653589793).
[[nodiscard]] bool has_rounded_number(const Pool&, Expr a, Expr b);
/// Numbers of one side alone that are not about 1: inputs of that size may cross what they bound.
[[nodiscard]] std::vector<double> thresholds_of(const Pool&, Expr a, Expr b);

}  // namespace gradwright::check
