// In words: which operation gave a number that is not finite, from which numbers, and what helps.
#pragma once

#include <string>
#include <vector>

#include "train/node_values.h"

namespace gradwright {

[[nodiscard]] bool is_bad(const Tensor&);
/// The node that the badness of `root` came from: a bad one whose operands are all finite.
[[nodiscard]] Expr origin_of(const Pool&, Expr root, const NodeValues&);

struct BadOperation {
  std::string what = {};     ///< `exp(812.5) is inf`
  std::string help = {};     ///< empty: nothing besides a lower rate
  bool is_overflow = false;  ///< the numbers are too large for the precision
  bool is_division = false;  ///< by 0
};
[[nodiscard]] BadOperation bad_operation(const Pool&, Expr node, const NodeValues&);
/// `entries 2 and 5 of 10`, indices from 1; empty for a scalar.
[[nodiscard]] std::string bad_entries(const Tensor&);

}  // namespace gradwright
