// One sweep of differentiation over a reading of the sheet: what is differentiated, its chain, and the derivatives without variables of the chain.
#pragma once

#include <memory>
#include <vector>

#include "explain/chain.h"
#include "sheet/reading.h"

namespace gradwright {

struct Differentiated {
  Expr source;                ///< simplified; of a second derivative the first one
  Shape surface;              ///< of the source
  Expr inner;                 ///< of a second derivative: the variable of the first
  Chain chain;                ///< its results are parallel to the variables of the reading
  std::vector<Expr> tensors;  ///< the same without variables of the chain, unless that is long and nobody asks for it
  Expr exponential;  ///< the number exp(…) of a density c·exp(…), whose derivatives are told by the density; else none
  std::shared_ptr<const Names> names;  ///< by which formulas are told
  std::shared_ptr<const Trace> trace;
};

/// Longer formulas are told as a chain only.
inline constexpr std::size_t most_flat_nodes = 300;

/// `is_verified`: the derivatives are compared with numbers, which needs their long form. Nothing where the sheet lacks the first variable of a mixed
/// second derivative.
[[nodiscard]] std::optional<Differentiated> differentiated(Pool&, const SheetReading&, Layout, bool is_verified);
/// c·exp(u)·∂u told by its density p = c·exp(u): p·∂u, where that is shorter.
[[nodiscard]] Expr told_by_density(Pool&, Expr value, const Differentiated&, Trace&);

}  // namespace gradwright
