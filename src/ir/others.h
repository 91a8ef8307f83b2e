// The product of the other entries, Π x[f'] over f' ≠ f: the derivative of a product by an entry. prod(x)/x is that where no entry is 0;
// this is that everywhere: the product along a row of entries, that of the place itself being 1, as δ + x·[δ = 0], which does not round.
#pragma once

#include <optional>
#include <vector>

#include "ir/pool.h"

namespace gradwright {

struct Others {
  Expr x;
  std::vector<std::uint16_t> axes;  ///< along which they are multiplied, ascending
};

/// Of the shape of x: at each place the product of the other entries along the axes.
[[nodiscard]] Expr make_product_of_others(Pool&, Others);
/// What that was made of; nothing for any other node.
[[nodiscard]] std::optional<Others> product_of_others(Pool&, Expr);

}  // namespace gradwright
