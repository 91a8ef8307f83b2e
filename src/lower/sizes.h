// Sizes as numbers. A plan is made for given sizes, so 1/n is a number there: it floats out of products, and what differs by it alone is
// computed once; a power by a size is so many products.
#pragma once

#include <vector>

#include "ir/pool.h"

namespace gradwright::lowering {

[[nodiscard]] std::vector<Expr> with_known_sizes(Pool&, const std::vector<Expr>& roots, const DimValues&);

}  // namespace gradwright::lowering
