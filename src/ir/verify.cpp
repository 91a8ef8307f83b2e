#include "ir/verify.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ir/constant_factor.h"
#include "ir/functions.h"
#include "ir/make.h"

namespace gradwright {
namespace {

/// Constants float out of an einsum; one whose product with what is outside does not fit 64 bits stays in.
bool fits_outside(const Pool& pool, const Node& einsum) {
  ConstantFactor factor;
  std::size_t held = 0;
  for (const Expr operand : einsum.operands) {
    if (pool.kind(operand) != Kind::literal) continue;
    const Rational value = pool.payload<Rational>(operand);
    if (value.is_zero() || value.is_one()) return true;
    factor.multiply(value);
    ++held;
  }
  return held > 1 && factor.beside.size() + 1 < held;
}

std::string broken_einsum_law(const Pool& pool, const Node& node) {
  const auto& einsum = std::get<EinsumLabels>(node.payload);
  if (einsum.operands.size() != node.operands.size()) return "an einsum has one label list an operand";
  if (!std::is_sorted(node.operands.begin(), node.operands.end())) return "einsum operands ascend";
  if (fits_outside(pool, node)) return "constants float out of an einsum";
  Label next = 0;
  const auto is_next = [&](Label label) {
    if (label > next || label >= einsum.dims.size()) return false;
    if (label == next) ++next;
    return true;
  };
  if (einsum.out.size() != node.shape.size()) return "an einsum has one label an axis";
  for (std::size_t axis = 0; axis < einsum.out.size(); ++axis) {
    if (!is_next(einsum.out[axis])) return "labels are numbered by first use";
    if (einsum.dims[einsum.out[axis]] != node.shape[axis]) return "the shape is the extents of the out labels";
  }
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    const Node& operand = pool[node.operands[i]];
    if (operand.kind == Kind::add && operand.operands.size() < 2) return "coefficients float out of an einsum";
    if (operand.shape.size() != einsum.operands[i].size()) return "an operand has one label an axis";
    for (std::size_t axis = 0; axis < operand.shape.size(); ++axis) {
      if (!is_next(einsum.operands[i][axis])) return "labels are numbered by first use";
      if (einsum.dims[einsum.operands[i][axis]] != operand.shape[axis])
        return "labels agree with the extents of the operand";
    }
  }
  for (; next < einsum.dims.size(); ++next) {
    if (pool.dims().constant_value(einsum.dims[next])) return "constant extents float out of an einsum";
  }
  return "";
}

std::string broken_add_law(const Pool& pool, const Node& node) {
  const auto& coefficients = std::get<Coefficients>(node.payload).values;
  if (coefficients.size() != node.operands.size()) return "a sum has one coefficient a term";
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    if (i > 0 && !(node.operands[i - 1] < node.operands[i])) return "terms ascend and differ";
    if (coefficients[i].is_zero()) return "no term has coefficient zero";
    if (pool.shape(node.operands[i]) != node.shape) return "terms have the shape of the sum";
  }
  if (node.operands.size() == 1 && coefficients[0].is_one()) return "a lone term with coefficient one is itself";
  return "";
}

std::string broken_fold_law(const Pool& pool, const Node& node) {
  const auto& axes = std::get<FoldAxes>(node.payload).axes;
  Shape rest = pool.shape(node.operands[0]);
  if (axes.empty()) return "a fold has an axis";
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i] >= rest.size() || (i > 0 && axes[i - 1] >= axes[i])) return "folded axes ascend and exist";
  }
  for (std::size_t i = axes.size(); i-- > 0;) rest.erase(rest.begin() + axes[i]);
  return rest == node.shape ? "" : "the shape of a fold is the axes that stay";
}

