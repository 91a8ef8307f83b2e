// Windows: slices A[2:5,:], entries, flips; zero padding and sums of paddings as block literals.
#include <algorithm>
#include <map>
#include <numeric>

#include "ir/reach.h"
#include "present/writer.h"

namespace gradwright::view {
namespace {

/// `selection`: put between zeros whose numbers may not be written (n - 4), or an entry put among n: columns of the identity do it.
enum class AxisKind { whole, slice, single, flip, padding, selection, other };

bool is_constant(const DimTable& dims, Dim dim) { return dims.constant_value(dim).has_value(); }

/// in[i + offset] for i below out, zeros around: what stands before and after.
struct Room {
  Dim before, after;
  bool is_certain;
};
Room room(DimTable& dims, Dim offset, Dim in, Dim out) {
  const Dim before = dims.sum(dims.constant(0), offset, -1);
  const Dim after = dims.sum(dims.sum(out, in, -1), before, -1);
  return {before, after, is_nonnegative(dims, before) && is_nonnegative(dims, after)};
}

AxisKind axis_kind(DimTable& dims, const AffineIndex& index, std::size_t axis, Dim in, Dim out) {
  if (index.parts.empty()) return AxisKind::single;
  if (index.parts.size() != 1 || index.parts[0].axis != axis) return AxisKind::other;
  const Dim zero = dims.constant(0);
  if (index.parts[0].coefficient == -1)
    return in == out && index.offset == dims.sum(in, dims.one(), -1) ? AxisKind::flip : AxisKind::other;
  if (index.parts[0].coefficient != 1) return AxisKind::other;
  if (index.offset == zero && in == out) return AxisKind::whole;
  const Room around = room(dims, index.offset, in, out);
  if (around.is_certain) return dims.is_one(in) && !is_constant(dims, out) ? AxisKind::selection : AxisKind::padding;
  // Whether x[2:4] is in range may depend on n: it is where a sheet reads there, and what it puts back fits.
  const auto holds = [&](Dim dim) { return is_nonnegative(dims, dim) || is_granted(dims, dim); };
  if (holds(around.before) && holds(around.after) && !is_constant(dims, around.after)) return AxisKind::selection;
  const Dim behind = dims.sum(zero, around.after, -1);
  return holds(index.offset) && holds(behind) ? AxisKind::slice : AxisKind::other;
}

std::string slice_text(DimTable& dims, Dim offset, Dim length) {
  const Dim first = dims.sum(offset, dims.one());
  const std::string from = dims.to_string(first);
  return first == dims.sum(offset, length) ? from : from + ":" + dims.to_string(dims.sum(offset, length));
}

}  // namespace

std::optional<DocId> Writer::entry(Expr e, const std::vector<std::uint16_t>& dropped) {
  if (node(e).kind != Kind::window || has_name(e)) return std::nullopt;
  const Expr of = node(e).operands[0];
  const auto& axes = pool.payload<WindowIndex>(e).axes;
  if (pool.order(of) > 2 || pool.order(e) != axes.size()) return std::nullopt;
  std::string text;
  Dim size_rows = one(), size_cols = one();
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    const bool drops = std::find(dropped.begin(), dropped.end(), axis) != dropped.end();
    const AxisKind kind = axis_kind(pool.dims(), axes[axis], axis, pool.shape(of)[axis], pool.shape(e)[axis]);
    if (kind != AxisKind::slice && kind != AxisKind::whole) return std::nullopt;
    text += axis > 0 ? "," : "";
    if (!drops && kind == AxisKind::whole)
      text += ":";
    else
      text += slice_text(pool.dims(), axes[axis].offset, pool.shape(e)[axis]);
    if (!drops) (axis == 0 ? size_rows : size_cols) = pool.shape(e)[axis];
  }
  return docs.index(doc(of, pool.order(of) == 1 && is_row(of)), text, size_rows, size_cols);
}

