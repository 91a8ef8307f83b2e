// Branches: where a formula is one thing on one side of a condition and another on the other side: relu(x), x > y, the largest entry. A few
// random points may all lie on one side, so many are taken, on as many sides as are found.
// Read next: turning_sizes.h (conditions over sizes alone).
#pragma once

#include <optional>

#include "check/regions.h"
#include "check/witness.h"

namespace gradwright::check {

/// Entry by entry the value turns where its operand is 0, or its two operands are equal: abs, relu, max, comparisons.
[[nodiscard]] bool is_kinked(const Pool&, Expr);
struct BranchComparison {
  int points = 0;  ///< at which both were finite
  std::optional<Witness> witness;
  bool all_met = true;  ///< false where one side of a condition over sizes lies at sizes too large to compute with
};
/// Nothing is compared where neither side has a branch.
[[nodiscard]] BranchComparison compared_on_branches(const Pool&, Expr a, Expr b, const IsReal&);

}  // namespace gradwright::check
