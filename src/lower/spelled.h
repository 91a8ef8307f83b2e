// Before loops are made: log-sum-exp as a maximum, a sum and a logarithm; what a softmax shares with it; masks by what is stored anyway.
//   lse(x) = m + log s,  exp(x − lse(x)) = exp(x − m)/s,  with m = max x, s = Σ exp(x − m)
//   step(x) = step(relu(x)), where relu(x) is needed
#pragma once

#include <vector>

#include "ir/pool.h"

namespace gradwright {

[[nodiscard]] std::vector<Expr> spelled(Pool&, const std::vector<Expr>& roots);

}  // namespace gradwright
