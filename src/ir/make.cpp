#include "ir/make.h"

#include <algorithm>
#include <cassert>
#include <map>

#include "ir/constant_factor.h"
#include "ir/facts.h"
#include "ir/labels.h"
#include "ir/reach.h"

namespace gradwright {
namespace {

bool is_square(const Shape& shape) { return shape.size() == 2 && shape[0] == shape[1]; }

/// The sum of exact coefficients; of more than one where they do not add up within 64 bits.
class CoefficientSum {
 public:
  void add(Rational value) {
    for (auto part = parts_.begin(); part != parts_.end(); ++part) {
      const Rational both = *part + value;
      if (both.overflowed()) continue;
      parts_.erase(part);
      if (!both.is_zero()) add(both);
      return;
    }
    parts_.push_back(value);
  }
  /// Ascending by size: ±1, which needs no product of its own, comes first.
  [[nodiscard]] std::vector<Rational> parts() const {
    const auto size = [](Rational value) { return value.is_negative() ? -value : value; };
    std::vector<Rational> sorted = parts_;
    std::sort(sorted.begin(), sorted.end(), [&](Rational a, Rational b) { return size(a) < size(b); });
    return sorted;
  }

 private:
  std::vector<Rational> parts_;
};

/// Adds coefficient·e, as ±1 times a product that holds the coefficient: e itself has another one already.
void add_beside(Pool& pool, std::map<Expr, Rational>& terms, Rational coefficient, Expr e) {
  const Rational sign = coefficient.is_negative() ? -1 : 1;
  for (const Rational unit : {sign, -sign}) {
    Rational& total = terms[beside_constants(pool, {coefficient * unit}, e)];
    if ((total + unit).overflowed()) continue;
    total = total + unit;
    return;
  }
}

bool has_symmetric_terms(Pool& pool, const Node& add) {
  if (!is_square(add.shape) || add.operands.size() > 8) return false;
  const auto& coefficients = std::get<Coefficients>(add.payload).values;
  for (std::size_t i = 0; i < add.operands.size(); ++i) {
    if (pool[add.operands[i]].symmetric) continue;
    const Term twin = split_coefficient(pool, transposed(pool, add.operands[i]));
    const auto found = std::find(add.operands.begin(), add.operands.end(), twin.expr);
    if (found == add.operands.end()) return false;
    const auto place = static_cast<std::size_t>(found - add.operands.begin());
    if (!(coefficients[place] == coefficients[i] * twin.coefficient)) return false;
  }
  return true;
}

}  // namespace

Shape axes_of(const DimTable& dims, const Shape& surface) {
  if (surface.size() > 2) return surface;
  Shape axes;
  for (const Dim dim : surface) {
    if (!dims.is_one(dim)) axes.push_back(dim);
  }
  return axes;
}

Expr make_input(Pool& pool, InputInfo info) {
  Node node;
  node.kind = Kind::input;
  node.shape = axes_of(pool.dims(), info.surface);
  node.symmetric =
      is_square(node.shape) && has(usable_facts(info), Property::symmetric | Property::spd | Property::diagonal);
  node.payload = std::move(info);
  return pool.interned(std::move(node));
}

Expr make_literal(Pool& pool, Rational value) {
  assert(!value.overflowed());
  Node node;
  node.kind = Kind::literal;
  node.payload = value;
  return pool.interned(std::move(node));
}

Expr make_zero(Pool& pool, const Shape& shape) {
  if (shape.empty()) return make_literal(pool, 0);
  Node node;
  node.kind = Kind::add;
  node.shape = shape;
  node.symmetric = is_square(shape);
  node.payload = Coefficients{};
  return pool.interned(std::move(node));
}

Expr make_add(Pool& pool, const Shape& shape, const std::vector<Term>& terms) {
  std::vector<Term> flat;
  for (const Term& term : terms) {
    assert(pool.shape(term.expr) == shape);
    ConstantFactor factor;
    factor.multiply(term.coefficient);
    const Expr bare = without_constants(pool, term.expr, factor);
    if (!factor.is_zero() && !is_zero(pool, bare))
      flat.push_back({factor.leading, beside_constants(pool, factor.beside, bare)});
  }
  std::stable_sort(flat.begin(), flat.end(), [](const Term& a, const Term& b) { return a.expr < b.expr; });
  std::map<Expr, Rational> totals;
  std::vector<Term> beside;
  for (std::size_t i = 0; i < flat.size();) {
    const Expr expr = flat[i].expr;
    CoefficientSum sum;
    for (; i < flat.size() && flat[i].expr == expr; ++i) sum.add(flat[i].coefficient);
    const std::vector<Rational> parts = sum.parts();
    for (std::size_t k = 0; k < parts.size(); ++k) {
      if (k == 0)
        totals[expr] = parts[k];
      else
        beside.push_back({parts[k], expr});
    }
  }
  for (const Term& term : beside) add_beside(pool, totals, term.coefficient, term.expr);
  Node node;
  node.kind = Kind::add;
  node.shape = shape;
  Coefficients coefficients;
  for (const auto& [expr, total] : totals) {
    if (total.is_zero()) continue;
    node.operands.push_back(expr);
    coefficients.values.push_back(total);
  }
  if (node.operands.empty()) return make_zero(pool, shape);
  if (node.operands.size() == 1) {
    if (coefficients.values[0].is_one()) return node.operands[0];
    if (is_literal_one(pool, node.operands[0])) return make_literal(pool, coefficients.values[0]);
  }
  node.payload = std::move(coefficients);
  node.symmetric = has_symmetric_terms(pool, node);
  return pool.interned(std::move(node));
}

Expr make_map(Pool& pool, Function function, std::vector<Expr> operands) {
  assert(function != Function::power);
  Node node;
  node.kind = Kind::map;
  node.shape = pool.shape(operands[0]);
  node.symmetric =
      is_square(node.shape) && std::all_of(operands.begin(), operands.end(), [&](Expr e) { return pool[e].symmetric; });
  node.operands = std::move(operands);
  node.payload = MapFunction{function, 0};
  return pool.interned(std::move(node));
}

Expr make_power(Pool& pool, Expr base, Rational exponent) {
  assert(!exponent.overflowed());
  if (exponent.is_one()) return base;
  if (exponent.is_zero()) return make_ones(pool, pool.shape(base));
  const Node& node = pool[base];
  if (node.kind == Kind::literal && exponent.is_integer()) {
    const Rational value = std::get<Rational>(node.payload);
    const Rational power = Rational::power(value, exponent.num());
    if (!power.overflowed()) return make_literal(pool, power);
  }
  if (is_map(pool, base, Function::power)) {
    const Rational inner = pool.payload<MapFunction>(base).parameter;
    const Rational both = inner * exponent;
    // (x^p)^q = x^(pq) for integers p and q.
    if (inner.is_integer() && exponent.is_integer() && !both.overflowed())
      return make_power(pool, node.operands[0], both);
  }
  if (const Term term = split_coefficient(pool, base);
      exponent.is_integer() && !term.coefficient.is_one() && node.kind == Kind::add) {
    const Rational factor = Rational::power(term.coefficient, exponent.num());
    if (!factor.overflowed()) return scaled(pool, factor, make_power(pool, term.expr, exponent));
  }
  Node power;
  power.kind = Kind::map;
  power.shape = node.shape;
  power.symmetric = node.symmetric;
  power.operands = {base};
  power.payload = MapFunction{Function::power, exponent};
  return pool.interned(std::move(power));
}

Expr make_fold(Pool& pool, FoldKind kind, Expr operand, std::vector<std::uint16_t> axes) {
  if (axes.empty()) return operand;
  Node node;
  node.kind = Kind::fold;
  for (std::size_t axis = 0; axis < pool.order(operand); ++axis) {
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) node.shape.push_back(pool.shape(operand)[axis]);
  }
  node.operands = {operand};
  node.payload = FoldAxes{kind, std::move(axes)};
  return pool.interned(std::move(node));
}

