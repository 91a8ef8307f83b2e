// Rows over windows: windows that lie side by side are tiles, and what is said about each entry of a tile is said about the matrix they tile.
#include <algorithm>

#include "simplify/parts.h"
#include "simplify/rules.h"

namespace gradwright {
namespace {

bool reads(const AffineIndex& index, const std::vector<AffineIndex::Part>& parts, Dim zero) {
  std::vector<AffineIndex::Part> sorted = parts;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.axis < b.axis; });
  return index.offset == zero && index.parts == sorted;
}

/// Tile [k,l] holds the entries [h·k + p, w·l + q] of the whole, h×w the size of a tile.
struct Tiling {
  Shape count;  ///< of the tiles
  Shape size;   ///< of a tile: constants
  Shape whole;
};

/// E[k,l] at every entry of tile [k,l]: kron(E, ones).
Expr spread(Pool& pool, Expr tiles, const Labels& sides, const Tiling& tiling) {
  const Expr four = make_einsum(pool, {0, 1, 2, 3}, {{tiles, {static_cast<Label>(1 + 2 * sides[0]), static_cast<Label>(1 + 2 * sides[1])}}},
                                {tiling.size[0], tiling.count[0], tiling.size[1], tiling.count[1]});
  return make_reshape(pool, four, tiling.whole);
}

/// An operand of a function of [k,l,p,q], as a matrix of the whole: X[h·k + p, w·l + q] is X, M[k,l] is spread.
std::optional<Expr> over_whole(Pool& pool, Expr e, const Tiling& tiling) {
  const Node node = pool[e];
  if (node.kind == Kind::window && pool.shape(node.operands[0]) == tiling.whole) {
    const auto& axes = std::get<WindowIndex>(node.payload).axes;
    for (std::uint16_t side = 0; side < 2; ++side) {
      const auto step = pool.dims().constant_value(tiling.size[side]);
      if (!reads(axes[side], {{side, *step}, {static_cast<std::uint16_t>(side + 2), 1}}, pool.dims().constant(0))) return std::nullopt;
    }
    return node.operands[0];
  }
  if (node.kind != Kind::einsum || node.operands.size() != 1) return std::nullopt;
  const auto& labels = std::get<EinsumLabels>(node.payload);
  Labels sides = labels.operands[0];
  std::sort(sides.begin(), sides.end());
  if (labels.out != Labels{0, 1, 2, 3} || labels.dims.size() != 4 || sides != Labels{0, 1}) return std::nullopt;
  return spread(pool, node.operands[0], labels.operands[0], tiling);
}

/// A window that takes entry [i,j] of the whole to entry [i − h·k, j − w·l] of tile [k,l].
struct Untiled {
  Tiling tiling;
  Labels tile, entry;  ///< labels of k, l and of i, j
};

std::optional<Untiled> untiled(Pool& pool, const Factor& factor, const Names& names) {
  const Node node = pool[factor.expr];
  if (node.kind != Kind::window || names.contains(factor.expr) || node.shape.size() != 4) return std::nullopt;
  const auto& axes = std::get<WindowIndex>(node.payload).axes;
  const Shape in = pool.shape(node.operands[0]);
  if (axes.size() != 4) return std::nullopt;
  Untiled found;
  const Dim zero = pool.dims().constant(0);
  for (std::size_t side = 0; side < 2; ++side) {
    const auto size = pool.dims().constant_value(in[side + 2]);
    if (!size || axes[side].parts.size() != 1 || axes[side + 2].parts.size() != 2) return std::nullopt;
    const std::uint16_t tile = axes[side].parts[0].axis;
    const auto& both = axes[side + 2].parts;
    const std::uint16_t entry = both[0].axis == tile ? both[1].axis : both[0].axis;
    if (!reads(axes[side], {{tile, 1}}, zero) || !reads(axes[side + 2], {{tile, -*size}, {entry, 1}}, zero)) return std::nullopt;
    if (node.shape[tile] != in[side] || node.shape[entry] != pool.dims().product(in[side], in[side + 2])) return std::nullopt;
    found.tiling.count.push_back(in[side]);
    found.tiling.size.push_back(in[side + 2]);
    found.tiling.whole.push_back(node.shape[entry]);
    found.tile.push_back(factor.labels[tile]);
    found.entry.push_back(factor.labels[entry]);
  }
  return found;
}

/// Σ_{k,l} T[k,l]·f(X[h·k + p, w·l + q], M[k,l]) at p = i − h·k, q = j − w·l: kron(T, ones)⊙f(X, kron(M, ones)).
std::optional<Expr> tiles(Pool& pool, Expr e, const Names& names) {
  const std::vector<Expr>& own = pool[e].operands;
  if (std::none_of(own.begin(), own.end(), [&](Expr operand) { return pool.kind(operand) == Kind::window; })) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  const std::vector<Factor> factors = factors_of(pool, e);
  for (std::size_t w = 0; w < factors.size(); ++w) {
    const auto found = untiled(pool, factors[w], names);
    if (!found) continue;
    const Node inner = pool[pool[factors[w].expr].operands[0]];
    if (inner.kind != Kind::map) continue;
    std::vector<Expr> operands;
    for (const Expr operand : inner.operands) {
      if (const auto whole = over_whole(pool, operand, found->tiling)) operands.push_back(*whole);
    }
    if (operands.size() != inner.operands.size()) continue;
    std::vector<Factor> kept, over_tiles;
    bool apart = true;
    for (std::size_t i = 0; i < factors.size(); ++i) {
      if (i == w) continue;
      const auto of_tiles = std::count_if(factors[i].labels.begin(), factors[i].labels.end(), [&](Label l) { return l == found->tile[0] || l == found->tile[1]; });
      apart = apart && (of_tiles == 0 || static_cast<std::size_t>(of_tiles) == factors[i].labels.size());
      (of_tiles > 0 ? over_tiles : kept).push_back(factors[i]);
    }
    const auto in_out = [&](Label l) { return std::find(labels.out.begin(), labels.out.end(), l) != labels.out.end(); };
    if (!apart || in_out(found->tile[0]) || in_out(found->tile[1]) || found->tile[0] == found->tile[1]) continue;
    if (std::get<MapFunction>(inner.payload).function == Function::power) continue;
    kept.push_back({make_map(pool, std::get<MapFunction>(inner.payload).function, operands), found->entry});
    if (!over_tiles.empty()) {
      Shape inside(labels.dims.size(), pool.dims().one());
      for (const std::size_t side : {0U, 1U}) inside[found->tile[side]] = found->tiling.count[side];
      kept.push_back({spread(pool, make_einsum(pool, found->tile, over_tiles, inside), {0, 1}, found->tiling), found->entry});
    }
    Shape dims = labels.dims;
    for (const std::size_t side : {0U, 1U}) dims[found->tile[side]] = pool.dims().one();
    return make_einsum(pool, labels.out, kept, dims);
  }
  return std::nullopt;
}

}  // namespace

std::span<const Rule> window_rules() {
  static constexpr Rule rules[] = {
      {"tiles", "sum(k,l, T[k,l]*(A[h*k+p,w*l+q] == M[k,l])) = kron(T,ones(h,w)) .* (A == kron(M,ones(h,w)))", "the windows tile A", Kind::einsum, tiles},
  };
  return rules;
}

}  // namespace gradwright
