// Forward mode: the slope of a formula along a direction, by dual numbers in the evaluator. It takes no derivative from any table or rule of the
// adjoint, costs about three evaluations whatever the number of variables, and is exact to rounding.
#pragma once

#include <unordered_map>
#include <vector>

#include "ir/evaluate.h"

namespace gradwright {

/// How far each input moves; one that is not named stays.
using Direction = std::unordered_map<Expr, std::vector<double>>;

struct Slope {
  Tensor value;  ///< f(x)
  Tensor slope;  ///< d/dt f(x + t·u) at t = 0
};
[[nodiscard]] Slope slope_along(const Pool&, Expr of, const Bindings& at, const Direction& u);

/// d/ds d/dt f(x + s·u + t·v) at 0.
[[nodiscard]] Tensor bend_along(const Pool&, Expr of, const Bindings& at, const Direction& u, const Direction& v);

}  // namespace gradwright
