// Index notation, which is always right: T1[i,j] = sum(k, A[i,k,k]*B[j,k]). Operands without a name get one, for an index needs a name before it.
#include <algorithm>

#include "ir/reach.h"
#include "present/writer.h"

namespace gradwright::view {
namespace {

std::string joined(const std::vector<std::string>& letters) {
  std::string list;
  for (const std::string& letter : letters) list += (list.empty() ? "" : ",") + letter;
  return list;
}

bool holds(const std::vector<std::string>& letters, const std::string& letter) {
  return std::find(letters.begin(), letters.end(), letter) != letters.end();
}

/// Σ c·letter: `2*r+u`.
std::string sum_text(const AffineIndex& index, const std::vector<std::string>& letters) {
  std::string text;
  for (const AffineIndex::Part& part : index.parts) {
    const bool negative = part.coefficient < 0;
    text += negative ? "-" : text.empty() ? "" : "+";
    if (part.coefficient != 1 && part.coefficient != -1)
      text += std::to_string(negative ? -part.coefficient : part.coefficient) + "*";
    text += letters[part.axis];
  }
  return text;
}

/// What is added to the sum of the letters where everything is counted from 1: `-1`, `+n`, `+0`.
std::string rest_text(DimTable& dims, const AffineIndex& index) {
  std::int64_t total = 0;
  for (const AffineIndex::Part& part : index.parts) total += part.coefficient;
  const std::string rest = dims.to_string(dims.sum(index.offset, dims.constant(1 - total)));
  return rest[0] == '-' || index.parts.empty() ? rest : "+" + rest;
}

/// The entry that is read, as a number counted from 1: `2*r+u-1`.
std::string number_text(DimTable& dims, const AffineIndex& index, const std::vector<std::string>& letters) {
  const std::string rest = rest_text(dims, index);
  return sum_text(index, letters) + (rest == "+0" ? "" : rest);
}

/// As it stands in brackets: there `r+u` alone begins at the first entry, and `r+u+0` at the second.
std::string bracket_text(DimTable& dims, const AffineIndex& index, const std::vector<std::string>& letters,
                         bool short_sums) {
  if (index.parts.size() < 2) return number_text(dims, index, letters);
  const bool begins_first = short_sums && index.offset == dims.constant(0);
  return sum_text(index, letters) + (begins_first ? "" : rest_text(dims, index));
}

bool is_letter(const AffineIndex& index, Dim zero) {
  return index.parts.size() == 1 && index.parts[0].coefficient == 1 && index.offset == zero;
}

}  // namespace

/// What is read inside of every axis stands in brackets; elsewhere an entry of its own stands for it, beside [q = what is read].
DocId Writer::window_entry(Expr e, const std::vector<std::string>& letters, bool short_sums, Selection& selection) {
  DimTable& dims = pool.dims();
  const Expr of = node(e).operands[0];
  std::vector<AffineIndex> axes = pool.payload<WindowIndex>(e).axes;
  const Shape in = pool.shape(of), out = pool.shape(e);
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {  // what runs over one entry moves nothing
    if (!dims.is_one(in[axis]))
      std::erase_if(axes[axis].parts, [&](const AffineIndex::Part& part) { return dims.is_one(out[part.axis]); });
  }
  const auto is_whole = [&](std::size_t axis) {
    return is_letter(axes[axis], dims.constant(0)) && out[axes[axis].parts[0].axis] == in[axis];
  };
  const auto is_inside = [&](std::size_t axis) { return reads_inside(dims, axes[axis], out, in[axis]); };
  if (in.size() == 2 && of == make_identity(pool, in[0]) && (is_inside(0) || is_inside(1))) {
    return docs.delta(number_text(dims, axes[0], letters), number_text(dims, axes[1], letters));
  }
  std::string text;
  std::vector<std::string> plain;
  const std::size_t summed = selection.summed.size();
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    std::string index = bracket_text(dims, axes[axis], letters, short_sums);
    if (is_whole(axis)) {
      plain.push_back(index);
    } else if (!is_inside(axis) ||
               is_letter(axes[axis], dims.constant(0))) {  // a letter alone runs over the whole axis
      index = dims.is_one(in[axis]) ? "1" : selection.fresh();
      if (!dims.is_one(in[axis])) selection.summed.push_back(index);
      selection.brackets.push_back(docs.delta(index, number_text(dims, axes[axis], letters)));
    }
    text += (text.empty() ? "" : ",") + index;
  }
  const bool is_ones = node(of).operands.empty() && !has_name(of) && pool.order(of) <= 2;
  if (is_ones && summed == selection.summed.size()) {
    if (const auto scalar = constant(of)) return *scalar;
  }
  selection.plain.insert(selection.plain.end(), plain.begin(), plain.end());
  if (!is_ones) require_name(of);
  return docs.index(named_leaf(of), text, one(), one());
}

/// The entry of a named part, or of a window of one, at these letters.
DocId Writer::entry_at(Expr e, const std::vector<std::string>& letters, Selection& selection) {
  const bool is_triangle = is_mask(e);
  if (node(e).kind == Kind::window && !has_name(e) && !is_triangle) return window_entry(e, letters, true, selection);
  if (letters.empty()) return doc(e);
  if (!is_triangle) require_name(e);
  std::string text;
  for (const std::string& letter : letters) {
    text += (text.empty() ? "" : ",") + letter;
    selection.plain.push_back(letter);
  }
  return docs.index(named_leaf(e), text, one(), one());
}

