// Regions: points that random ones near 1 never visit. Sizes of 1, and large ones; both sides of every kink; inputs far out, near 0 and about
// the numbers that one side alone writes. `2*x*(n > 1)` differs from 2*x at n = 1 only, `2*x + relu(x - exp(9))` beyond x = 8103.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "check/witness.h"

namespace gradwright::check {

/// Whether what doubles show at a witness is a difference of the values, and not their rounding.
using IsReal = std::function<bool(const Witness&)>;

/// The first real difference in some region.
[[nodiscard]] std::optional<Witness> difference_in_regions(const Pool&, Expr a, Expr b, const IsReal&);
/// Sizes that random points do not have: all symbols 1, each alone 1; with `large`, each alone larger, about the whole numbers `near` too.
[[nodiscard]] std::vector<DimValues> unusual_sizes(const Pool&, const std::vector<Expr>& nodes, bool large,
                                                   const std::vector<double>& near);
/// The point with all inputs times `factor`, as far as their facts allow it; with `only`, that input alone.
[[nodiscard]] Bindings stretched(const Pool&, const Bindings&, double factor, Expr only = {});

}  // namespace gradwright::check