Expr make_window(Pool& pool, Expr operand, const Shape& out, std::vector<AffineIndex> axes) {
  assert(axes.size() == pool.order(operand));
  if (is_zero(pool, operand)) return make_zero(pool, out);
  (void)make_literal(pool, 1);  // so that a literal splits whatever else the pool holds
  if (const Term term = split_coefficient(pool, operand); !term.coefficient.is_one()) {
    return scaled(pool, term.coefficient, make_window(pool, term.expr, out, std::move(axes)));
  }
  const Dim zero = pool.dims().constant(0);
  bool identity = out == pool.shape(operand);
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    auto& parts = axes[axis].parts;
    std::erase_if(parts, [](const AffineIndex::Part& part) { return part.coefficient == 0; });
    std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.axis < b.axis; });
    identity = identity && axes[axis].offset == zero && parts.size() == 1 && parts[0].axis == axis &&
               parts[0].coefficient == 1;
  }
  if (identity) return operand;
  if (reads_nothing(pool.dims(), axes, out, pool.shape(operand))) return make_zero(pool, out);
  Node node;
  node.kind = Kind::window;
  node.shape = out;
  node.operands = {operand};
  node.payload = WindowIndex{std::move(axes)};
  return pool.interned(std::move(node));
}

Expr make_reshape(Pool& pool, Expr operand, const Shape& out) {
  if (pool.shape(operand) == out) return operand;
  if (is_zero(pool, operand)) return make_zero(pool, out);
  if (pool.kind(operand) == Kind::reshape) return make_reshape(pool, pool[operand].operands[0], out);
  if (const Term term = split_coefficient(pool, operand);
      !term.coefficient.is_one() && pool.kind(operand) == Kind::add) {
    return scaled(pool, term.coefficient, make_reshape(pool, term.expr, out));
  }
  Node node;
  node.kind = Kind::reshape;
  node.shape = out;
  node.operands = {operand};
  return pool.interned(std::move(node));
}