DocId Writer::window(Expr e, bool flipped) {
  const Expr of = node(e).operands[0];
  const auto& axes = pool.payload<WindowIndex>(e).axes;
  const std::size_t order = pool.order(e);
  if (order == 0 || order > 2 || axes.size() != order) return indexed(e, flipped);
  std::vector<AxisKind> kinds;
  for (std::size_t axis = 0; axis < order; ++axis)
    kinds.push_back(axis_kind(pool.dims(), axes[axis], axis, pool.shape(of)[axis], pool.shape(e)[axis]));
  const auto only = [&](AxisKind a, AxisKind b) {
    return std::all_of(kinds.begin(), kinds.end(), [&](AxisKind kind) { return kind == a || kind == b; });
  };
  if (only(AxisKind::flip, AxisKind::flip))
    return docs.call(order == 1 ? "flip" : "rot180", {doc(of, flipped)}, rows(e, flipped), cols(e, flipped));
  if (order == 2 && kinds[0] == AxisKind::whole && kinds[1] == AxisKind::flip)
    return docs.transpose(docs.call("flip", {doc(of, true)}, cols(e, false), rows(e, false)));
  if (order == 2 && kinds[0] == AxisKind::flip && kinds[1] == AxisKind::whole)
    return docs.call("flip", {doc(of)}, rows(e, false), cols(e, false));
  if (only(AxisKind::slice, AxisKind::whole)) {
    std::string text;
    for (std::size_t axis = 0; axis < order; ++axis) {
      text += axis > 0 ? "," : "";
      // A range even where it is one entry: the axis stays.
      const Dim first = pool.dims().sum(axes[axis].offset, one());
      text += kinds[axis] == AxisKind::whole
                  ? ":"
                  : pool.dims().to_string(first) + ":" +
                        pool.dims().to_string(pool.dims().sum(axes[axis].offset, pool.shape(e)[axis]));
    }
    const bool row = order == 1 && is_row(of);
    const DocId made = docs.index(doc(of, row), text, rows(e, row), cols(e, row));
    return order == 1 && row != flipped ? docs.transpose(made) : made;
  }
  if (std::find(kinds.begin(), kinds.end(), AxisKind::selection) == kinds.end()) {
    if (const auto literal = block_of({{1, e}}, flipped)) return *literal;
  } else if (const auto made = selected(e, flipped)) {
    return *made;
  }
  return indexed(e, flipped);
}

/// The scalar that stands where every extent is 1.
DocId Writer::only_entry(Expr e) {
  if (const auto scalar = constant(e)) return *scalar;
  std::vector<std::uint16_t> all(pool.order(e));
  std::iota(all.begin(), all.end(), std::uint16_t{0});
  if (const auto read = entry(e, all)) return *read;
  if (node(e).kind == Kind::einsum && !has_name(e)) {
    EinsumLabels labels = pool.payload<EinsumLabels>(e);
    labels.out.clear();
    if (const auto made = contraction(labels, node(e).operands, false)) return *made;
  }
  return doc(e);
}

/// eye(m)[:,2:4]*X*eye(n)[:,1]': X put between zeros.
std::optional<DocId> Writer::selected(Expr e, bool flipped) {
  DimTable& dims = pool.dims();
  const Expr of = node(e).operands[0];
  const std::vector<AffineIndex> axes = pool.payload<WindowIndex>(e).axes;
  const Shape in = pool.shape(of), out = pool.shape(e);
  std::vector<DocId> sides;  // none for what runs over the whole
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    const AxisKind kind = axis_kind(dims, axes[axis], axis, in[axis], out[axis]);
    if (kind == AxisKind::whole) {
      sides.emplace_back();
      continue;
    }
    if (kind != AxisKind::padding && kind != AxisKind::selection) return std::nullopt;
    const DocId eye = docs.call("eye", {docs.size(out[axis])}, out[axis], out[axis]);
    const Dim before = room(dims, axes[axis].offset, in[axis], out[axis]).before;
    sides.push_back(docs.index(eye, ":," + slice_text(dims, before, in[axis]), out[axis], in[axis]));
  }
  const bool is_entry = std::all_of(in.begin(), in.end(), [&](Dim extent) { return dims.is_one(extent); });
  const bool is_eye = in.size() == 2 && of == make_identity(pool, in[0]) && !sides[0].is_none() && !sides[1].is_none();
  const DocId content = is_eye ? docs.number(1) : is_entry ? only_entry(of) : doc(of, in.size() == 1 && flipped);
  const bool is_one = docs[content].kind == DocKind::number && docs[content].value.is_one();
  std::vector<DocId> factors;
  if (is_entry && !is_one) factors.push_back(content);
  if (in.size() == 1) {
    const DocId side = flipped ? docs.transpose(sides[0]) : sides[0];
    if (!is_entry && flipped) factors.push_back(content);
    factors.push_back(side);
    if (!is_entry && !flipped) factors.push_back(content);
  } else {
    if (!sides[0].is_none()) factors.push_back(sides[0]);
    if (!is_entry && !is_eye) factors.push_back(content);
    if (!sides[1].is_none()) factors.push_back(docs.transpose(sides[1]));
  }
  return factors.size() == 1 ? factors[0] : docs.product(factors);
}

