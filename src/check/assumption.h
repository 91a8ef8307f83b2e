// A fact that the sheet does not state and that would make a claim right: 2*A*x for (A + A')*x where A is symmetric,
// P - Y for diag(rowsum(Y))*P - Y where the rows of Y sum to 1.
// Each input is given each fact in turn; both sides are compared under it (ir/expr.h: points honour the facts of the inputs).
#pragma once

#include <optional>
#include <string>

#include "check/equivalent.h"

namespace gradwright::check {

/// One sentence, with the declaration to write. `claim` and `truth` of one shape; nothing is assumed of `variable`, by which was differentiated.
[[nodiscard]] std::optional<std::string> missing_assumption(Pool&, NormalForms&, Expr claim, Expr truth, Expr variable);

}  // namespace gradwright::check
