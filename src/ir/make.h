// Constructors. Each returns the canonical node: exact constants folded and floated out, zero absorbed, Add merged and sorted, structural
// operands (identity, ones, transposes, diagonals, broadcasts) absorbed into the Einsum that uses them, Einsum operands sorted by id with labels
// numbered by first use. They are total and terminate; they never distribute, factor, flatten named parts or reorder by cost.
// Preconditions on shapes are asserted: readers check sizes before they build.
#pragma once

#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "ir/pool.h"

namespace gradwright {

struct Term {
  Rational coefficient;
  Expr expr;
};

/// An operand of an Einsum with a label for each of its axes.
struct Factor {
  Expr expr;
  Labels labels;
};

/// Axes of the node behind a size as written: extents that are literally 1 are dropped from {rows, cols}; tensors keep all axes.
[[nodiscard]] Shape axes_of(const DimTable&, const Shape& surface);

[[nodiscard]] Expr make_input(Pool&, InputInfo);
[[nodiscard]] Expr make_literal(Pool&, Rational);
/// `dims[l]` is the extent of label l. Labels may be any numbers below dims.size().
[[nodiscard]] Expr make_einsum(Pool&, const Labels& out, const std::vector<Factor>&, const Shape& dims);
[[nodiscard]] Expr make_add(Pool&, const Shape&, const std::vector<Term>&);
[[nodiscard]] Expr make_map(Pool&, Function, std::vector<Expr> operands);
/// x^exponent, elementwise.
[[nodiscard]] Expr make_power(Pool&, Expr, Rational exponent);
/// (a·b)^p as a^p·b^p for an integer p; none where the product has no two factors, or one that is repeated along an axis.
[[nodiscard]] std::optional<Expr> power_of_factors(Pool&, Expr product, Rational exponent);
[[nodiscard]] Expr make_fold(Pool&, FoldKind, Expr, std::vector<std::uint16_t> axes);
[[nodiscard]] Expr make_window(Pool&, Expr, const Shape& out, std::vector<AffineIndex>);
/// Column-major reshape: the first axis varies fastest. The product of the extents must stay.
[[nodiscard]] Expr make_reshape(Pool&, Expr, const Shape& out);
/// table[index[o], …]: rows (axis 0) of `table` by an order-0 or order-1 index that counts from 1.
[[nodiscard]] Expr make_gather(Pool&, Expr table, Expr index);
/// Not of a power: see make_matrix_power.
[[nodiscard]] Expr make_matrix(Pool&, MatrixKind, Expr);
/// X^exponent of a square matrix, by a size: below 0 a power of the inverse.
[[nodiscard]] Expr make_matrix_power(Pool&, Expr, Dim exponent);

[[nodiscard]] Expr make_zero(Pool&, const Shape&);
[[nodiscard]] Expr make_ones(Pool&, const Shape&);
[[nodiscard]] Expr make_identity(Pool&, Dim);
/// 1 on and below the diagonal, 0 above: the window ones[i − j].
[[nodiscard]] Expr make_lower_mask(Pool&, Dim rows, Dim cols);
[[nodiscard]] bool is_lower_mask(const Pool&, Expr);
/// A dimension as a number.
[[nodiscard]] Expr make_size(Pool&, Dim);
[[nodiscard]] Expr scaled(Pool&, Rational, Expr);
[[nodiscard]] Expr negated(Pool&, Expr);
[[nodiscard]] Expr sum_of(Pool&, Expr, Expr);
[[nodiscard]] Expr difference_of(Pool&, Expr, Expr);
/// Elementwise product of equal shapes.
[[nodiscard]] Expr hadamard(Pool&, std::initializer_list<Expr>);
/// Axis k of the result is axis order[k] of e.
[[nodiscard]] Expr permuted(Pool&, Expr e, const std::vector<std::uint16_t>& order);
[[nodiscard]] Expr transposed(Pool&, Expr);
/// Repeats e along new axes: axis k of e becomes axis places[k] of a result of this shape.
[[nodiscard]] Expr broadcast(Pool&, Expr e, const Shape&, const std::vector<std::uint16_t>& places);
/// Σ over the given axes; the others stay in order.
[[nodiscard]] Expr summed(Pool&, Expr e, const std::vector<std::uint16_t>& axes);
[[nodiscard]] Expr summed_all(Pool&, Expr);

[[nodiscard]] bool is_zero(const Pool&, Expr);
/// coefficient and expression: c·X for an Add of one term or a literal, else 1·e.
[[nodiscard]] Term split_coefficient(const Pool&, Expr);
[[nodiscard]] bool is_map(const Pool&, Expr, Function);
/// A node with the same kind and payload over new operands of the same shapes.
[[nodiscard]] Expr rebuilt(Pool&, Expr e, const std::vector<Expr>& operands);

}  // namespace gradwright
