// Reverse-mode differentiation over the graph: one sweep over descending ids, linear in its size.
// Adjoint of e: D[e] = ∂root/∂e with axes (axes of root…, axes of e…). For a scalar root D[e] has the shape of e: the gradient.
//   D[root] = δ;  D[operand] += Σ D[node] · ∂node/∂operand.
// Einsum: put D where operand j stood and output its labels (one rule for every product there is).
// The adjoint of a node with a name for it (δ3 = ∂L/∂z3) becomes a variable: what lies below is told by it, layer by layer.
// Method: Griewank & Walther, Evaluating Derivatives, 2nd ed., ch. 3; the tensor form after Laue, Mitterreiter, Giesen 2018.
#pragma once

#include <unordered_map>
#include <vector>

#include "ir/names.h"
#include "ir/pool.h"
#include "ir/trace.h"

namespace gradwright {

/// δ = ∂root/∂node: `variable` is an Input of role cut; `value` is written with the variables of deltas before it. Both are transposed
/// where AdjointOptions asks for it.
struct Delta {
  Expr node;
  Expr variable;
  Expr value;
};

struct AdjointOptions {
  Names delta_names;        ///< nodes whose adjoint becomes a variable of this name and surface; used for scalar roots
  bool transposed = false;  ///< deltas of matrices stand transposed (numerator layout)
};

struct Adjoints {
  std::vector<Expr> of_wrt;   ///< parallel to `wrt`: zero where root does not depend on it
  std::vector<Delta> deltas;  ///< from the root down
};

/// `wrt` are any nodes of the pool (Inputs, usually).
[[nodiscard]] Adjoints adjoints(Pool&, Expr root, const std::vector<Expr>& wrt, Trace&, const AdjointOptions& = {});

}  // namespace gradwright