Expr make_gather(Pool& pool, Expr table, Expr index) {
  Node node;
  node.kind = Kind::gather;
  node.shape = pool.shape(index);
  const Shape& rows = pool.shape(table);
  node.shape.insert(node.shape.end(), rows.begin() + 1, rows.end());
  node.operands = {table, index};
  return pool.interned(std::move(node));
}

Expr make_matrix(Pool& pool, MatrixKind kind, Expr operand) {
  assert(is_square(pool.shape(operand)) && kind != MatrixKind::power);
  Node node;
  node.kind = Kind::matrix;
  if (kind == MatrixKind::inverse) {
    if (pool.kind(operand) == Kind::matrix && pool.payload<MatrixFunction>(operand).kind == MatrixKind::inverse)
      return pool[operand].operands[0];
    const Term term = split_coefficient(pool, operand);
    if (!term.coefficient.is_one() && !term.coefficient.is_zero()) {
      return scaled(pool, Rational(1) / term.coefficient, make_matrix(pool, kind, term.expr));
    }
    if (operand == make_identity(pool, pool.shape(operand)[0])) return operand;
    node.shape = pool.shape(operand);
    node.symmetric = pool[operand].symmetric;
  }
  node.operands = {operand};
  node.payload = MatrixFunction{kind, {}};
  return pool.interned(std::move(node));
}

Expr make_ones(Pool& pool, const Shape& shape) { return make_einsum(pool, counted(shape.size()), {}, shape); }

Expr make_identity(Pool& pool, Dim dim) { return make_einsum(pool, {0, 0}, {}, {dim}); }

Expr make_lower_mask(Pool& pool, Dim rows, Dim cols) {
  return make_window(pool, make_ones(pool, {rows}), {rows, cols}, {{{{0, 1}, {1, -1}}, pool.dims().constant(0)}});
}

bool is_lower_mask(const Pool& pool, Expr e) {
  const Node& node = pool[e];
  if (node.kind != Kind::window || node.shape.size() != 2) return false;
  const Node& ones = pool[node.operands[0]];
  const auto& axes = std::get<WindowIndex>(node.payload).axes;
  return ones.kind == Kind::einsum && ones.operands.empty() && ones.shape == Shape{node.shape[0]} && axes.size() == 1 &&
         pool.dims().constant_value(axes[0].offset) == 0 &&
         axes[0].parts == std::vector<AffineIndex::Part>{{0, 1}, {1, -1}};
}

Expr make_size(Pool& pool, Dim dim) {
  if (const auto value = pool.dims().constant_value(dim)) return make_literal(pool, *value);
  return make_einsum(pool, {}, {}, {dim});
}

Expr scaled(Pool& pool, Rational coefficient, Expr e) {
  if (coefficient.is_one()) return e;
  return make_add(pool, Shape(pool.shape(e)), {{coefficient, e}});
}

Expr negated(Pool& pool, Expr e) { return scaled(pool, -1, e); }
Expr sum_of(Pool& pool, Expr a, Expr b) { return make_add(pool, Shape(pool.shape(a)), {{1, a}, {1, b}}); }
Expr difference_of(Pool& pool, Expr a, Expr b) { return make_add(pool, Shape(pool.shape(a)), {{1, a}, {-1, b}}); }

