#include "ir/verify.h"

#include <algorithm>

namespace gradwright {
namespace {

std::string broken_einsum_law(const Pool& pool, const Node& node) {
  const auto& einsum = std::get<EinsumLabels>(node.payload);
  if (einsum.operands.size() != node.operands.size()) return "an einsum has one label list an operand";
  if (!std::is_sorted(node.operands.begin(), node.operands.end())) return "einsum operands ascend";
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
    if (operand.kind == Kind::literal) return "constants float out of an einsum";
    if (operand.kind == Kind::add && operand.operands.size() < 2) return "coefficients float out of an einsum";
    if (operand.shape.size() != einsum.operands[i].size()) return "an operand has one label an axis";
    for (std::size_t axis = 0; axis < operand.shape.size(); ++axis) {
      if (!is_next(einsum.operands[i][axis])) return "labels are numbered by first use";
      if (einsum.dims[einsum.operands[i][axis]] != operand.shape[axis]) return "labels agree with the extents of the operand";
    }
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

}  // namespace

std::string broken_law(const Pool& pool, const Node& node) {
  for (const Expr operand : node.operands) {
    if (operand.index() >= pool.size()) return "operands exist before their user";
  }
  if (node.kind == Kind::einsum) return broken_einsum_law(pool, node);
  if (node.kind == Kind::add) return broken_add_law(pool, node);
  if (node.kind == Kind::map) {
    for (const Expr operand : node.operands) {
      if (pool.shape(operand) != node.shape) return "operands of a map have its shape";
    }
  }
  if (node.kind == Kind::window && std::get<WindowIndex>(node.payload).axes.size() != pool.order(node.operands[0])) {
    return "a window has one index an operand axis";
  }
  return "";
}

bool is_canonical(const Pool& pool, const Node& node) { return broken_law(pool, node).empty(); }

}  // namespace gradwright
