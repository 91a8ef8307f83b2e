// Trace: the steps that led to a result, in order. The trace IS the explanation; every step can be checked by numbers.
#pragma once

#include <string>
#include <vector>

#include "ir/expr.h"

namespace gradwright {

struct Step {
  std::string rule;     ///< name of the rule's row
  Expr before;          ///< equal in value to `after`; for an adjoint step: the node whose adjoint is found
  Expr after;           ///< for an adjoint step: the contribution to the adjoint
  bool rewrite = true;  ///< true: before = after; false: an adjoint step
};

using Trace = std::vector<Step>;

}  // namespace gradwright