Expr hadamard(Pool& pool, std::initializer_list<Expr> factors) {
  const Shape shape = pool.shape(*factors.begin());
  const Labels labels = counted(shape.size());
  std::vector<Factor> operands;
  for (const Expr factor : factors) operands.push_back({factor, labels});
  return make_einsum(pool, labels, operands, shape);
}

Expr permuted(Pool& pool, Expr e, const std::vector<std::uint16_t>& order) {
  const Shape shape = pool.shape(e);
  return make_einsum(pool, Labels(order.begin(), order.end()), {{e, counted(shape.size())}}, shape);
}

Expr transposed(Pool& pool, Expr e) { return pool.order(e) != 2 || pool[e].symmetric ? e : permuted(pool, e, {1, 0}); }

Expr broadcast(Pool& pool, Expr e, const Shape& shape, const std::vector<std::uint16_t>& places) {
  return make_einsum(pool, counted(shape.size()), {{e, Labels(places.begin(), places.end())}}, shape);
}

Expr summed(Pool& pool, Expr e, const std::vector<std::uint16_t>& axes) {
  const Shape shape = pool.shape(e);
  const Labels all = counted(shape.size());
  Labels out;
  for (const Label label : all) {
    if (std::find(axes.begin(), axes.end(), label) == axes.end()) out.push_back(label);
  }
  return make_einsum(pool, out, {{e, all}}, shape);
}

Expr summed_all(Pool& pool, Expr e) {
  const Shape shape = pool.shape(e);
  return make_einsum(pool, {}, {{e, counted(shape.size())}}, shape);
}

bool is_zero(const Pool& pool, Expr e) {
  const Node& node = pool[e];
  if (node.kind == Kind::literal) return std::get<Rational>(node.payload).is_zero();
  return node.kind == Kind::add && node.operands.empty();
}

Term split_coefficient(const Pool& pool, Expr e) {
  const Node& node = pool[e];
  if (node.kind == Kind::add && node.operands.size() == 1)
    return {std::get<Coefficients>(node.payload).values[0], node.operands[0]};
  if (node.kind == Kind::literal && !std::get<Rational>(node.payload).is_one()) {
    Node one;
    one.payload = Rational(1);
    const Expr unit = pool.find(one);
    if (!unit.is_none()) return {std::get<Rational>(node.payload), unit};
  }
  return {1, e};
}

bool is_map(const Pool& pool, Expr e, Function function) {
  const Node& node = pool[e];
  return node.kind == Kind::map && std::get<MapFunction>(node.payload).function == function;
}

Expr rebuilt(Pool& pool, Expr e, const std::vector<Expr>& operands) {
  if (pool[e].operands == operands) return e;
  const Node node = pool[e];
  switch (node.kind) {
    case Kind::input:
    case Kind::literal: return e;
    case Kind::einsum: {
      const auto& labels = std::get<EinsumLabels>(node.payload);
      std::vector<Factor> factors;
      for (std::size_t i = 0; i < operands.size(); ++i) factors.push_back({operands[i], labels.operands[i]});
      return make_einsum(pool, labels.out, factors, labels.dims);
    }
    case Kind::add: {
      std::vector<Term> terms;
      for (std::size_t i = 0; i < operands.size(); ++i)
        terms.push_back({std::get<Coefficients>(node.payload).values[i], operands[i]});
      return make_add(pool, node.shape, terms);
    }
    case Kind::map: {
      const auto& map = std::get<MapFunction>(node.payload);
      return map.function == Function::power ? make_power(pool, operands[0], map.parameter)
                                             : make_map(pool, map.function, operands);
    }
    case Kind::fold: {
      const auto& fold = std::get<FoldAxes>(node.payload);
      return make_fold(pool, fold.kind, operands[0], fold.axes);
    }
    case Kind::window: return make_window(pool, operands[0], node.shape, std::get<WindowIndex>(node.payload).axes);
    case Kind::reshape: return make_reshape(pool, operands[0], node.shape);
    case Kind::gather: return make_gather(pool, operands[0], operands[1]);
    case Kind::matrix: {
      const auto& [kind, exponent] = std::get<MatrixFunction>(node.payload);
      return kind == MatrixKind::power ? make_matrix_power(pool, operands[0], exponent)
                                       : make_matrix(pool, kind, operands[0]);
    }
  }
  return e;
}

}  // namespace gradwright
