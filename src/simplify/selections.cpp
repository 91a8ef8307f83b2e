// Rows over windows that read axis by axis: slices, paddings, entries. The canonical form is a window whose axes stand in the order of its
// operand's, beside factors; `eye(n)[:,2:4]*v` is the padding of v, and what meets a unit vector is read at that entry.
#include <algorithm>

#include "ir/reach.h"
#include "simplify/parts.h"
#include "simplify/rules.h"

namespace gradwright {
namespace {

const std::vector<AffineIndex>& indices_of(const Pool& pool, Expr window) {
  return std::get<WindowIndex>(pool[window].payload).axes;
}

bool is_identity(const Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::einsum || !pool[e].operands.empty()) return false;
  const EinsumLabels& labels = pool.payload<EinsumLabels>(e);
  return labels.out == Labels{0, 0} && labels.dims.size() == 1;  // a label that nothing carries counts its entries
}

bool stands(const Labels& labels, Label label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

/// F with the axes of label `from` read at an affine index of the labels `by` (parts count these).
Factor read_at(Pool& pool, const Factor& factor, Label from, const AffineIndex& at, const Labels& by,
               const Shape& dims) {
  Labels own;
  const auto place = [&](Label label) {
    const auto found = std::find(own.begin(), own.end(), label);
    if (found == own.end()) own.push_back(label);
    return static_cast<std::uint16_t>(std::find(own.begin(), own.end(), label) - own.begin());
  };
  std::vector<AffineIndex> indices;
  for (const Label label : factor.labels) {
    AffineIndex index{{{0, 1}}, pool.dims().constant(0)};
    if (label == from) {
      index = at;
      for (AffineIndex::Part& part : index.parts) part.axis = place(by[part.axis]);
    } else {
      index.parts[0].axis = place(label);
    }
    indices.push_back(index);
  }
  Shape shape;
  for (const Label label : own) shape.push_back(dims[label]);
  return {make_window(pool, factor.expr, shape, indices), own};
}

/// The tensor of which e is a transpose, and its axes in the order of those of e.
std::optional<Factor> untransposed(const Pool& pool, Expr e, const Names& names) {
  if (pool.kind(e) != Kind::einsum || names.contains(e) || pool[e].operands.size() != 1) return std::nullopt;
  const EinsumLabels& labels = pool.payload<EinsumLabels>(e);
  Labels sorted = labels.operands[0];
  std::sort(sorted.begin(), sorted.end());
  if (labels.out != axis_labels(labels.dims.size()) || sorted != labels.out) return std::nullopt;
  return Factor{pool[e].operands[0], labels.operands[0]};
}

/// A window that reads every operand axis by an out axis of its own, or at one entry; of a transpose, what is transposed.
std::optional<Expr> axes_in_order(Pool& pool, Expr e, const Names& names) {
  Node node = pool[e];
  std::vector<AffineIndex> indices = indices_of(pool, e);
  if (const auto below = untransposed(pool, node.operands[0], names)) {
    node.operands[0] = below->expr;
    std::vector<AffineIndex> reordered;
    for (const Label axis : below->labels) reordered.push_back(indices[axis]);
    indices = std::move(reordered);
  }
  Labels labels;
  Shape dims = node.shape, shape;
  std::vector<AffineIndex> ordered;
  for (std::size_t axis = 0; axis < indices.size(); ++axis) {
    if (indices[axis].parts.size() > 1) return std::nullopt;
    AffineIndex index{{{static_cast<std::uint16_t>(axis), 1}}, indices[axis].offset};
    if (indices[axis].parts.empty()) {
      labels.push_back(static_cast<Label>(dims.size()));
      dims.push_back(pool.dims().one());
    } else {
      if (stands(labels, indices[axis].parts[0].axis)) return std::nullopt;
      labels.push_back(indices[axis].parts[0].axis);
      index.parts[0].coefficient = indices[axis].parts[0].coefficient;
    }
    shape.push_back(dims[labels.back()]);
    ordered.push_back(index);
  }
  if (labels == axis_labels(node.shape.size())) return std::nullopt;
  return make_einsum(pool, axis_labels(node.shape.size()),
                     {{make_window(pool, node.operands[0], shape, ordered), labels}}, dims);
}

/// Σ_p F[p]·[p + s = t] is F[t − s], where p + s stays inside the identity that the bracket is read from.
std::optional<Expr> selection(Pool& pool, Expr e, const Names& names) {
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  const std::vector<Factor> factors = factors_of(pool, e);
  DimTable& dims = pool.dims();
  for (std::size_t w = 0; w < factors.size(); ++w) {
    const Node window = pool[factors[w].expr];
    if (window.kind != Kind::window || names.contains(factors[w].expr) || !is_identity(pool, window.operands[0]))
      continue;
    const std::vector<AffineIndex> indices = indices_of(pool, factors[w].expr);
    const Dim whole = pool.shape(window.operands[0])[0];
    // The side that runs over all of the identity first: then the others are sliced, not padded.
    std::vector<std::size_t> sides{0, 1};
    const auto runs = [&](std::size_t side) {
      return indices[side].parts.size() == 1 ? window.shape[indices[side].parts[0].axis] : Dim{};
    };
    if (runs(1) == whole) std::swap(sides[0], sides[1]);
    for (const std::size_t side : sides) {
      const AffineIndex& own = indices[side];
      AffineIndex at = indices[1 - side];
      if (own.parts.size() != 1 || own.parts[0].coefficient != 1) continue;
      const std::uint16_t axis = own.parts[0].axis;
      const Label p = factors[w].labels[axis];
      const bool meets_itself = std::any_of(at.parts.begin(), at.parts.end(),
                                            [&](const auto& part) { return factors[w].labels[part.axis] == p; });
      if (meets_itself || stands(labels.out, p)) continue;
      const auto start = dims.constant_value(own.offset);
      const auto rest = dims.constant_value(dims.sum(dims.sum(whole, own.offset, -1), window.shape[axis], -1));
      if ((start && *start < 0) || (rest && *rest < 0)) continue;
      at.offset = dims.sum(at.offset, own.offset, -1);
      std::vector<Factor> next;
      bool any = false;
      for (std::size_t i = 0; i < factors.size(); ++i) {
        if (i == w) continue;
        const bool meets = stands(factors[i].labels, p);
        any = any || meets;
        next.push_back(meets ? read_at(pool, factors[i], p, at, factors[w].labels, labels.dims) : factors[i]);
      }
      if (!any)
        next.push_back(read_at(pool, {make_ones(pool, {labels.dims[p]}), {p}}, p, at, factors[w].labels, labels.dims));
      Shape rest_of = labels.dims;
      rest_of[p] = dims.one();
      return make_einsum(pool, labels.out, next, rest_of);
    }
  }
  return std::nullopt;
}

/// Where a unit vector has its 1: the window ones(1)[i − k].
std::optional<Dim> unit_at(Pool& pool, Expr e, const Names& names) {
  const Node node = pool[e];
  if (node.kind != Kind::window || names.contains(e) || node.shape.size() != 1) return std::nullopt;
  const Expr of = node.operands[0];
  const auto& indices = indices_of(pool, e);
  if (of != make_ones(pool, {pool.dims().one()}) || indices[0].parts != std::vector<AffineIndex::Part>{{0, 1}})
    return std::nullopt;
  return pool.dims().sum(pool.dims().constant(0), indices[0].offset, -1);
}

/// e_k'·x = x[k], e_k .* x = x[k]·e_k.
std::optional<Expr> unit_vector(Pool& pool, Expr e, const Names& names) {
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  const std::vector<Factor> factors = factors_of(pool, e);
  for (std::size_t u = 0; u < factors.size(); ++u) {
    const auto k = unit_at(pool, factors[u].expr, names);
    if (!k) continue;
    const Label l = factors[u].labels[0];
    const bool stays = stands(labels.out, l);
    Shape dims = labels.dims;
    std::vector<Factor> next;
    bool any = !stays;
    for (std::size_t i = 0; i < factors.size(); ++i) {
      const Factor& factor = factors[i];
      if (i == u ? stays : !stands(factor.labels, l)) next.push_back(factor);
      if (i == u || !stands(factor.labels, l)) continue;
      any = true;
      if (const auto other = unit_at(pool, factor.expr, names)) {
        const auto apart = pool.dims().constant_value(pool.dims().sum(*k, *other, -1));
        if (apart && *apart == 0) continue;
        if (apart) return make_zero(pool, Shape(pool.shape(e)));
      }
      const auto entry = static_cast<Label>(dims.size());
      dims.push_back(pool.dims().one());
      next.push_back(read_at(pool, factor, l, {{{0, 1}}, *k}, {entry}, dims));
    }
    if (!any) continue;
    if (!stays) dims[l] = pool.dims().one();
    return make_einsum(pool, labels.out, next, dims);
  }
  return std::nullopt;
}

/// X[a + b + i], one window read from the other: the outer one reads inside only, or the inner one has the whole of that axis as its own.
std::optional<Expr> window_of_window(Pool& pool, Expr e, const Names& names) {
  const Expr inner = pool[e].operands[0];
  if (pool.kind(inner) != Kind::window || names.contains(inner)) return std::nullopt;
  DimTable& dims = pool.dims();
  const std::vector<AffineIndex> outer = indices_of(pool, e), within = indices_of(pool, inner);
  const Shape shape = pool.shape(e), middle = pool.shape(inner), in = pool.shape(pool[inner].operands[0]);
  const auto is_whole = [&](std::uint16_t axis) {
    for (std::size_t side = 0; side < within.size(); ++side) {
      const bool is_own =
          within[side].parts == std::vector<AffineIndex::Part>{{axis, 1}} && within[side].offset == dims.constant(0);
      if (is_own && in[side] == middle[axis]) return true;
    }
    return false;
  };
  for (std::uint16_t axis = 0; axis < outer.size(); ++axis) {
    if (is_whole(axis)) continue;
    const Reach reach = reach_of(dims, outer[axis], shape);
    const auto before = dims.constant_value(reach.first);
    const auto after = dims.constant_value(dims.sum(dims.sum(middle[axis], reach.last, -1), dims.one(), -1));
    if (!before || *before < 0 || (after ? *after < 0 : !dims.constant_value(reach.last)))
      return std::nullopt;  // a sheet reads inside
  }
  std::vector<AffineIndex> both;
  for (const AffineIndex& index : within) {
    AffineIndex made{{}, index.offset};
    for (const AffineIndex::Part& part : index.parts) {
      made.offset = dims.sum(made.offset, outer[part.axis].offset, part.coefficient);
      for (const AffineIndex::Part& step : outer[part.axis].parts) {
        const auto known = std::find_if(made.parts.begin(), made.parts.end(),
                                        [&](const auto& other) { return other.axis == step.axis; });
        if (known == made.parts.end())
          made.parts.push_back({step.axis, step.coefficient * part.coefficient});
        else
          known->coefficient += step.coefficient * part.coefficient;
      }
    }
    both.push_back(std::move(made));
  }
  return make_window(pool, pool[inner].operands[0], shape, both);
}

/// Rows k + 1 … k + e of eye(n), out of eye(e) put between zeros.
std::optional<Expr> larger_identity(Pool& pool, Expr e, const Names& names) {
  const Node node = pool[e];
  const Expr of = node.operands[0];
  if (node.shape.size() != 2 || !is_identity(pool, of) || names.contains(of)) return std::nullopt;
  DimTable& dims = pool.dims();
  const Dim zero = dims.constant(0);
  const std::vector<AffineIndex> indices = indices_of(pool, e);
  const auto along = [&](std::size_t axis) {
    return indices[axis].parts == std::vector<AffineIndex::Part>{{static_cast<std::uint16_t>(axis), 1}};
  };
  if (!along(0) || !along(1)) return std::nullopt;
  for (const std::size_t padded : {0U, 1U}) {
    const Dim small = pool.shape(of)[0], large = node.shape[padded];
    const Dim before = dims.sum(zero, indices[padded].offset, -1);
    const bool is_whole = indices[1 - padded].offset == zero && node.shape[1 - padded] == small;
    const auto start = dims.constant_value(before);
    const bool grows =
        start && !dims.constant_value(large) && (*start > 0 || (*start == 0 && dims.constant_value(small)));
    if (!is_whole || !grows) continue;
    std::vector<AffineIndex> moved = indices;
    moved[padded].offset = zero;
    moved[1 - padded].offset = before;
    return make_window(pool, make_identity(pool, large), node.shape, moved);
  }
  return std::nullopt;
}

}  // namespace

std::span<const Rule> selection_rules() {
  static constexpr Rule rules[] = {
      {"window-of-window", "x[2:n][1:m] = x[2:m+1]", "the outer one reads inside", Kind::window, window_of_window},
      {"larger-identity", "[zeros(1,3); eye(3); zeros(n-4,3)] = eye(n)[:,2:4]", "", Kind::window, larger_identity},
      {"axes-in-order", "B[i,j] = A[j+1,i] = A[2:n,:]'", "one index an axis", Kind::window, axes_in_order},
      {"selection", "eye(n)[:,2:4]'*x = x[2:4]", "", Kind::einsum, selection},
      {"unit-vector", "eye(n)[:,2] .* x = x[2]*eye(n)[:,2]", "", Kind::einsum, unit_vector},
  };
  return rules;
}

}  // namespace gradwright
