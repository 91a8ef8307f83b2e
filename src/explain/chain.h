// The chain of a gradient, layer by layer: δ3 = ∂L/∂z3 first, then δ2 from δ3, each line in terms of the lines above it.
// Every line is the adjoint that differentiation found, simplified; the adjoint of an activation (a = σ(z)) is told within the line of z.
#pragma once

#include <vector>

#include "derive/adjoint.h"
#include "ir/names.h"

namespace gradwright {

struct Link {
  Expr node;                   ///< whose adjoint it is
  Expr variable;               ///< what stands for it in later lines
  Expr value;                  ///< in terms of earlier variables
  std::vector<Expr> rests_on;  ///< the variables of other links that stand in the value
};

struct Chain {
  std::vector<Link> links;    ///< from the root down; those told within another line are left out
  std::vector<Expr> results;  ///< parallel to Adjoints::of_wrt, in terms of the links
};

/// Rewrites of a line stand in the trace with the node whose line it is; `wrt` as it was given to `adjoints`.
[[nodiscard]] Chain chain_of(Pool&, const Adjoints&, const std::vector<Expr>& wrt, const Names&, Trace&);
/// The results without variables.
[[nodiscard]] std::vector<Expr> closed(Pool&, const Chain&, const Names&);
/// The links that `result` rests on, directly or by other links, in their order.
[[nodiscard]] std::vector<Link> links_of(const Pool&, const Chain&, Expr result, const Names&);

}  // namespace gradwright
