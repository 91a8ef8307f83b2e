// What a compiled program computes, held to the formula it was made from: its value, and its gradients along a direction, against forward mode.
#pragma once

#include <optional>
#include <vector>

#include "ir/evaluate.h"

namespace gradwright {

/// A formula and where a program computed it; several points: it computed the sum over them.
struct ProgramPoint {
  Expr of;
  std::vector<Expr> by;
  std::vector<Bindings> at;
};

/// What the program said. `gradients` may be fewer than the variables: none where only the value was computed.
struct ProgramResult {
  double value = 0;
  std::vector<std::vector<double>> gradients;
};

struct Disagreement {
  std::optional<std::size_t> variable;  ///< none: the value differs
  double program = 0, formula = 0;      ///< the value, or the slope along the direction
};

/// Nothing where both agree to `tolerance`, or where one of them is not finite.
[[nodiscard]] std::optional<Disagreement> disagreement(const Pool&, const ProgramPoint&, const ProgramResult&,
                                                       double tolerance);

}  // namespace gradwright
