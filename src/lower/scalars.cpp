#include "lower/scalars.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "ir/functions.h"

namespace gradwright::lowering {
namespace {

bool is_same(const Instruction& a, const Instruction& b) {
  return a.op == b.op && a.args == b.args &&
         std::bit_cast<std::uint64_t>(a.number) == std::bit_cast<std::uint64_t>(b.number) && a.buffer == b.buffer &&
         a.at == b.at && a.rows == b.rows && a.guards == b.guards;
}

}  // namespace

Affine plus(const Affine& a, const Affine& b, std::int64_t factor) {
  Affine sum = a;
  sum.offset += factor * b.offset;
  sum.strides.resize(std::max(a.strides.size(), b.strides.size()), 0);
  for (std::size_t l = 0; l < b.strides.size(); ++l) sum.strides[l] += factor * b.strides[l];
  return sum;
}

Affine dot(const Extents& strides, const Places& places) {
  Affine sum;
  for (std::size_t axis = 0; axis < places.size(); ++axis) sum = plus(sum, places[axis], strides[axis]);
  return sum;
}

Value Scalars::add(Instruction instruction) {
  for (std::size_t i = 0; i < body_.size(); ++i) {
    if (is_same(body_[i], instruction)) return static_cast<Value>(i);
  }
  body_.push_back(std::move(instruction));
  return static_cast<Value>(body_.size() - 1);
}

Value Scalars::apply(Op op, Value x, Value y, Value z) { return add({op, {x, y, z}}); }

Value Scalars::constant(double number) {
  Instruction it{Op::constant};
  it.number = number;
  return add(std::move(it));
}

bool Scalars::always_holds(const Guard& guard) const {
  const Range range = range_of(guard.form, loops_);
  return range.low >= 0 && range.high < guard.count;
}

Value Scalars::load(Expr stored, const Extents& extents, const Places& places) {
  Instruction it{Op::load};
  it.buffer = buffers_.at(stored);
  it.at = dot(strides_of(extents), places);
  it.at.strides.resize(loops_.size(), 0);
  it.guards = guards_;
  loaded_.push_back(stored);
  return add(std::move(it));
}

Value Scalars::masked(Value x, std::vector<Guard> guards) {
  std::erase_if(guards, [&](const Guard& guard) { return always_holds(guard); });
  if (guards.empty()) return x;
  Instruction it{Op::mask, {x}};
  it.guards = std::move(guards);
  return add(std::move(it));
}

Value Scalars::value(Expr e, const Places& places) {
  if (const auto found = residents_.find(e); found != residents_.end()) {
    if (found->second.places != places || !guards_.empty()) failed_ = true;
    return found->second.value;
  }
  std::vector<Done>& done = done_[e];
  for (const Done& known : done) {
    if (known.places == places && known.guards == guards_) return known.value;
  }
  const Value value = buffers_.contains(e) ? load(e, graph_.extents(e), places) : made(e, places);
  done_[e].push_back({places, guards_, value});
  return value;
}

Value Scalars::made(Expr e, const Places& places) {
  const Node& node = graph_[e];
  switch (node.kind) {
    case Kind::literal: return constant(std::get<Rational>(node.payload).to_double());
    case Kind::einsum: return einsum(e, places);
    case Kind::add: return sum(node, places);
    case Kind::map: return map(node, places);
    case Kind::window: return window(node, places);
    case Kind::reshape: return reshape(e, places);
    case Kind::gather: return gather(node, places);
    case Kind::input:
    case Kind::fold:
    case Kind::matrix: break;  // in buffers
  }
  failed_ = true;
  return 0;
}

Value Scalars::einsum(Expr e, const Places& places) {
  const auto& labels = std::get<EinsumLabels>(graph_[e].payload);
  Places of_label(labels.dims.size());
  std::vector<bool> is_set(labels.dims.size(), false);
  std::vector<Guard> diagonal;
  for (std::size_t axis = 0; axis < labels.out.size(); ++axis) {
    const Label label = labels.out[axis];
    if (is_set[label])
      diagonal.push_back({plus(places[axis], of_label[label], -1), 1});
    else
      of_label[label] = places[axis];
    is_set[label] = true;
  }
  return masked(product(e, of_label), std::move(diagonal));
}

void Scalars::multiply(std::vector<std::pair<Labels, Value>>& factors, const Labels& labels, Value x) {
  const auto same =
      std::find_if(factors.begin(), factors.end(), [&](const auto& factor) { return factor.first == labels; });
  if (same == factors.end())
    factors.emplace_back(labels, x);
  else
    same->second = apply(Op::mul, same->second, x);
}

Value Scalars::product(Expr e, const Places& of_label) {
  const Node& node = graph_[e];
  const auto& labels = std::get<EinsumLabels>(node.payload);
  const std::vector<bool> carried = carried_labels(labels);
  double factor = 1;
  for (Label label = 0; label < labels.dims.size(); ++label) {
    if (!carried[label] && !contains(labels.out, label))
      factor *= static_cast<double>(graph_.extent(labels.dims[label]));
  }
  std::vector<std::pair<Labels, Value>>
      above;  // factors over the same labels are multiplied first: others may want that product too
  std::vector<Value> below;
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    Places places;
    for (const Label label : labels.operands[i]) places.push_back(of_label[label]);
    const Node& operand = graph_[node.operands[i]];
    const bool is_divisor = operand.kind == Kind::map &&
                            std::get<MapFunction>(operand.payload) == MapFunction{Function::power, Rational(-1)} &&
                            !buffers_.contains(node.operands[i]) && !residents_.contains(node.operands[i]);
    if (is_divisor)
      below.push_back(value(operand.operands[0], places));
    else
      multiply(above, labels.operands[i], value(node.operands[i], places));
  }
  if (factor != 1 || above.empty()) above.insert(above.begin(), {Labels(), constant(factor)});
  Value total = above[0].second;
  for (std::size_t i = 1; i < above.size(); ++i) total = apply(Op::mul, total, above[i].second);
  for (const Value divisor : below) total = apply(Op::div, total, divisor);
  return total;
}