std::string broken_window_law(const Pool& pool, const Node& node) {
  const auto& axes = std::get<WindowIndex>(node.payload).axes;
  if (axes.size() != pool.order(node.operands[0])) return "a window has one index an operand axis";
  for (const AffineIndex& index : axes) {
    for (std::size_t i = 0; i < index.parts.size(); ++i) {
      if (index.parts[i].axis >= node.shape.size()) return "an index names axes of the window";
      if (index.parts[i].coefficient == 0) return "no part of an index has coefficient zero";
      if (i > 0 && index.parts[i - 1].axis >= index.parts[i].axis) return "parts of an index ascend";
    }
  }
  return "";
}

std::string broken_matrix_law(const Pool& pool, const Node& node) {
  const Shape& shape = pool.shape(node.operands[0]);
  if (shape.size() != 2 || shape[0] != shape[1]) return "a matrix function takes a square matrix";
  const MatrixKind kind = std::get<MatrixFunction>(node.payload).kind;
  const bool is_matrix = kind == MatrixKind::inverse || kind == MatrixKind::power;
  return node.shape == (is_matrix ? shape : Shape{})
             ? ""
             : "an inverse and a power have the shape of their operand, a determinant none";
}

std::string broken_map_law(const Pool& pool, const Node& node) {
  const auto& map = std::get<MapFunction>(node.payload);
  if (node.operands.size() != scalar_function(map.function).arity) return "a map has as many operands as its function";
  for (const Expr operand : node.operands) {
    if (pool.shape(operand) != node.shape) return "operands of a map have its shape";
  }
  if (map.function != Function::power) return map.parameter.is_zero() ? "" : "only a power has a parameter";
  return map.parameter.is_zero() || map.parameter.is_one() ? "no power has exponent zero or one" : "";
}

std::string broken_gather_law(const Pool& pool, const Node& node) {
  const Shape& table = pool.shape(node.operands[0]);
  Shape shape = pool.shape(node.operands[1]);
  if (table.empty() || shape.size() > 1) return "a look-up takes rows of a table by a scalar or a vector";
  shape.insert(shape.end(), table.begin() + 1, table.end());
  return shape == node.shape ? "" : "the shape of a look-up is that of its index, then of a row";
}

/// What stands beside the kind: index of its payload in the variant, number of operands (none: any).
std::pair<std::size_t, std::optional<std::size_t>> parts_of(Kind kind) {
  switch (kind) {
    case Kind::input: return {1, 0};
    case Kind::literal: return {2, 0};
    case Kind::einsum: return {3, std::nullopt};
    case Kind::add: return {4, std::nullopt};
    case Kind::map: return {5, std::nullopt};
    case Kind::fold: return {6, 1};
    case Kind::window: return {7, 1};
    case Kind::reshape: return {0, 1};
    case Kind::gather: return {0, 2};
    case Kind::matrix: return {8, 1};
  }
  return {0, 0};
}

}  // namespace

std::string broken_law(const Pool& pool, const Node& node) {
  for (const Expr operand : node.operands) {
    if (operand.index() >= pool.size()) return "operands exist before their user";
  }
  const auto [payload, operands] = parts_of(node.kind);
  if (node.payload.index() != payload) return "the payload is that of the kind";
  if (operands && node.operands.size() != *operands) return "a node has the operands of its kind";
  switch (node.kind) {
    case Kind::einsum: return broken_einsum_law(pool, node);
    case Kind::add: return broken_add_law(pool, node);
    case Kind::map: return broken_map_law(pool, node);
    case Kind::fold: return broken_fold_law(pool, node);
    case Kind::window: return broken_window_law(pool, node);
    case Kind::matrix: return broken_matrix_law(pool, node);
    case Kind::gather: return broken_gather_law(pool, node);
    case Kind::input:
      return axes_of(pool.dims(), std::get<InputInfo>(node.payload).surface) == node.shape
                 ? ""
                 : "the shape of an input is its size as written";
    case Kind::literal: return node.shape.empty() ? "" : "a literal is a scalar";
    case Kind::reshape: break;
  }
  return "";
}

bool is_canonical(const Pool& pool, const Node& node) { return broken_law(pool, node).empty(); }

}  // namespace gradwright
