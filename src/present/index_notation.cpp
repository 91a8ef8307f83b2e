// Index notation, which is always right: T1[i,j] = sum(k, A[i,k,k]*B[j,k]). Operands without a name get one, for an index needs a name before it.
#include <algorithm>

#include "present/writer.h"

namespace gradwright::view {
namespace {

/// `2*r+u-1` for in-index = offset + Σ c·out-index, counted from 1. A sum of index variables alone starts at its first entry.
std::string affine_text(const DimTable& dims, const AffineIndex& index, const std::vector<std::string>& letters, const Dim constant, bool is_plain_sum) {
  std::string text;
  for (const AffineIndex::Part& part : index.parts) {
    const bool negative = part.coefficient < 0;
    text += negative ? "-" : text.empty() ? "" : "+";
    if (part.coefficient != 1 && part.coefficient != -1) text += std::to_string(negative ? -part.coefficient : part.coefficient) + "*";
    text += letters[part.axis];
  }
  if (is_plain_sum) return text;
  const auto value = dims.constant_value(constant);
  if (value && *value == 0 && index.parts.size() < 2) return text;
  const std::string tail = dims.to_string(constant);
  if (text.empty()) return tail;
  return text + (tail[0] == '-' ? "" : "+") + tail;
}

}  // namespace

DocId Writer::window_entry(Expr e, const std::vector<std::string>& letters, bool short_sums) {
  const Node& part = node(e);
  require_name(part.operands[0]);
  std::string text;
  for (const AffineIndex& index : std::get<WindowIndex>(part.payload).axes) {
    std::int64_t total = 0;
    for (const AffineIndex::Part& piece : index.parts) total += piece.coefficient;
    const Dim constant = pool.dims().sum(index.offset, pool.dims().constant(1 - total));
    const bool is_plain_sum = short_sums && index.parts.size() > 1 && index.offset == pool.dims().constant(0);
    text += (text.empty() ? "" : ",") + affine_text(pool.dims(), index, letters, constant, is_plain_sum);
  }
  return docs.index(named_leaf(part.operands[0]), text, one(), one());
}

/// The entry of a named part, or of a window of one, at these letters.
DocId Writer::entry_at(Expr e, const std::vector<std::string>& letters, std::vector<std::string>& plain) {
  if (node(e).kind == Kind::window && !has_name(e)) return window_entry(e, letters, true);
  if (letters.empty()) return doc(e);
  require_name(e);
  std::string text;
  for (const std::string& letter : letters) {
    text += (text.empty() ? "" : ",") + letter;
    plain.push_back(letter);
  }
  return docs.index(named_leaf(e), text, one(), one());
}

DocId Writer::named_leaf(Expr e) { return doc(e, pool.order(e) == 1 && is_row(e)); }

DocId Writer::indexed(Expr e, bool flipped) {
  Part& own = parts_[e];
  if (!own.name.empty()) return named_doc(e, own.name, false, flipped);
  matrix_form = false;
  const Node& part = node(e);
  std::vector<std::string> out, summed;
  const DocId item = part.kind == Kind::einsum ? indexed_product(e, out, summed) : indexed_window(e, out);
  if (part.shape.empty()) return item;
  own.indices = "[";
  for (const std::string& letter : out) own.indices += (own.indices.size() > 1 ? "," : "") + letter;
  own.indices += "]";
  own.item = item;
  own.name = fresh_name(e, "T");
  return named_doc(e, own.name, false, flipped);
}

DocId Writer::indexed_window(Expr e, std::vector<std::string>& out) {
  std::vector<DocId> factors;
  std::vector<std::string> plain;
  for (std::size_t axis = 0; axis < pool.order(e); ++axis) out.push_back(index_letter(axis));
  factors.push_back(entry_at(e, out, plain));
  for (std::size_t axis = 0; axis < out.size(); ++axis) {
    const DocId ones = docs.call("ones", {docs.size(pool.shape(e)[axis])}, pool.shape(e)[axis], one());
    factors.push_back(docs.index(ones, out[axis], one(), one()));
  }
  return docs.product(factors, false);
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
    deltas.push_back(docs.index(docs.call("eye", {docs.size(extent)}, extent, extent), letters[label] + "," + letter, one(), one()));
  }
  for (std::size_t label = 0; label < einsum.dims.size(); ++label) {
    if (!letters[label].empty()) continue;
    if (!occurs[label]) {
      factors.push_back(docs.size(einsum.dims[label]));
      continue;
    }
    letters[label] = index_letter(used++);
    summed.push_back(letters[label]);
  }
  std::vector<std::string> plain;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (const auto divisor = einsum.operands[i].empty() ? denominator(operands[i], false) : std::nullopt) {
      divisors.push_back(*divisor);
      continue;
    }
    std::vector<std::string> own;
    for (const Label label : einsum.operands[i]) own.push_back(letters[label]);
    factors.push_back(entry_at(operands[i], own, plain));
  }
  factors.insert(factors.end(), deltas.begin(), deltas.end());
  // An index that stands in no bracket alone says how far it runs by a factor of ones.
  for (std::size_t label = 0; label < einsum.dims.size(); ++label) {
    if (letters[label].empty() || std::find(plain.begin(), plain.end(), letters[label]) != plain.end()) continue;
    if (std::count(einsum.out.begin(), einsum.out.end(), static_cast<Label>(label)) > 1) continue;
    const DocId ones = docs.call("ones", {docs.size(einsum.dims[label])}, einsum.dims[label], one());
    factors.push_back(docs.index(ones, letters[label], one(), one()));
  }
  DocId made = factors.empty() ? docs.number(1) : docs.product(factors, false);
  made = docs.divided(made, divisors, false);
  if (summed.empty()) return made;
  std::string list;
  for (const std::string& letter : summed) list += (list.empty() ? "" : ",") + letter;
  return docs.index_sum(list, made);
}

}  // namespace gradwright::view
