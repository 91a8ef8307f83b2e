// Expr → Expr passes over a graph: one sweep over ascending ids, every node rebuilt over its new operands, then given to a rule.
#pragma once

#include <functional>
#include <unordered_map>
#include <vector>

#include "ir/make.h"

namespace gradwright::lowering {

/// The new roots. `rule(node)`: what takes the place of a node whose operands are new already; none: it stays.
[[nodiscard]] std::vector<Expr> rewritten(Pool&, const std::vector<Expr>& roots, const std::function<Expr(Expr)>& rule);
/// A sum without some of its terms.
[[nodiscard]] Expr sum_without(Pool&, Expr sum, const std::vector<Expr>& terms);
/// An Einsum whose operand at this place is a sum, as the sum of one Einsum a term.
[[nodiscard]] Expr over_terms(Pool&, Expr einsum, std::size_t place);
/// make_einsum with labels renumbered, so that only those in use count; `factors`: labels summed without operand.
[[nodiscard]] Expr einsum_of(Pool&, const Labels& out, const std::vector<Factor>&, const Shape& dims,
                             const Labels& factors = {});

}  // namespace gradwright::lowering
