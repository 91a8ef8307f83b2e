// Softmax taken entry by entry: p .* (1 - p), the slope of a sigmoid, where the Jacobian diag(p) - p*p' belongs.
#pragma once

#include <optional>
#include <vector>

#include "check/edit.h"

namespace gradwright::check {

struct SoftmaxSlope {
  Ast softmax;               ///< p
  std::vector<Ast> factors;  ///< beside p and 1 - p
  bool is_vector = false;    ///< softmax of a vector, not of rows or columns
};

/// p .* (1 - p) within a product, or the sum p - p.^2, of what is a softmax.
[[nodiscard]] std::optional<SoftmaxSlope> softmax_slope(const SyntaxTrees&, Ast);
/// Where it stands in a formula, or in what a name of the sheet in it stands for; empty: nowhere.
[[nodiscard]] Span softmax_slope_in(const SyntaxTrees&, Ast root);

}  // namespace gradwright::check
