// The parts of a node as the constructors take them.
#pragma once

#include <optional>
#include <vector>

#include "ir/make.h"
#include "ir/names.h"

namespace gradwright {

[[nodiscard]] std::vector<Factor> factors_of(const Pool&, Expr einsum);
[[nodiscard]] std::vector<Term> terms_of(const Pool&, Expr add);
/// How often a label stands in out and in the factors.
[[nodiscard]] std::size_t uses(const EinsumLabels&, Label);
[[nodiscard]] bool has_operand(const Pool&, Expr e, Kind);
/// A sum of several terms without a name.
[[nodiscard]] bool is_sum(const Pool&, Expr, const Names&);
/// The factors of an entrywise product, where it has no name; else the node itself as one.
[[nodiscard]] std::vector<Factor> as_factors(const Pool&, Expr, const Names&);
/// 0, 1, …, order − 1.
[[nodiscard]] Labels axis_labels(std::size_t order);
/// f(x repeated) as f(x) repeated, for an elementwise function of one operand.
[[nodiscard]] std::optional<Expr> repeated_image(Pool&, Expr map);
/// The rows of products, applied to one term until none fires.
[[nodiscard]] Expr tidied(Pool&, Expr term, const Names&);
/// (X^p)[i,k]·(X^q)[k,j] with k summed: (X^(p+q))[i,j].
[[nodiscard]] std::optional<Expr> merged_matrix_powers(Pool&, Expr einsum, const Names&);
/// √u, where it occurs; else none.
[[nodiscard]] Expr known_root(const Pool&, Expr u);

}  // namespace gradwright
