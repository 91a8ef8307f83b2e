// Reshapes: vec, reshape, and the Jacobians of matrices by matrices. Axes [a,b] × [c,d], a and c running fastest:
// factors that link a to c and b to d are kron(slow, fast); where a is linked to d and b to c, kron times a commutation.
#include <algorithm>
#include <numeric>

#include "present/writer.h"

namespace gradwright::view {
namespace {

constexpr Label none = 0xffff;

/// The labels of [a,b] × [c,d]; none where the axis is not there.
struct Corners {
  Label a = none, b = none, c = none, d = none;
};

class Split {
 public:
  Split(const EinsumLabels& labels, const std::vector<Expr>& operands) : labels_(labels), operands_(operands) {}

  std::optional<Kronecker> at(const Corners& corners, bool crossed) const {
    Kronecker result;
    result.crossed = crossed;
    const Label fast_col = crossed ? corners.d : corners.c;
    const Label slow_col = crossed ? corners.c : corners.d;
    if (crossed && (corners.c == none || corners.d == none)) return std::nullopt;
    if (corners.c != none) result.col_fast = labels_.dims[corners.c];
    if (corners.d != none) result.col_slow = labels_.dims[corners.d];
    // Factors that touch nothing but the rows, or the columns, stand outside; those that touch neither are a scale.
    const std::vector<Place> places = places_of(corners);
    std::vector<std::size_t> group(labels_.dims.size());
    std::iota(group.begin(), group.end(), std::size_t{0});
    const auto root = [&](std::size_t label) {
      while (group[label] != label) label = group[label];
      return label;
    };
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      if (places[i] != Place::between) continue;
      for (const Label label : labels_.operands[i]) group[root(label)] = root(labels_.operands[i][0]);
    }
    const auto same = [&](Label x, Label y) { return x != none && y != none && root(x) == root(y); };
    if (same(corners.a, corners.b) || same(corners.a, slow_col) || same(fast_col, corners.b) ||
        same(fast_col, slow_col))
      return std::nullopt;
    result.fast = side(corners.a, fast_col);
    result.slow = side(corners.b, slow_col);
    result.over_rows = side(corners.a, corners.b);
    result.over_cols = side(corners.c, corners.d);
    result.scale = side(none, none);
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      const Labels& own = labels_.operands[i];
      const bool slow = !own.empty() && (same(own[0], corners.b) || same(own[0], slow_col));
      Kronecker::Side& target = places[i] == Place::scale  ? result.scale
                                : places[i] == Place::rows ? result.over_rows
                                : places[i] == Place::cols ? result.over_cols
                                : slow                     ? result.slow
                                                           : result.fast;
      target.operands.push_back(operands_[i]);
      target.labels.operands.push_back(own);
    }
    return result;
  }

 private:
  enum class Place { between, rows, cols, scale };

  /// Of each operand, by the corners that it meets together with those that summed labels link it to.
  std::vector<Place> places_of(const Corners& corners) const {
    std::vector<std::size_t> part(operands_.size());
    std::iota(part.begin(), part.end(), std::size_t{0});
    for (std::size_t label = 0; label < labels_.dims.size(); ++label) {
      const auto link = static_cast<Label>(label);
      if (std::find(labels_.out.begin(), labels_.out.end(), link) != labels_.out.end()) continue;
      std::size_t first = part.size();
      for (std::size_t i = 0; i < part.size(); ++i) {
        const Labels& own = labels_.operands[i];
        if (std::find(own.begin(), own.end(), link) == own.end()) continue;
        if (first == part.size()) first = part[i];
        std::replace(part.begin(), part.end(), std::size_t{part[i]}, first);
      }
    }
    std::vector<Place> places;
    for (const std::size_t wanted : part) {
      Labels met;
      for (std::size_t i = 0; i < part.size(); ++i) {
        for (const Label label : labels_.operands[i]) {
          const bool is_corner = std::find(labels_.out.begin(), labels_.out.end(), label) != labels_.out.end();
          if (part[i] == wanted && is_corner && std::find(met.begin(), met.end(), label) == met.end())
            met.push_back(label);
        }
      }
      // A matrix on the two corners scales rows (or columns) entry by entry.
      const auto are = [&](Label x, Label y) {
        return x != none && y != none && x != y && met.size() == 2 &&
               ((met[0] == x && met[1] == y) || (met[0] == y && met[1] == x));
      };
      places.push_back(met.empty()                 ? Place::scale
                       : are(corners.a, corners.b) ? Place::rows
                       : are(corners.c, corners.d) ? Place::cols
                                                   : Place::between);
    }
    return places;
  }
  Kronecker::Side side(Label row, Label col) const {
    Kronecker::Side side;
    side.labels.dims = labels_.dims;
    side.has_row = row != none;
    side.has_col = col != none;
    if (row != none) side.labels.out.push_back(row);
    if (col != none) side.labels.out.push_back(col);
    return side;
  }
  const EinsumLabels& labels_;
  const std::vector<Expr>& operands_;
};

