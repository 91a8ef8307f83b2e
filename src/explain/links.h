// The links of a chain between named neighbours: ∂z3/∂a2 and the rest, each a Jacobian with its size.
#pragma once

#include <vector>

#include "explain/sentences.h"

namespace gradwright {

/// Named nodes from the first one above the variable up to (and without) the source, where there is exactly one way.
struct NamedPath {
  std::vector<Expr> nodes;
  bool reaches_source = false;  ///< false: several paths part at the last node
};
[[nodiscard]] NamedPath named_path(const Pool&, const Derived&);

/// One factor of a chain: what it is (∂a2/∂z2), and its value.
struct ChainFactor {
  Run what;
  Formula value;
  std::string rows, cols;
};
/// ∂of/∂wrt between neighbours, as it stands in a layout.
[[nodiscard]] ChainFactor chain_factor(const Wording&, Expr of, Expr wrt, const std::string& of_name,
                                       const std::string& wrt_name, bool transposed);
/// Links are appended on the right: numerator layout, and a Jacobian in gradient layout.
[[nodiscard]] bool grows_right(const Pool&, const Derived&);
/// A chain of vectors from `node` up to the next line of the derivation, or to the source, in the layout in force: ∂a2/∂z2 · ∂z3/∂a2 · ∂L/∂z3.
/// Empty where paths part before that, or a node on the way is a matrix.
[[nodiscard]] std::vector<ChainFactor> factors_from(const Wording&, const NamedPath&, Expr node);
/// Factors side by side, each over its size; `by_name`: what they are, else their values.
[[nodiscard]] Formula side_by_side(const std::vector<ChainFactor>&, bool by_name);

}  // namespace gradwright
