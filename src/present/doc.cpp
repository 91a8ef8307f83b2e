#include "present/doc.h"

#include <algorithm>

#include "source/text.h"

namespace gradwright::view {

DocId Docs::added(Doc doc, std::size_t extra) {
  doc.length = extra;
  for (const DocId arg : doc.args) {
    doc.length += (*this)[arg].length;
    doc.depth = std::max(doc.depth, (*this)[arg].depth + 1);
  }
  docs_.push_back(std::move(doc));
  return DocId{static_cast<std::uint32_t>(docs_.size() - 1)};
}

DocId Docs::name(std::string text, Dim rows, Dim cols) {
  Doc doc;
  doc.rows = rows;
  doc.cols = cols;
  const std::size_t width = display_width(text);
  doc.text = std::move(text);
  return added(std::move(doc), width);
}

DocId Docs::number(Rational value) {
  Doc doc;
  doc.kind = DocKind::number;
  doc.value = value;
  doc.rows = doc.cols = dims_.one();
  return added(std::move(doc), value.to_string().size());
}

DocId Docs::size(Dim dim) { return word(dims_.to_string(dim)); }

DocId Docs::word(std::string text) {
  Doc doc;
  doc.kind = DocKind::size;
  doc.rows = doc.cols = dims_.one();
  const std::size_t width = text.size();
  doc.text = std::move(text);
  return added(std::move(doc), width);
}

DocId Docs::sum(std::vector<DocId> terms, std::vector<bool> negative) {
  if (terms.size() == 1 && !negative[0]) return terms[0];
  Doc doc;
  doc.kind = DocKind::sum;
  doc.rows = (*this)[terms[0]].rows;
  doc.cols = (*this)[terms[0]].cols;
  for (const DocId term : terms) {
    if (is_scalar(term)) continue;
    doc.rows = (*this)[term].rows;
    doc.cols = (*this)[term].cols;
  }
  const std::size_t extra = 3 * terms.size();
  doc.args = std::move(terms);
  doc.negative = std::move(negative);
  return added(std::move(doc), extra);
}

DocId Docs::product(const std::vector<DocId>& args, bool flat) {
  if (args.size() == 1) return args[0];
  Doc doc;
  doc.kind = DocKind::product;
  for (const DocId arg : args) {
    if (flat && (*this)[arg].kind == DocKind::product) {
      const std::vector<DocId>& inner = (*this)[arg].args;
      doc.args.insert(doc.args.end(), inner.begin(), inner.end());
    } else {
      doc.args.push_back(arg);
    }
  }
  // Scalars scale; the rest is a chain.
  doc.rows = doc.cols = dims_.one();
  bool first = true;
  for (const DocId arg : args) {
    if (is_scalar(arg)) continue;
    if (first) doc.rows = (*this)[arg].rows;
    first = false;
    doc.cols = (*this)[arg].cols;
  }
  const std::size_t extra = 3 * doc.args.size();
  return added(std::move(doc), extra);
}

DocId Docs::hadamard(const std::vector<DocId>& args) {
  if (args.size() == 1) return args[0];
  Doc doc;
  doc.kind = DocKind::hadamard;
  doc.args = args;
  doc.rows = (*this)[args[0]].rows;
  doc.cols = (*this)[args[0]].cols;
  return added(std::move(doc), 5 * args.size());
}

DocId Docs::quotient(DocId numerator, DocId denominator, bool pointwise) {
  Doc doc;
  doc.kind = DocKind::quotient;
  doc.args = {numerator, denominator};
  doc.pointwise = pointwise;
  const DocId shaped = is_scalar(numerator) ? denominator : numerator;
  doc.rows = (*this)[shaped].rows;
  doc.cols = (*this)[shaped].cols;
  return added(std::move(doc), 4);
}

DocId Docs::divided(DocId made, const std::vector<DocId>& divisors, bool pointwise) {
  if (divisors.empty()) return made;
  return quotient(made, pointwise ? hadamard(divisors) : product(divisors, false), pointwise);
}

DocId Docs::transpose(DocId id) {
  const Doc& inner = (*this)[id];
  if (inner.kind == DocKind::transpose) return inner.args[0];
  if (is_scalar(id)) return id;
  Doc doc;
  doc.kind = DocKind::transpose;
  doc.args = {id};
  doc.rows = inner.cols;
  doc.cols = inner.rows;
  return added(std::move(doc), 1);
}

DocId Docs::power(DocId base, Rational exponent) {
  Doc doc;
  doc.kind = DocKind::power;
  doc.args = {base};
  doc.value = exponent;
  doc.pointwise = !is_scalar(base);
  doc.rows = (*this)[base].rows;
  doc.cols = (*this)[base].cols;
  return added(std::move(doc), 3);
}

DocId Docs::matrix_power(DocId base, Dim exponent) {
  Doc doc;
  doc.kind = DocKind::power;
  doc.args = {base};
  doc.text = dims_.to_string(exponent);
  doc.rows = (*this)[base].rows;
  doc.cols = (*this)[base].cols;
  return added(std::move(doc), doc.text.size() + 1);
}

DocId Docs::call(std::string function, std::vector<DocId> args, Dim rows, Dim cols, const ScalarFunction* row) {
  Doc doc;
  doc.kind = DocKind::call;
  doc.rows = rows;
  doc.cols = cols;
  doc.function = row;
  const std::size_t extra = function.size() + 2 * args.size();
  doc.text = std::move(function);
  doc.args = std::move(args);
  return added(std::move(doc), extra);
}

DocId Docs::derivative(std::string function, DocId argument) {
  Doc doc;
  doc.kind = DocKind::derivative;
  doc.rows = (*this)[argument].rows;
  doc.cols = (*this)[argument].cols;
  doc.args = {argument};
  const std::size_t extra = function.size() + 3;
  doc.text = std::move(function);
  return added(std::move(doc), extra);
}

DocId Docs::compare(std::string op, DocId left, DocId right) {
  Doc doc;
  doc.kind = DocKind::compare;
  const DocId shaped = is_scalar(left) ? right : left;
  doc.rows = (*this)[shaped].rows;
  doc.cols = (*this)[shaped].cols;
  doc.args = {left, right};
  doc.text = std::move(op);
  return added(std::move(doc), 4);
}

DocId Docs::block(std::vector<DocId> parts, std::size_t columns, Dim rows, Dim cols) {
  Doc doc;
  doc.kind = DocKind::block;
  doc.columns = columns;
  doc.rows = rows;
  doc.cols = cols;
  const std::size_t extra = 2 * parts.size();
  doc.args = std::move(parts);
  return added(std::move(doc), extra);
}

DocId Docs::index(DocId base, std::string indices, Dim rows, Dim cols) {
  Doc doc;
  doc.kind = DocKind::index;
  doc.rows = rows;
  doc.cols = cols;
  doc.args = {base};
  const std::size_t extra = indices.size() + 2;
  doc.text = std::move(indices);
  return added(std::move(doc), extra);
}

DocId Docs::index_sum(std::string labels, DocId body) {
  Doc doc;
  doc.kind = DocKind::index_sum;
  doc.rows = doc.cols = dims_.one();
  doc.args = {body};
  const std::size_t extra = labels.size() + 7;
  doc.text = std::move(labels);
  return added(std::move(doc), extra);
}

DocId Docs::delta(std::string index, std::string other) {
  return call("delta", {word(std::move(index)), word(std::move(other))}, dims_.one(), dims_.one());
}

DocId Docs::scaled(Rational coefficient, DocId id) {
  if (coefficient.is_one()) return id;
  const Doc inner = (*this)[id];
  const bool is_number = inner.kind == DocKind::number;
  if (is_number && !(coefficient * inner.value).overflowed()) return number(coefficient * inner.value);
  if (inner.kind == DocKind::quotient && !inner.pointwise &&
      (*this)[inner.args[0]].kind == DocKind::number) {  // 1/(2*s), not 1/2/s
    const Rational above = coefficient * (*this)[inner.args[0]].value;
    if (above.overflowed()) return product({number(coefficient), id});
    if (above.den() == 1) return quotient(number(above), inner.args[1], false);
    return quotient(number(above.num()), product({number(above.den()), inner.args[1]}), false);
  }
  if (inner.kind == DocKind::quotient && !inner.pointwise)
    return quotient(scaled(coefficient, inner.args[0]), inner.args[1], false);
  return product({number(coefficient), id});
}

DocId Docs::multiplied(Rational coefficient, DocId id) {
  if ((*this)[id].kind == DocKind::number && !(coefficient * (*this)[id].value).overflowed())
    return number(coefficient * (*this)[id].value);
  const bool negative = coefficient.is_negative();
  const DocId made = scaled(negative ? -coefficient : coefficient, id);
  return negative ? sum({made}, {true}) : made;
}

DocId Docs::ones(Dim rows, Dim cols) {
  if (dims_.is_one(cols)) return call("ones", {size(rows)}, rows, cols);
  if (dims_.is_one(rows)) return transpose(ones(cols, rows));
  return call("ones", {size(rows), size(cols)}, rows, cols);
}

}  // namespace gradwright::view
