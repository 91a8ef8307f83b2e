#include "lower/graph.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace gradwright::lowering {

Graph::Graph(const Pool& pool, const DimValues& dims, const std::vector<Expr>& roots)
    : pool_(pool), dims_(dims), nodes_(reachable(pool, roots)) {}

Extents Graph::extents(const Shape& shape) const {
  Extents extents;
  for (const Dim dim : shape) extents.push_back(extent(dim));
  return extents;
}

std::int64_t Graph::count(Expr e) const { return product(extents(e)); }

bool Graph::is_reducing(Expr e) const {
  const Node& node = pool_[e];
  if (node.kind == Kind::fold) return true;
  if (node.kind != Kind::einsum) return false;
  const auto& einsum = std::get<EinsumLabels>(node.payload);
  const std::vector<bool> carried = carried_labels(einsum);
  for (Label label = 0; label < einsum.dims.size(); ++label) {
    if (carried[label] && !contains(einsum.out, label)) return true;
  }
  return false;
}

std::int64_t Graph::iterations(Expr e) const {
  const Node& node = pool_[e];
  if (node.kind == Kind::fold) return count(node.operands[0]);
  if (node.kind != Kind::einsum) return count(e);
  const auto& einsum = std::get<EinsumLabels>(node.payload);
  const std::vector<bool> carried = carried_labels(einsum);
  std::int64_t total = 1;
  for (Label label = 0; label < einsum.dims.size(); ++label) {
    if (carried[label] || contains(einsum.out, label)) total *= extent(einsum.dims[label]);
  }
  return std::max(total, count(e));
}

bool Graph::needs_guards(Expr window) const {
  const auto& index = std::get<WindowIndex>(pool_[window].payload);
  const Extents out = extents(window);
  const Extents in = extents(pool_[window].operands[0]);
  for (std::size_t axis = 0; axis < in.size(); ++axis) {
    std::int64_t low = extent(index.axes[axis].offset);
    std::int64_t high = low;
    for (const AffineIndex::Part& part : index.axes[axis].parts) {
      const std::int64_t reach = part.coefficient * (out[part.axis] - 1);
      (reach < 0 ? low : high) += reach;
    }
    if (low < 0 || high >= in[axis]) return true;
  }
  return false;
}

bool Graph::is_identity(Expr e) const {
  const Node& node = pool_[e];
  return node.kind == Kind::einsum && node.operands.empty() &&
         std::get<EinsumLabels>(node.payload).out == Labels{0, 0} &&
         std::get<EinsumLabels>(node.payload).dims.size() == 1;
}

Expr Graph::viewed(Expr e) const {
  while (true) {
    const Node& node = pool_[e];
    if (node.kind == Kind::einsum) {
      if (node.operands.size() != 1 || is_reducing(e)) return e;
      const auto& einsum = std::get<EinsumLabels>(node.payload);
      Labels out = einsum.out;
      std::sort(out.begin(), out.end());
      if (std::adjacent_find(out.begin(), out.end()) != out.end() || out.size() != einsum.dims.size()) return e;
    } else if (node.kind == Kind::window ? needs_guards(e) : node.kind != Kind::reshape) {
      return e;
    }
    e = node.operands[0];
  }
}

std::vector<bool> carried_labels(const EinsumLabels& einsum) {
  std::vector<bool> carried(einsum.dims.size(), false);
  for (const Labels& labels : einsum.operands) {
    for (const Label label : labels) carried[label] = true;
  }
  return carried;
}

bool contains(const Labels& labels, Label label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

std::int64_t product(const Extents& extents) {
  return std::accumulate(extents.begin(), extents.end(), std::int64_t{1}, std::multiplies<>());
}

Extents strides_of(const Extents& extents) {
  Extents strides(extents.size());
  std::int64_t stride = 1;
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    strides[axis] = stride;
    stride *= extents[axis];
  }
  return strides;
}

}  // namespace gradwright::lowering
