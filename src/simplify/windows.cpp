// Rows over windows: windows that lie side by side are tiles, and what is said about each entry of a tile is said about the matrix they tile.
#include <algorithm>

#include "ir/pooling.h"
#include "simplify/parts.h"
#include "simplify/rules.h"

namespace gradwright {
namespace {

bool reads(const AffineIndex& index, const std::vector<AffineIndex::Part>& parts, Dim zero) {
  std::vector<AffineIndex::Part> sorted = parts;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.axis < b.axis; });
  return index.offset == zero && index.parts == sorted;
}

/// Tile [k,l] holds the entries [h·k + p, w·l + q] of the whole, h×w the size of a tile; of a vector, tile k holds [h·k + p].
struct Tiling {
  Shape count;  ///< of the tiles
  Shape size;   ///< of a tile: constants
  Shape whole;
};

/// T[k,l,p,q] at entry [h·k + p, w·l + q] of the whole; `labels` of T among 0, 1 … of the sides k, l and of the sides p, q after them.
Expr laid_out(Pool& pool, Expr tiles, const Labels& labels, const Tiling& tiling) {
  const std::size_t sides = tiling.count.size();
  Labels out, place(2 * sides);
  Shape dims;
  for (std::size_t side = 0; side < sides; ++side) {
    place[sides + side] = static_cast<Label>(dims.size());
    dims.push_back(tiling.size[side]);
    place[side] = static_cast<Label>(dims.size());
    dims.push_back(tiling.count[side]);
  }
  for (std::size_t i = 0; i < dims.size(); ++i) out.push_back(static_cast<Label>(i));
  Labels own;
  for (const Label label : labels) own.push_back(place[label]);
  return make_reshape(pool, make_einsum(pool, out, {{tiles, own}}, dims), tiling.whole);
}

/// A window that takes entry [i,j] to entry [i − h·k, j − w·l] of tile [k,l].
struct Untiled {
  Tiling tiling;
  Labels tile, entry;  ///< labels of k, l and of i, j
  Shape around;        ///< extents of i, j: the whole, and perhaps a rest that no tile covers
};

std::optional<Untiled> untiled(Pool& pool, const Factor& factor, const Names& names) {
  const Node node = pool[factor.expr];
  if (node.kind != Kind::window || names.contains(factor.expr)) return std::nullopt;
  const auto& axes = std::get<WindowIndex>(node.payload).axes;
  const Shape in = pool.shape(node.operands[0]);
  if (axes.size() % 2 != 0 || axes.empty() || axes.size() > 4 || node.shape.size() != axes.size()) return std::nullopt;
  const std::size_t sides = axes.size() / 2;
  Untiled found;
  const Dim zero = pool.dims().constant(0);
  for (std::size_t side = 0; side < sides; ++side) {
    const auto size = pool.dims().constant_value(in[side + sides]);
    if (!size || axes[side].parts.size() != 1 || axes[side + sides].parts.size() != 2) return std::nullopt;
    const std::uint16_t tile = axes[side].parts[0].axis;
    const auto& both = axes[side + sides].parts;
    const std::uint16_t entry = both[0].axis == tile ? both[1].axis : both[0].axis;
    if (!reads(axes[side], {{tile, 1}}, zero) || !reads(axes[side + sides], {{tile, -*size}, {entry, 1}}, zero))
      return std::nullopt;
    const Dim covered = pool.dims().product(in[side], in[side + sides]);
    const auto rest = pool.dims().constant_value(pool.dims().sum(node.shape[entry], covered, -1));
    if (node.shape[tile] != in[side] || !rest || *rest < 0) return std::nullopt;
    found.tiling.count.push_back(in[side]);
    found.tiling.size.push_back(in[side + sides]);
    found.tiling.whole.push_back(covered);
    found.around.push_back(node.shape[entry]);
    found.tile.push_back(factor.labels[tile]);
    found.entry.push_back(factor.labels[entry]);
  }
  return found;
}

/// Σ_{k,l} T[k,l]·P[k,l,p,q] at p = i − h·k, q = j − w·l, P the first largest of each window: kron(T, ones)⊙P laid out.
std::optional<Expr> tiles(Pool& pool, Expr e, const Names& names) {
  const std::vector<Expr>& own = pool[e].operands;
  if (std::none_of(own.begin(), own.end(), [&](Expr operand) { return pool.kind(operand) == Kind::window; }))
    return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  const std::vector<Factor> factors = factors_of(pool, e);
  for (std::size_t w = 0; w < factors.size(); ++w) {
    const auto found = untiled(pool, factors[w], names);
    if (!found) continue;
    const Expr first = pool[factors[w].expr].operands[0];
    if (!pooling_of_first_largest(pool, first)) continue;
    const Labels& sides = found->tile;
    const auto is_tile = [&](Label l) { return std::find(sides.begin(), sides.end(), l) != sides.end(); };
    std::vector<Factor> kept, over_tiles;
    bool apart =
        std::none_of(labels.out.begin(), labels.out.end(), is_tile) && (sides.size() == 1 || sides[0] != sides[1]);
    for (std::size_t i = 0; i < factors.size(); ++i) {
      if (i == w) continue;
      const auto of_tiles = std::count_if(factors[i].labels.begin(), factors[i].labels.end(), is_tile);
      apart = apart && (of_tiles == 0 || static_cast<std::size_t>(of_tiles) == factors[i].labels.size());
      (of_tiles > 0 ? over_tiles : kept).push_back(factors[i]);
    }
    if (!apart) continue;
    const Labels over = axis_labels(2 * sides.size());
    Expr made = laid_out(pool, first, over, found->tiling);
    if (!over_tiles.empty()) {
      Shape inside(labels.dims.size(), pool.dims().one());
      for (std::size_t side = 0; side < sides.size(); ++side) inside[sides[side]] = found->tiling.count[side];
      const Expr of_tiles = make_einsum(pool, sides, over_tiles, inside);
      made = hadamard(pool, {laid_out(pool, of_tiles, axis_labels(sides.size()), found->tiling), made});
    }
    std::vector<AffineIndex> same;
    for (std::uint16_t side = 0; side < sides.size(); ++side) same.push_back({{{side, 1}}, pool.dims().constant(0)});
    kept.push_back({make_window(pool, made, found->around, same), found->entry});
    Shape dims = labels.dims;
    for (const Label side : sides) dims[side] = pool.dims().one();
    return make_einsum(pool, labels.out, kept, dims);
  }
  return std::nullopt;
}

}  // namespace

std::span<const Rule> window_rules() {
  static constexpr Rule rules[] = {
      {"tiles", "sum(k,l, T[k,l]*P[k,l,i-h*k,j-w*l]) = kron(T,ones(h,w)) .* maxpool_mask(A,h,w)",
       "P[k,l,p,q] is 1 where window [k,l] of A takes its maximum", Kind::einsum, tiles},
  };
  return rules;
}

}  // namespace gradwright
