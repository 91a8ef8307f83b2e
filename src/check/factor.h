// A constant factor between a claim and the truth: a rational, times powers of dimension symbols and of scalar constants: −1, 2, 1/m, lambda.
// The ratio must be one number over all entries at a point; over many points it is fitted as a product, and the product is then checked.
#pragma once

#include <optional>
#include <string>

#include "check/equivalent.h"

namespace gradwright::check {

struct ConstantFactor {
  std::string gw;  ///< claim = gw · truth
  bool proved = false;
};

[[nodiscard]] std::optional<ConstantFactor> constant_factor(Pool&, NormalForms&, Expr claim, Expr truth);

}  // namespace gradwright::check