DocId Writer::selected_sum(std::vector<DocId> factors, const Selection& selection) {
  factors.insert(factors.end(), selection.brackets.begin(), selection.brackets.end());
  const DocId made = factors.empty() ? docs.number(1) : docs.product(factors, false);
  return selection.summed.empty() ? made : docs.index_sum(joined(selection.summed), made);
}

DocId Writer::named_leaf(Expr e) { return doc(e, pool.order(e) == 1 && is_row(e)); }

DocId Writer::indexed(Expr e, bool flipped) {
  Part& own = parts_[e];
  if (!own.name.empty()) return named_doc(e, own.name, false, flipped);
  matrix_form = false;
  const Node& part = node(e);
  std::vector<std::string> out, summed;
  const DocId item = part.kind == Kind::einsum ? indexed_product(e, out, summed)
                     : part.kind == Kind::fold ? indexed_fold(e, out)
                                               : indexed_window(e, out);
  if (part.shape.empty()) return item;
  own.indices = "[";
  for (const std::string& letter : out) own.indices += (own.indices.size() > 1 ? "," : "") + letter;
  own.indices += "]";
  own.item = item;
  own.name = fresh_name(e, "T");
  return named_doc(e, own.name, false, flipped);
}

DocId Writer::indexed_window(Expr e, std::vector<std::string>& out) {
  for (std::size_t axis = 0; axis < pool.order(e); ++axis) out.push_back(index_letter(axis));
  std::size_t used = out.size();
  Selection selection{[&] { return index_letter(used++); }};
  std::vector<DocId> factors{entry_at(e, out, selection)};
  for (std::size_t axis = 0; axis < out.size(); ++axis) {
    if (holds(selection.plain, out[axis])) continue;
    const DocId ones = docs.call("ones", {docs.size(pool.shape(e)[axis])}, pool.shape(e)[axis], one());
    factors.push_back(docs.index(ones, out[axis], one(), one()));
  }
  return selected_sum(std::move(factors), selection);
}

/// max(X[i,:,j]) of a tensor.
DocId Writer::indexed_fold(Expr e, std::vector<std::string>& out) {
  const FoldAxes fold = pool.payload<FoldAxes>(e);
  const Expr of = node(e).operands[0];
  const Shape in = pool.shape(of);
  require_name(of);
  std::string text;
  Shape left;
  for (std::uint16_t axis = 0; axis < in.size(); ++axis) {
    const bool is_folded = std::find(fold.axes.begin(), fold.axes.end(), axis) != fold.axes.end();
    if (is_folded)
      left.push_back(in[axis]);
    else
      out.push_back(index_letter(out.size()));
    text += (text.empty() ? "" : ",") + (is_folded ? ":" : out.back());
  }
  const DocId slice = docs.index(named_leaf(of), text, left[0], left.size() == 2 ? left[1] : one());
  return docs.call(std::string(fold_name(fold.kind)), {slice}, one(), one());
}

DocId Writer::indexed_product(Expr e, std::vector<std::string>& out, std::vector<std::string>& summed) {
  const EinsumLabels& einsum = pool.payload<EinsumLabels>(e);
  const std::vector<Expr>& operands = node(e).operands;
  std::vector<std::string> letters(einsum.dims.size());
  std::vector<DocId> factors, divisors;
  std::size_t used = 0;
  std::vector<bool> occurs(einsum.dims.size(), false);
  for (const Labels& labels : einsum.operands) {
    for (const Label label : labels) occurs[label] = true;
  }
  std::vector<DocId> deltas;
  for (const Label label : einsum.out) {
    const std::string letter = index_letter(used++);
    out.push_back(letter);
    if (letters[label].empty()) {
      letters[label] = letter;
      continue;
    }
    const Dim extent = einsum.dims[label];
    deltas.push_back(
        docs.index(docs.call("eye", {docs.size(extent)}, extent, extent), letters[label] + "," + letter, one(), one()));
  }
  for (std::size_t label = 0; label < einsum.dims.size(); ++label) {
    if (!letters[label].empty()) continue;
    if (!occurs[label]) {
      factors.push_back(docs.size(einsum.dims[label]));
      continue;
    }
    const bool is_single = pool.dims().is_one(einsum.dims[label]);
    letters[label] = is_single ? "1" : index_letter(used++);
    if (!is_single) summed.push_back(letters[label]);
  }
  Selection selection{[&] { return index_letter(used++); }};
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (const auto divisor = einsum.operands[i].empty() ? denominator(operands[i], false) : std::nullopt) {
      divisors.push_back(*divisor);
      continue;
    }
    std::vector<std::string> own;
    for (const Label label : einsum.operands[i]) own.push_back(letters[label]);
    factors.push_back(entry_at(operands[i], own, selection));
  }
  factors.insert(factors.end(), deltas.begin(), deltas.end());
  factors.insert(factors.end(), selection.brackets.begin(), selection.brackets.end());
  summed.insert(summed.end(), selection.summed.begin(), selection.summed.end());
  // An index that stands in no bracket alone says how far it runs by a factor of ones.
  for (std::size_t label = 0; label < einsum.dims.size(); ++label) {
    if (letters[label].empty() || letters[label] == "1" || holds(selection.plain, letters[label])) continue;
    if (std::count(einsum.out.begin(), einsum.out.end(), static_cast<Label>(label)) > 1) continue;
    const DocId ones = docs.call("ones", {docs.size(einsum.dims[label])}, einsum.dims[label], one());
    factors.push_back(docs.index(ones, letters[label], one(), one()));
  }
  DocId made = factors.empty() ? docs.number(1) : docs.product(factors, false);
  made = docs.divided(made, divisors, false);
  return summed.empty() ? made : docs.index_sum(joined(summed), made);
}

}  // namespace gradwright::view
