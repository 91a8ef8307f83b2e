#include "ir/pooling.h"

#include <algorithm>
#include <numeric>

#include "ir/make.h"

namespace gradwright {
namespace {

bool is_folded(const FoldAxes& fold, std::size_t axis) {
  return std::find(fold.axes.begin(), fold.axes.end(), axis) != fold.axes.end();
}

/// 1 below the diagonal: [i,j] is ones[i − j − 1].
Expr strictly_below(Pool& pool, Dim extent) {
  return make_window(pool, make_ones(pool, {extent}), {extent, extent},
                     {{{{0, 1}, {1, -1}}, pool.dims().constant(-1)}});
}

}  // namespace

bool is_pooling(const Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::fold) return false;
  const FoldAxes& fold = pool.payload<FoldAxes>(e);
  const Node& window = pool[split_coefficient(pool, pool[e].operands[0]).expr];
  if (fold.kind != FoldKind::max || window.kind != Kind::window) return false;
  const auto& indices = std::get<WindowIndex>(window.payload).axes;
  return std::all_of(fold.axes.begin(), fold.axes.end(), [&](std::uint16_t inner) {
    const auto reads = [&](const AffineIndex& index) {
      return std::any_of(index.parts.begin(), index.parts.end(), [&](const auto& part) { return part.axis == inner; });
    };
    const auto index = std::find_if(indices.begin(), indices.end(), reads);
    if (index == indices.end() || std::count_if(indices.begin(), indices.end(), reads) > 1 || index->parts.size() != 2)
      return false;
    const bool is_second = index->parts[1].axis == inner;
    const AffineIndex::Part& entry = index->parts[is_second ? 1 : 0];
    const AffineIndex::Part& tile = index->parts[is_second ? 0 : 1];
    return entry.coefficient == 1 && !is_folded(fold, tile.axis) && pool.dims().constant_value(index->offset) == 0 &&
           pool.dims().constant_value(window.shape[inner]) == tile.coefficient;
  });
}

Expr make_first_largest(Pool& pool, Expr of, const std::vector<std::uint16_t>& axes) {
  const Shape shape = pool.shape(of);
  Labels all(shape.size());
  std::iota(all.begin(), all.end(), Label{0});
  std::vector<std::uint16_t> kept;
  for (const Label axis : all) {
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) kept.push_back(axis);
  }
  const Expr largest =
      make_map(pool, Function::equal, {of, broadcast(pool, make_fold(pool, FoldKind::max, of, axes), shape, kept)});
  // How many come before: ahead along one axis, level on those before it, anywhere on those after it.
  std::vector<Term> before;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    Shape dims = shape;
    Labels other = all;
    for (std::size_t j = i; j < axes.size(); ++j) {
      other[axes[j]] = static_cast<Label>(dims.size());
      dims.push_back(shape[axes[j]]);
    }
    before.push_back(
        {1, make_einsum(pool, all,
                        {{largest, other}, {strictly_below(pool, shape[axes[i]]), {axes[i], other[axes[i]]}}}, dims)});
  }
  return make_map(pool, Function::greater, {largest, make_add(pool, shape, before)});
}

std::optional<Expr> pooling_of_first_largest(Pool& pool, Expr first) {
  if (!is_map(pool, first, Function::greater) || !is_map(pool, pool[first].operands[0], Function::equal))
    return std::nullopt;
  const Node largest = pool[pool[first].operands[0]];
  const Node spread = pool[largest.operands[1]];
  if (spread.kind != Kind::einsum || spread.operands.size() != 1 || !is_pooling(pool, spread.operands[0]))
    return std::nullopt;
  const Expr pooling = spread.operands[0];
  const std::vector<std::uint16_t> axes = pool.payload<FoldAxes>(pooling).axes;
  return make_first_largest(pool, largest.operands[0], axes) == first ? std::optional(pooling) : std::nullopt;
}

Expr make_pooling_mask(Pool& pool, Expr pooling) {
  const Expr windows = pool[pooling].operands[0];
  const FoldAxes fold = pool.payload<FoldAxes>(pooling);
  const Shape shape = pool.shape(windows);
  const std::vector<AffineIndex> indices = pool.payload<WindowIndex>(split_coefficient(pool, windows).expr).axes;
  std::vector<std::uint16_t> order;  // of each axis of X: within the window, which runs fastest, then the windows
  Shape whole;
  for (const AffineIndex& index : indices) {
    whole.push_back(pool.dims().one());
    for (const bool inside : {true, false}) {
      for (const AffineIndex::Part& part : index.parts) {
        if (is_folded(fold, part.axis) != inside) continue;
        order.push_back(part.axis);
        whole.back() = pool.dims().product(whole.back(), shape[part.axis]);
      }
    }
  }
  return make_reshape(pool, permuted(pool, make_first_largest(pool, windows, fold.axes), order), whole);
}

std::optional<Expr> pooling_of_mask(Pool& pool, Expr mask) {
  if (pool.kind(mask) != Kind::reshape) return std::nullopt;
  Expr first = pool[mask].operands[0];
  if (pool.kind(first) == Kind::einsum && pool[first].operands.size() == 1) first = pool[first].operands[0];
  const auto pooling = pooling_of_first_largest(pool, first);
  return pooling && make_pooling_mask(pool, *pooling) == mask ? pooling : std::nullopt;
}

}  // namespace gradwright
