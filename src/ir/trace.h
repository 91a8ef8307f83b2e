// Trace: the steps that led to a result, in order. The trace IS the explanation; every step can be checked by numbers.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ir/expr.h"

namespace gradwright {

struct Step {
  enum class Kind {
    rewrite,  ///< before = after; `node`: in whose line of the chain, where it is in one
    through,  ///< before: the adjoint of `node`; after: what it contributes to the adjoint of its operand number `operand`
    gather,  ///< after: the adjoint of `node`, the sum of its contributions; before: the variable that stands for it from here on, if any
  };
  Kind kind = Kind::rewrite;
  std::string rule;  ///< name of the rule's row
  Expr before;
  Expr after;
  Expr node;
  std::size_t operand = 0;
};

using Trace = std::vector<Step>;

}  // namespace gradwright
