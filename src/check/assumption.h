// A fact that the sheet does not state and that would make a claim right: 2*A*x for (A + A')*x where A is symmetric,
// P - Y for diag(rowsum(Y))*P - Y where the rows of Y sum to 1.
// Each input is given each fact in turn; both sides are compared under it (ir/expr.h: points honour the facts of the inputs).
#pragma once

#include <optional>
#include <string>

#include "check/equivalent.h"

namespace gradwright::check {

struct Assumption {
  std::string name, property;  ///< "Y", "simplex_rows"
  std::string of_labels;       ///< "onehot_rows": the property that labels have; may be empty
  std::string sentence;        ///< "each row of `Y` sums to 1"
  std::string declaration;     ///< "Y : R[m,k] simplex_rows"
};

/// `claim` and `truth` of one shape; nothing is assumed of `variable`, by which was differentiated.
[[nodiscard]] std::optional<Assumption> missing_assumption(Pool&, NormalForms&, Expr claim, Expr truth, Expr variable);

}  // namespace gradwright::check