Value Scalars::sum(const Node& node, const Places& places) {
  const auto& coefficients = std::get<Coefficients>(node.payload).values;
  if (node.operands.empty()) return constant(0);
  std::vector<std::size_t> order;
  for (const bool negative : {false, true}) {
    for (std::size_t i = 0; i < coefficients.size(); ++i) {
      if (coefficients[i].is_negative() == negative) order.push_back(i);
    }
  }
  Value total = 0;
  for (const std::size_t i : order) {
    const bool is_first = i == order.front();
    const Value term = value(node.operands[i], places);
    const Rational size = coefficients[i].is_negative() ? -coefficients[i] : coefficients[i];
    if (is_first && coefficients[i].is_negative()) {
      total = size.is_one() ? apply(Op::neg, term) : apply(Op::mul, constant(-size.to_double()), term);
      continue;
    }
    const Value scaled = size.is_one() ? term : apply(Op::mul, constant(size.to_double()), term);
    total = is_first ? scaled : apply(coefficients[i].is_negative() ? Op::sub : Op::add, total, scaled);
  }
  return total;
}

Value Scalars::power(Value x, Rational exponent) {
  const std::int64_t n = exponent.num() < 0 ? -exponent.num() : exponent.num();
  Value result = x;
  if (exponent.den() == 1 && n <= 8) {
    for (std::int64_t bit = std::bit_floor(static_cast<std::uint64_t>(n)) / 2; bit > 0; bit /= 2) {
      result = apply(Op::mul, result, result);
      if ((n & bit) != 0) result = apply(Op::mul, result, x);
    }
  } else if (exponent.den() == 2 && n == 1) {
    result = apply(Op::sqrt, x);
  } else {
    return apply(Op::pow, x, constant(exponent.to_double()));
  }
  return exponent.is_negative() ? apply(Op::div, constant(1), result) : result;
}

/// Of two numbers that do not compare the operations take the second: a constant stands first, and else the first is looked at, so that what
/// has no value keeps having none.
Value Scalars::extremum(Op op, Value x, Value y) {
  if (body_[y].op == Op::constant) std::swap(x, y);
  const Value taken = apply(op, x, y);
  return body_[x].op == Op::constant ? taken : apply(Op::select, apply(Op::equal, x, x), taken, x);
}

