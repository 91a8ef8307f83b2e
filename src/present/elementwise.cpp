// Elementwise functions, reductions other than sums, inverses and determinants; softmax and its logarithm.
#include <algorithm>

#include "ir/make.h"
#include "ir/others.h"
#include "present/writer.h"

namespace gradwright::view {
namespace {

struct Softmax {
  Expr of;
  std::string suffix;
  bool is_flat = false;  ///< the terms of `of` stand in the difference themselves
};

/// x − logsumexp(x) repeated along an axis.
std::optional<Softmax> log_softmax(const Writer& writer, Expr e) {
  const Node& add = writer.node(e);
  if (add.kind != Kind::add || add.shape.empty() || add.shape.size() > 2 || writer.has_name(e)) return std::nullopt;
  const auto& coefficients = std::get<Coefficients>(add.payload).values;
  for (std::size_t i = 0; i < add.operands.size(); ++i) {
    const Node& spread = writer.node(add.operands[i]);
    if (!(coefficients[i] == Rational(-1)) || spread.kind != Kind::einsum || spread.operands.size() != 1) continue;
    const auto& labels = std::get<EinsumLabels>(spread.payload);
    const Node& fold = writer.node(spread.operands[0]);
    if (fold.kind != Kind::fold || labels.dims.size() != add.shape.size()) continue;
    const auto& axes = std::get<FoldAxes>(fold.payload);
    const Softmax found{fold.operands[0], add.shape.size() == 1 ? "" : axes.axes[0] == 1 ? "_rows" : "_cols", false};
    const Labels kept = add.shape.size() == 1 ? Labels{} : axes.axes[0] == 1 ? Labels{0} : Labels{1};
    if (axes.kind != FoldKind::logsumexp || axes.axes.size() != 1 || labels.operands[0] != kept ||
        writer.node(found.of).shape != add.shape)
      continue;
    std::vector<Term> rest;
    for (std::size_t j = 0; j < add.operands.size(); ++j) {
      if (j != i) rest.push_back({coefficients[j], add.operands[j]});
    }
    const auto is = [&](const Term& term, Rational c, Expr x) { return term.coefficient == c && term.expr == x; };
    const Term scaled_one = split_coefficient(writer.pool, found.of);
    if (rest.size() == 1 && is(rest[0], scaled_one.coefficient, scaled_one.expr)) return found;
    const Node& inner = writer.node(found.of);
    if (inner.kind != Kind::add || inner.operands.size() != rest.size() || writer.has_name(found.of)) continue;
    bool equal = true;
    for (std::size_t j = 0; j < rest.size(); ++j)
      equal = equal && is(rest[j], std::get<Coefficients>(inner.payload).values[j], inner.operands[j]);
    if (equal) return Softmax{found.of, found.suffix, true};
  }
  return std::nullopt;
}

std::optional<Call> softmax_call(const Writer& writer, Expr e) {
  const bool is_exp = is_map(writer.pool, e, Function::exp);
  const Expr difference = is_exp ? writer.node(e).operands[0] : e;
  const auto found = log_softmax(writer, difference);
  if (!found) return std::nullopt;
  const Node& of = writer.node(found->of);
  const bool sum = of.kind == Kind::add && of.operands.size() > 1;
  return Call{
      (is_exp ? "softmax" : "log_softmax") + found->suffix, {found->of}, {}, found->is_flat, sum && !found->is_flat};
}

/// sqrt(sum(X.^2)) of a vector or a matrix.
std::optional<Call> norm_call(const Writer& writer, Expr e) {
  if (!is_map(writer.pool, e, Function::sqrt) || writer.pool.order(e) > 0) return std::nullopt;
  const Expr sum = writer.node(e).operands[0];
  const Node& all = writer.node(sum);
  if (all.kind != Kind::einsum || all.operands.size() != 1 || writer.has_name(sum) ||
      !is_map(writer.pool, all.operands[0], Function::power))
    return std::nullopt;
  const auto& labels = std::get<EinsumLabels>(all.payload);
  const Expr squared = all.operands[0];
  const Expr x = writer.node(squared).operands[0];
  const std::size_t order = writer.pool.order(x);
  const bool sums_all =
      labels.dims.size() == order && (order == 1 || (order == 2 && labels.operands[0][0] != labels.operands[0][1]));
  if (!sums_all || writer.has_name(squared) || !(writer.pool.payload<MapFunction>(squared).parameter == Rational(2)))
    return std::nullopt;
  return Call{"norm2", {x}, {}, false, false};
}

/// The product of the other entries: of all, of the row, of the column.
std::optional<Call> others_call(const Writer& writer, Expr e) {
  if (writer.has_name(writer.node(e).operands[0])) return std::nullopt;
  const auto others = product_of_others(writer.pool, e);
  if (!others) return std::nullopt;
  const std::size_t order = writer.pool.order(others->x);
  if (others->axes.size() == order) return Call{"prod_others", {others->x}, {}, false, false};
  if (order != 2) return std::nullopt;
  return Call{others->axes[0] == 1 ? "rowprod_others" : "colprod_others", {others->x}, {}, false, false};
}

}  // namespace

std::string_view fold_name(FoldKind kind) {
  switch (kind) {
    case FoldKind::max: return "max";
    case FoldKind::min: return "min";
    case FoldKind::prod: return "prod";
    case FoldKind::logsumexp: return "logsumexp";
  }
  return {};
}

std::optional<Call> window_call(const Writer&, Expr);  // window_call.cpp

std::optional<Call> Writer::call_of(Expr e) const {
  if (has_name(e)) return std::nullopt;
  switch (node(e).kind) {
    case Kind::map: {
      const auto norm = norm_call(*this, e);
      return norm ? norm : softmax_call(*this, e);
    }
    case Kind::add: return softmax_call(*this, e);
    case Kind::fold: {
      const auto others = others_call(*this, e);
      return others ? others : window_call(*this, e);
    }
    case Kind::einsum:
    case Kind::reshape: return window_call(*this, e);
    default: return std::nullopt;
  }
}

DocId Writer::call_doc(Expr e, const Call& call, bool flipped) {
  const bool turn = flipped && (pool.order(e) == 2 || !call.words.empty());
  std::vector<DocId> args;
  for (const Expr operand : call.operands) {
    const bool row = flipped && !turn && pool.order(operand) == 1 && pool.order(e) == 1;
    args.push_back(call.inlines ? oriented(operand, row) : doc(operand, row));
  }
  for (const std::string& word : call.words) args.push_back(docs.word(word));
  const bool row = flipped && !turn;
  const DocId made = docs.call(call.function, std::move(args), rows(e, row), cols(e, row));
  return turn ? docs.transpose(made) : made;
}

std::optional<DocId> Writer::constant(Expr e) {
  if (pool.order(e) == 0) return std::nullopt;
  if (is_zero(pool, e)) return docs.number(0);
  if (has_name(e) && !node(e).operands.empty()) return std::nullopt;
  const Term term = split_coefficient(pool, e);
  const auto scalar = repeated_scalar(term.expr);
  if (!scalar) return std::nullopt;
  return docs.multiplied(term.coefficient, *scalar);
}

std::optional<DocId> Writer::denominator(Expr e, bool flipped) {
  if (!is_map(pool, e, Function::power) || has_name(e)) return std::nullopt;
  const Rational exponent = pool.payload<MapFunction>(e).parameter;
  if (!exponent.is_negative() || !exponent.is_integer()) return std::nullopt;
  if (flipped && pool.order(e) == 2 && !node(e).symmetric) return std::nullopt;
  const DocId base = doc(node(e).operands[0], flipped);
  return exponent == Rational(-1) ? base : docs.power(base, -exponent);
}

DocId Writer::map(Expr e, bool flipped) {
  const Node& part = node(e);
  const MapFunction function = pool.payload<MapFunction>(e);
  if (const auto divisor = denominator(e, flipped)) return docs.quotient(docs.number(1), *divisor, pool.order(e) > 0);
  if (function.function == Function::power) return docs.power(doc(part.operands[0], flipped), function.parameter);
  std::vector<DocId> args;
  std::size_t shaped = 0;
  for (const Expr operand : part.operands) {
    const auto repeated = part.operands.size() > 1 ? constant(operand) : std::nullopt;
    if (!repeated) ++shaped;
    args.push_back(repeated ? *repeated : doc(operand, flipped));
  }
  // Something must say the shape.
  if (shaped == 0) args[0] = doc(part.operands[0], flipped);
  switch (function.function) {
    case Function::greater: return docs.compare(">", args[0], args[1]);
    case Function::greater_equal: return docs.compare(">=", args[0], args[1]);
    case Function::equal: return docs.compare("==", args[0], args[1]);
    default: break;
  }
  if (function.function == Function::step) {
    Node relu = part;
    relu.payload = MapFunction{Function::relu, 0};
    if (!pool.find(relu).is_none()) return docs.derivative("relu", args[0]);
  }
  const ScalarFunction& row = scalar_function(function.function);
  return docs.call(std::string(row.name), std::move(args), rows(e, flipped), cols(e, flipped), &row);
}

DocId Writer::fold(Expr e, bool flipped) {
  const Node& part = node(e);
  const FoldAxes& axes = pool.payload<FoldAxes>(e);
  const std::string name(fold_name(axes.kind));
  const Expr of = part.operands[0];
  if (part.shape.empty()) return docs.call(name, {doc(of, pool.order(of) == 1 && is_row(of))}, one(), one());
  if (pool.order(of) > 2) return indexed(e, flipped);
  const bool by_rows = axes.axes[0] == 1;
  const bool is_sum = axes.kind == FoldKind::logsumexp;
  const std::string word = is_sum ? name + (by_rows ? "_rows" : "_cols") : (by_rows ? "row" : "col") + name;
  const DocId made = docs.call(word, {doc(of)}, rows(e, !by_rows), cols(e, !by_rows));
  return flipped == by_rows ? docs.transpose(made) : made;
}

DocId Writer::matrix(Expr e) {
  const DocId of = doc(node(e).operands[0]);
  const auto [kind, exponent] = pool.payload<MatrixFunction>(e);
  switch (kind) {
    case MatrixKind::inverse: return docs.call("inv", {of}, rows(e, false), cols(e, false));
    case MatrixKind::determinant: return docs.call("det", {of}, one(), one());
    case MatrixKind::log_determinant: return docs.call("logdet", {of}, one(), one());
    case MatrixKind::power: return docs.matrix_power(of, exponent);
  }
  return of;
}

DocId Writer::gather(Expr e, bool flipped) {
  const Expr table = node(e).operands[0];
  const Expr index = node(e).operands[1];
  require_name(table);
  require_name(index);
  const DocId picked = doc(index);
  std::string text = docs[picked].kind == DocKind::name ? docs[picked].text : "i";
  for (std::size_t axis = 1; axis < pool.order(table); ++axis) text += ",:";
  matrix_form = false;
  const bool is_row = pool.order(e) == 1 && pool.order(index) == 0;
  const DocId made = docs.index(doc(table), text, pool.order(e) > 2 ? Dim{} : rows(e, is_row),
                                pool.order(e) > 2 ? Dim{} : cols(e, is_row));
  return pool.order(e) == 1 && flipped != is_row ? docs.transpose(made) : made;
}

DocId Writer::zeros(const Shape& shape, bool flipped) {
  if (shape.empty()) return docs.number(0);
  std::vector<DocId> args;
  for (const Dim dim : shape) args.push_back(docs.size(dim));
  if (shape.size() == 1) {
    const DocId column = docs.call("zeros", std::move(args), shape[0], one());
    return flipped ? docs.transpose(column) : column;
  }
  if (shape.size() == 2 && flipped) std::swap(args[0], args[1]);
  const bool is_tensor = shape.size() > 2;
  return docs.call("zeros", std::move(args), is_tensor ? Dim{} : shape[flipped ? 1 : 0],
                   is_tensor ? Dim{} : shape[flipped ? 0 : 1]);
}

}  // namespace gradwright::view