std::optional<DocId> Writer::block(Expr e, bool flipped) {
  if (pool.order(e) > 2 || pool.order(e) == 0 || node(e).operands.size() < 2) return std::nullopt;
  std::vector<Term> terms;
  for (std::size_t i = 0; i < node(e).operands.size(); ++i)
    terms.push_back({pool.payload<Coefficients>(e).values[i], node(e).operands[i]});
  return block_of(terms, flipped);
}

/// The window of two axes whose transpose e is, if any.
Expr Writer::transposed_window(Expr e) const {
  if (pool.kind(e) != Kind::einsum || pool[e].operands.size() != 1) return {};
  const EinsumLabels& labels = pool.payload<EinsumLabels>(e);
  const Expr of = pool[e].operands[0];
  const bool is_transpose = labels.out.size() == 2 && labels.out[0] != labels.out[1] &&
                            labels.operands[0] == Labels{labels.out[1], labels.out[0]};
  return is_transpose && pool.kind(of) == Kind::window && pool.order(pool[of].operands[0]) == 2 && !has_name(of)
             ? of
             : Expr{};
}

/// Where a term stands inside a larger matrix: c·Window(X) with zeros around, or a scalar times unit vectors.
std::optional<Writer::Placed> Writer::placed(const Term& term, bool flipped) {
  DimTable& dims = pool.dims();
  const Dim zero = dims.constant(0);
  Placed place;
  const Node& part = node(term.expr);
  if (has_name(term.expr)) return std::nullopt;
  std::vector<Dim> starts, lengths;
  const auto take = [&](Expr window) {  // axes of a padding
    const Expr of = node(window).operands[0];
    const auto& axes = pool.payload<WindowIndex>(window).axes;
    if (axes.size() != pool.order(window)) return false;
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      const AxisKind kind = axis_kind(dims, axes[axis], axis, pool.shape(of)[axis], pool.shape(window)[axis]);
      const bool is_padding = kind == AxisKind::padding || kind == AxisKind::selection;
      if (kind != AxisKind::whole &&
          !(is_padding && room(dims, axes[axis].offset, pool.shape(of)[axis], pool.shape(window)[axis]).is_certain))
        return false;
      starts.push_back(dims.sum(zero, axes[axis].offset, -1));
      lengths.push_back(pool.shape(of)[axis]);
    }
    return true;
  };
  DocId content;
  if (part.kind == Kind::window) {
    if (!take(term.expr)) return std::nullopt;
    const Expr of = part.operands[0];
    const bool is_unit = std::all_of(lengths.begin(), lengths.end(), [&](Dim d) { return dims.is_one(d); });
    content = is_unit ? only_entry(of) : doc(of, flipped && pool.order(of) == 1);
  } else if (const Expr window = transposed_window(term.expr); !window.is_none()) {
    if (!take(window)) return std::nullopt;
    std::swap(starts[0], starts[1]);
    std::swap(lengths[0], lengths[1]);
    content = docs.transpose(doc(node(window).operands[0]));
  } else if (part.kind == Kind::einsum) {
    const auto found = beside_units(term.expr, flipped, starts, lengths);
    if (!found) return std::nullopt;
    content = *found;
  } else {
    return std::nullopt;
  }
  place.content = docs.multiplied(term.coefficient, content);
  const std::size_t row_axis = flipped ? 1 : 0;
  place.start = {zero, zero};
  place.length = {one(), one()};
  if (starts.size() == 1) {
    place.start[row_axis] = starts[0];
    place.length[row_axis] = lengths[0];
  } else {
    place.start = {starts[0], starts[1]};
    place.length = {lengths[0], lengths[1]};
  }
  return place;
}

