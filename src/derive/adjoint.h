// Reverse-mode differentiation over the graph: one sweep over descending ids, linear in its size.
// Adjoint of e: D[e] = ∂root/∂e with axes (axes of root…, axes of e…). For a scalar root D[e] has the shape of e: the gradient.
//   D[root] = δ;  D[operand] += Σ D[node] · ∂node/∂operand.
// Einsum: put D where operand j stood and output its labels (one rule for every product there is).
// Method: Griewank & Walther, Evaluating Derivatives, 2nd ed., ch. 3; the tensor form after Laue, Mitterreiter, Giesen 2018.
#pragma once

#include <unordered_map>
#include <vector>

#include "ir/pool.h"
#include "ir/trace.h"

namespace gradwright {

struct Adjoints {
  std::vector<Expr> of_wrt;                      ///< parallel to `wrt`: zero where root does not depend on it
  std::unordered_map<Expr, Expr> by_node;        ///< the adjoint of every node on a path
};

/// `wrt` are any nodes of the pool (Inputs, usually).
[[nodiscard]] Adjoints adjoints(Pool&, Expr root, const std::vector<Expr>& wrt, Trace&);

}  // namespace gradwright
