// Right for another loss: the gradient a person wrote belongs to a loss of the table, on the same prediction and target.
#pragma once

#include <optional>
#include <string>

#include "check/equivalent.h"
#include "check/truth.h"

namespace gradwright::check {

struct OtherLoss {
  std::string name;  ///< "binary cross-entropy"
  std::string gw;    ///< `-sum(y .* log(a3) + (1 - y) .* log(1 - a3))`
};

/// `claim` in gradient layout, of the shape of `wrt`.
[[nodiscard]] std::optional<OtherLoss> other_loss(OpenSheet&, NormalForms&, const Question&, Expr claim);

}  // namespace gradwright::check
