// The judge of these tests: the evaluator at random points, and nothing of what is tested.
#pragma once

#include <algorithm>
#include <cmath>

#include "derive/differences.h"

namespace gradwright {

/// Equal in value at random points, judged by the evaluator alone.
inline bool is_equal(const Pool& pool, Expr a, Expr b) {
  if (a.is_none() || b.is_none() || pool.shape(a) != pool.shape(b)) return false;
  int points = 0;
  for (std::uint64_t seed = 1; seed < 20 && points < 4; ++seed) {
    const Bindings at = random_bindings(pool, {a, b}, 71 * seed);
    const std::vector<Tensor> both = evaluate(pool, {a, b}, at);
    bool is_finite = true;
    for (std::size_t i = 0; i < both[0].values.size(); ++i) {
      const double x = both[0].values[i];
      const double y = both[1].values[i];
      if (!std::isfinite(x) && !std::isfinite(y)) {
        is_finite = false;
      } else if (!(std::fabs(x - y) <= 1e-8 * std::max(1.0, std::fabs(y)))) {
        return false;
      }
    }
    points += is_finite ? 1 : 0;
  }
  return points > 0;
}

}  // namespace gradwright