/// How many leading axes multiply to `rows`; none where the shape is no grouping of axes.
std::optional<std::size_t> row_axes(DimTable& dims, const Shape& axes, const Shape& shape) {
  for (std::size_t count = 1; count < axes.size(); ++count) {
    Dim rows = dims.one(), cols = dims.one();
    for (std::size_t i = 0; i < axes.size(); ++i) {
      Dim& side = i < count ? rows : cols;
      side = dims.product(side, axes[i]);
    }
    if (rows == shape[0] && cols == shape[1]) return count;
  }
  return std::nullopt;
}

/// Where one label stands for both axes of the rows or of the columns, a second one that an identity makes equal to it: [c,c] as [c,d]·I[c,d].
bool part_corners(EinsumLabels& labels, std::size_t row_count) {
  const bool of_rows = row_count == 2 && labels.out[0] == labels.out[1];
  const bool of_cols = labels.out.size() - row_count == 2 && labels.out[row_count] == labels.out[row_count + 1];
  if (!of_rows && !of_cols) return false;
  const Label one = labels.out[of_rows ? 0 : row_count];
  const auto other = static_cast<Label>(labels.dims.size());
  labels.dims.push_back(labels.dims[one]);
  if (of_rows) labels.out[1] = other;
  if (of_cols && labels.out[row_count] == one) labels.out[row_count + 1] = other;
  for (Labels& own : labels.operands) {  // a vector goes to the slow side: (x' ⊗ I)·diag(vec(I))
    if (std::all_of(own.begin(), own.end(), [&](Label label) { return label == one; })) own.assign(own.size(), other);
  }
  labels.operands.push_back({one, other});
  return true;
}

}  // namespace

std::optional<Kronecker> Writer::kronecker(Expr operand, const Shape& shape) const {
  const Node& part = node(operand);
  if (part.kind != Kind::einsum || has_name(operand) || shape.size() != 2 || part.shape.size() < 3 ||
      part.shape.size() > 4)
    return std::nullopt;
  EinsumLabels labels = std::get<EinsumLabels>(part.payload);
  std::vector<Expr> operands = part.operands;
  DimTable& dims = const_cast<Pool&>(pool).dims();
  const auto count = row_axes(dims, part.shape, shape);
  if (!count || *count > 2 || part.shape.size() - *count > 2) return std::nullopt;
  if (part_corners(labels, *count)) operands.push_back(make_identity(const_cast<Pool&>(pool), labels.dims.back()));
  std::vector<bool> used(labels.dims.size(), false);
  for (const Labels& own : labels.operands) {
    for (const Label label : own) used[label] = true;
  }
  for (const Label label : labels.out) used[label] = true;
  if (std::find(used.begin(), used.end(), false) != used.end()) return std::nullopt;
  const Split split(labels, operands);
  const Label* row = labels.out.data();
  const Label* col = row + *count;
  const bool two_rows = *count == 2;
  const bool two_cols = part.shape.size() - *count == 2;
  // A single axis is the fast one or the slow one, whatever fits.
  for (const bool slow_row : {false, true}) {
    for (const bool slow_col : {false, true}) {
      if ((two_rows && slow_row) || (two_cols && slow_col)) continue;
      Corners corners;
      if (two_rows)
        corners.a = row[0], corners.b = row[1];
      else
        (slow_row ? corners.b : corners.a) = row[0];
      if (two_cols)
        corners.c = col[0], corners.d = col[1];
      else
        (slow_col ? corners.d : corners.c) = col[0];
      if (const auto found = split.at(corners, false)) return found;
      if (const auto found = split.at(corners, true); found && two_rows) return found;
    }
  }
  return std::nullopt;
}