/// Of a product with unit vectors on its axes: what stands there. The other axes it spans whole.
std::optional<DocId> Writer::beside_units(Expr e, bool flipped, std::vector<Dim>& starts, std::vector<Dim>& lengths) {
  DimTable& dims = pool.dims();
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  const std::vector<Expr>& operands = node(e).operands;
  if (labels.out.size() == 2 && labels.out[0] == labels.out[1]) return std::nullopt;
  std::vector<bool> is_unit(operands.size(), false);
  EinsumLabels kept{{}, {}, labels.dims};
  Dim times = one();  // what is summed, and stands in no factor
  for (const Label label : labels.out) {
    Dim start = dims.constant(0), length = labels.dims[label];
    for (std::size_t i = 0; i < operands.size(); ++i) {
      const Node& operand = node(operands[i]);
      if (labels.operands[i] != Labels{label} || operand.kind != Kind::window || has_name(operands[i]) || is_unit[i])
        continue;
      const Expr of = operand.operands[0];
      if (pool.order(of) != 1 || !dims.is_one(pool.shape(of)[0]) || !node(of).operands.empty() || !constant(of))
        continue;
      is_unit[i] = true;
      start = dims.sum(dims.constant(0), pool.payload<WindowIndex>(operands[i]).axes[0].offset, -1);
      length = dims.one();
      break;
    }
    starts.push_back(start);
    lengths.push_back(length);
    if (length == labels.dims[label]) kept.out.push_back(label);
  }
  if (kept.out.size() == labels.out.size()) return std::nullopt;
  for (Label label = 0; label < labels.dims.size(); ++label) {
    const auto holds = [&](const Labels& own) { return std::find(own.begin(), own.end(), label) != own.end(); };
    if (!holds(labels.out) && std::none_of(labels.operands.begin(), labels.operands.end(), holds))
      times = dims.product(times, labels.dims[label]);
  }
  std::vector<Expr> others;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (is_unit[i]) continue;
    others.push_back(operands[i]);
    kept.operands.push_back(labels.operands[i]);
  }
  const bool row = labels.out.size() == 2 ? kept.out.size() == 1 && kept.out[0] == labels.out[1] : flipped;
  kept = packed(kept);
  if (times != one()) kept.dims.push_back(times);
  return contraction(kept, others, row);
}

std::optional<DocId> Writer::block_of(const std::vector<Term>& terms, bool flipped) {
  DimTable& dims = pool.dims();
  std::vector<Placed> parts;
  for (const Term& term : terms) {
    const auto place = placed(term, flipped);
    if (!place) return std::nullopt;
    parts.push_back(*place);
  }
  const std::array<Dim, 2> whole{rows(terms[0].expr, flipped), cols(terms[0].expr, flipped)};
  std::array<std::vector<std::pair<Dim, Dim>>, 2> cuts;  // start, length along rows and columns
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    Dim at = dims.constant(0);
    while (at != whole[side]) {
      // The part that begins here, else zeros up to the next one.
      Dim length;
      for (const Placed& part : parts) {
        if (part.start[side] == at) length = part.length[side];
      }
      if (length.is_none()) {
        Dim next = whole[side];
        for (const Placed& part : parts) {
          const Dim ahead = dims.sum(part.start[side], at, -1);
          const Dim nearer = dims.sum(next, part.start[side], -1);
          if (ahead != dims.constant(0) && is_nonnegative(dims, ahead) && is_nonnegative(dims, nearer))
            next = part.start[side];
        }
        length = dims.sum(next, at, -1);
      }
      cuts[side].emplace_back(at, length);
      at = dims.sum(at, length);
      if (cuts[side].size() > parts.size() * 2 + 1) return std::nullopt;
    }
  }
  std::vector<DocId> cells;
  std::size_t filled = 0;
  for (const auto& [top, height] : cuts[0]) {
    for (const auto& [left, width] : cuts[1]) {
      DocId cell;
      for (const Placed& part : parts) {
        if (part.start[0] != top || part.start[1] != left || part.length[0] != height || part.length[1] != width)
          continue;
        if (!cell.is_none()) return std::nullopt;
        cell = part.content;
        ++filled;
      }
      if (cell.is_none())
        cell = dims.is_one(height) && dims.is_one(width) ? docs.number(0)
               : dims.is_one(height)                     ? zeros({width}, true)
               : dims.is_one(width)                      ? zeros({height}, false)
                                                         : zeros({height, width}, false);
      cells.push_back(cell);
    }
  }
  const bool is_sized = is_constant(dims, whole[0]) && is_constant(dims, whole[1]);
  if (filled != parts.size() || cells.size() > (is_sized ? 400U : 9U)) return std::nullopt;
  return docs.block(std::move(cells), cuts[1].size(), whole[0], whole[1]);
}

}  // namespace gradwright::view