Value Scalars::map(const Node& node, const Places& places) {
  const auto& function = std::get<MapFunction>(node.payload);
  const Value x = value(node.operands[0], places);
  const auto positive = [&] { return apply(Op::greater, x, constant(0)); };
  switch (function.function) {
    case Function::relu: return extremum(Op::max, x, constant(0));
    case Function::step: return positive();
    case Function::sign: return apply(Op::sub, positive(), apply(Op::greater, constant(0), x));
    case Function::leaky_relu: return apply(Op::select, positive(), x, apply(Op::mul, constant(0.01), x));
    case Function::elu: return apply(Op::select, positive(), x, apply(Op::expm1, x));
    case Function::silu: return apply(Op::mul, x, apply(Op::sigmoid, x));
    case Function::gelu: {
      const Value tail = apply(Op::erf, apply(Op::mul, constant(std::sqrt(0.5)), x));
      return apply(Op::mul, apply(Op::mul, constant(0.5), x), apply(Op::add, constant(1), tail));
    }
    case Function::power: return power(x, function.parameter);
    case Function::pow: return apply(Op::pow, x, value(node.operands[1], places));
    case Function::max: return extremum(Op::max, x, value(node.operands[1], places));
    case Function::min: return extremum(Op::min, x, value(node.operands[1], places));
    case Function::greater: return apply(Op::greater, x, value(node.operands[1], places));
    case Function::greater_equal: return apply(Op::greater_equal, x, value(node.operands[1], places));
    case Function::equal: return apply(Op::equal, x, value(node.operands[1], places));
    case Function::exp: return apply(Op::exp, x);
    case Function::log: return apply(Op::log, x);
    case Function::log1p: return apply(Op::log1p, x);
    case Function::expm1: return apply(Op::expm1, x);
    case Function::sqrt: return apply(Op::sqrt, x);
    case Function::abs: return apply(Op::abs, x);
    case Function::sin: return apply(Op::sin, x);
    case Function::cos: return apply(Op::cos, x);
    case Function::tan: return apply(Op::tan, x);
    case Function::asin: return apply(Op::asin, x);
    case Function::acos: return apply(Op::acos, x);
    case Function::atan: return apply(Op::atan, x);
    case Function::sinh: return apply(Op::sinh, x);
    case Function::cosh: return apply(Op::cosh, x);
    case Function::tanh: return apply(Op::tanh, x);
    case Function::erf: return apply(Op::erf, x);
    case Function::sigmoid: return apply(Op::sigmoid, x);
    case Function::softplus: return apply(Op::softplus, x);
  }
  return x;
}

Value Scalars::window(const Node& node, const Places& places) {
  const auto& window = std::get<WindowIndex>(node.payload);
  const Extents in = graph_.extents(node.operands[0]);
  Places inner;
  std::vector<Guard> own;
  for (std::size_t axis = 0; axis < in.size(); ++axis) {
    Affine place{graph_.extent(window.axes[axis].offset), Extents(loops_.size(), 0)};
    for (const AffineIndex::Part& part : window.axes[axis].parts)
      place = plus(place, places[part.axis], part.coefficient);
    own.push_back({place, in[axis]});
    inner.push_back(std::move(place));
  }
  std::erase_if(own, [&](const Guard& guard) { return always_holds(guard); });
  const std::size_t before = guards_.size();
  guards_.insert(guards_.end(), own.begin(), own.end());
  const Value entry = value(node.operands[0], inner);
  guards_.resize(before);
  const bool is_guarded_load = body_[entry].op == Op::load && !residents_.contains(node.operands[0]);
  return is_guarded_load ? entry : masked(entry, std::move(own));
}

/// Entries keep their order in memory, so a place of the reshape is a place of what is stored below it.
Value Scalars::reshape(Expr e, const Places& places) {
  Expr base = e;
  while (graph_[base].kind == Kind::reshape && !buffers_.contains(base)) base = graph_[base].operands[0];
  if (residents_.contains(base) || !buffers_.contains(base)) {
    failed_ = true;
    return 0;
  }
  return load(base, graph_.extents(e), places);
}

Value Scalars::gather(const Node& node, const Places& places) {
  const Expr table = node.operands[0];
  const std::size_t index_axes = graph_[node.operands[1]].shape.size();
  const auto middle = places.begin() + static_cast<std::ptrdiff_t>(index_axes);
  const Value row = value(node.operands[1], Places(places.begin(), middle));
  const Extents extents = graph_.extents(table);
  if (graph_.is_identity(table)) {
    Instruction column{Op::index};
    column.at = plus(*middle, Affine{1, {}});
    column.at.strides.resize(loops_.size(), 0);
    const Value is_here = apply(Op::equal, row, add(std::move(column)));
    const Value is_inside = apply(Op::mul, apply(Op::greater_equal, row, constant(1)),
                                  apply(Op::greater_equal, constant(static_cast<double>(extents[0])), row));
    return apply(Op::select, is_inside, is_here, constant(std::nan("")));
  }
  Places inner{Affine{}};
  inner.insert(inner.end(), middle, places.end());
  if (residents_.contains(table)) failed_ = true;
  if (failed_) return 0;
  Instruction it{Op::gather, {row}};
  it.buffer = buffers_.at(table);
  it.at = dot(strides_of(extents), inner);
  it.at.strides.resize(loops_.size(), 0);
  it.rows = extents[0];
  it.guards = guards_;
  loaded_.push_back(table);
  return add(std::move(it));
}

}  // namespace gradwright::lowering