std::optional<DocId> Writer::kronecker_doc(const Kronecker& k) {
  const auto extent = [&](const Kronecker::Side& side, bool row) {
    if (row ? !side.has_row : !side.has_col) return one();
    return side.labels.dims[row ? side.labels.out.front() : side.labels.out.back()];
  };
  const auto side_doc = [&](const Kronecker::Side& side) {
    return contraction(packed(side.labels), side.operands, side.labels.out.size() == 1 && side.has_col);
  };
  std::vector<DocId> factors;
  if (!k.scale.operands.empty()) {
    const auto scale = contraction(packed(k.scale.labels), k.scale.operands, false);
    if (!scale) return std::nullopt;
    factors.push_back(*scale);
  }
  const auto vector = [&](const Kronecker::Side& side) -> std::optional<DocId> {
    const auto inner = contraction(packed(side.labels), side.operands, false);
    const Dim size = pool.dims().product(extent(side, true), extent(side, false));
    return inner ? std::optional(docs.call("vec", {*inner}, size, one())) : std::nullopt;
  };
  const bool has_rows = !k.over_rows.operands.empty();
  const bool has_cols = !k.over_cols.operands.empty();
  if (has_rows && has_cols && k.fast.is_free() && k.slow.is_free()) {  // nothing links rows to columns
    const auto left = vector(k.over_rows);
    const auto right = vector(k.over_cols);
    if (!left || !right) return std::nullopt;
    factors.insert(factors.end(), {*left, docs.transpose(*right)});
    return docs.product(factors, false);
  }
  const auto diagonal = [&](const Kronecker::Side& side) {
    const auto inner = vector(side);
    if (inner) factors.push_back(docs.call("diag", {*inner}, docs[*inner].rows, docs[*inner].rows));
    return inner.has_value();
  };
  if (has_rows && !diagonal(k.over_rows)) return std::nullopt;
  const bool is_identity = k.fast.is_identity() && k.slow.is_identity();
  const bool trivial = is_identity && (k.crossed || has_rows || has_cols);
  const bool no_slow = !k.slow.has_row && !k.slow.has_col && k.slow.operands.empty();
  const bool no_fast = !k.fast.has_row && !k.fast.has_col && k.fast.operands.empty();
  if (!trivial) {
    const auto fast = side_doc(k.fast);
    const auto slow = side_doc(k.slow);
    if (!fast || !slow) return std::nullopt;
    const Dim height = pool.dims().product(extent(k.fast, true), extent(k.slow, true));
    const Dim width = pool.dims().product(extent(k.fast, false), extent(k.slow, false));
    factors.push_back(no_slow       ? *fast
                      : no_fast     ? *slow
                      : is_identity ? docs.call("eye", {docs.size(height)}, height, width)
                                    : docs.call("kron", {*slow, *fast}, height, width));
  }
  if (k.crossed) {
    const Dim size = pool.dims().product(k.col_fast, k.col_slow);
    factors.push_back(docs.call("commutation", {docs.size(k.col_fast), docs.size(k.col_slow)}, size, size));
  }
  if (!k.over_cols.operands.empty() && !diagonal(k.over_cols)) return std::nullopt;
  return docs.product(factors, false);
}

DocId Writer::reshape(Expr e, bool flipped) {
  const Expr of = node(e).operands[0];
  const Shape& shape = pool.shape(e);
  const bool turn = flipped && shape.size() == 2;
  if (const auto form = kronecker(of, shape)) {
    if (const auto made = kronecker_doc(*form)) return turn ? docs.transpose(*made) : *made;
  }
  if (const auto form = kron_jacobian(of, shape)) {
    if (const auto made = kron_jacobian_doc(*form, node(of).operands)) return turn ? docs.transpose(*made) : *made;
  }
  if (const auto made = reshaped_sum(e)) return turn ? docs.transpose(*made) : *made;
  const bool row = flipped && shape.size() == 1;
  std::vector<DocId> args{doc(of, false)};
  DocId made;
  if (shape.size() == 1) {
    made = docs.call("vec", std::move(args), shape[0], one());
    return row ? docs.transpose(made) : made;
  }
  for (const Dim dim : shape) args.push_back(docs.size(dim));
  const bool is_tensor = shape.size() > 2;
  if (shape.empty()) args.push_back(docs.number(1));
  made = docs.call("reshape", std::move(args), is_tensor ? Dim{} : rows(e, false), is_tensor ? Dim{} : cols(e, false));
  return turn ? docs.transpose(made) : made;
}

/// A Reshape of a sum, all of whose terms are Kronecker products.
std::optional<DocId> Writer::reshaped_sum(Expr e) {
  const Expr of = node(e).operands[0];
  if (node(of).kind != Kind::add || has_name(of) || node(of).operands.empty()) return std::nullopt;
  std::vector<DocId> terms;
  std::vector<bool> signs;
  for (std::size_t i = 0; i < node(of).operands.size(); ++i) {
    const auto form = kronecker(node(of).operands[i], pool.shape(e));
    const auto made = form ? kronecker_doc(*form) : std::nullopt;
    if (!made) return std::nullopt;
    const Rational coefficient = pool.payload<Coefficients>(of).values[i];
    signs.push_back(coefficient.is_negative());
    terms.push_back(docs.scaled(signs.back() ? -coefficient : coefficient, *made));
  }
  return docs.sum(std::move(terms), std::move(signs));
}

/// What a Reshape shows: the operands of its Kronecker factors, not the tensor between.
std::vector<Expr> Writer::reshaped_operands(Expr e) const {
  const Expr of = node(e).operands[0];
  if (kronecker(of, pool.shape(e)) || kron_jacobian(of, pool.shape(e))) return node(of).operands;
  if (node(of).kind != Kind::add || has_name(of)) return {of};
  std::vector<Expr> shown;
  for (const Expr term : node(of).operands) {
    if (!kronecker(term, pool.shape(e))) return {of};
    shown.insert(shown.end(), node(term).operands.begin(), node(term).operands.end());
  }
  return shown;
}

}  // namespace gradwright::view
