// Values of every node of a graph in the precision of a training: what overflows there is infinite here too.
#pragma once

#include <unordered_map>
#include <vector>

#include "emit/c.h"
#include "ir/evaluate.h"

namespace gradwright {

using NodeValues = std::unordered_map<Expr, Tensor>;

/// Of all nodes that the roots reach.
[[nodiscard]] NodeValues values_in(Precision, const Pool&, const std::vector<Expr>& roots, const Bindings&);

}  // namespace gradwright
