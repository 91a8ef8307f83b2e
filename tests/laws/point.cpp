#include "point.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "derive/differences.h"
#include "derive/dual.h"
#include "ir/doubles.h"
#include "sheet/derivatives.h"

namespace gradwright::laws {
namespace {

double largest(const std::vector<double>& values) {
  double found = 0;
  for (const double x : values) found = std::max(found, std::fabs(x));
  return found;
}

/// Of a definition with some variables moved.
class Moved {
 public:
  Moved(const Reading& bare, const std::string& of, const Point& at)
      : bare_(bare), of_(bare.expr(of)), at_(bare.bindings(at)) {}

  void along(const std::string& name, double step, const Direction& direction) {
    const Declaration* declaration = bare_.program().declaration(name);
    std::vector<double>& values = at_.inputs.at(declaration->input).values;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += step * direction[i];
  }
  [[nodiscard]] const Bindings& bindings() const { return at_; }
  [[nodiscard]] std::vector<double> value() const { return evaluate(bare_.pool(), of_, at_).values; }

 private:
  const Reading& bare_;
  Expr of_;
  Bindings at_;
};

/// Where only rounding decides whether there is a slope: the standard deviation of equal numbers, arcsin(a/a).
bool is_at_border(const MapFunction& map, double x) {
  switch (map.function) {
    case Function::sqrt: return std::fabs(x) < 1e-20;
    case Function::power: return !map.parameter.is_integer() && std::fabs(x) < 1e-20;
    case Function::asin:
    case Function::acos: return std::fabs(std::fabs(x) - 1) < 1e-12;
    default: return false;
  }
}

/// Of a function at x and y, which move by dx and dy: a finite slope, and a finite bend where the order is 2.
bool has_slope(const MapFunction& map, double x, double dx, double y, double dy, int order) {
  if (is_at_border(map, x)) return false;
  using Once = DualArithmetic<double, Doubles>;
  using Twice = DualArithmetic<Dual<double>, Once>;
  if (!std::isfinite(Once::applied(map, {x, dx}, {y, dy}).slope)) return false;
  return order < 2 || std::isfinite(Twice::applied(map, {{x, dx}, {dx, 0}}, {{y, dy}, {dy, 0}}).slope.slope);
}

/// `m*n` as `2*3`
std::string in_numbers(const std::string& size, const std::map<std::string, std::int64_t>& symbols) {
  std::string text;
  for (const char c : size) {
    const auto known = symbols.find(std::string(1, c));
    text += known == symbols.end() ? std::string(1, c) : std::to_string(known->second);
  }
  return text;
}

using Values = std::vector<double>;

/// Fourth order: (f(−2h) − 8f(−h) + 8f(h) − f(2h)) / 12h
constexpr double offsets[] = {-2, -1, 1, 2};
constexpr double weights[] = {1, -8, 8, -1};

template <class Function>
std::optional<Values> stencil(double h, Function&& value_at) {
  Values total;
  for (int i = 0; i < 4; ++i) {
    const std::optional<Values> one = value_at(offsets[i] * h);
    if (!one || !is_finite(*one)) return std::nullopt;
    total.resize(one->size());
    for (std::size_t k = 0; k < total.size(); ++k) total[k] += weights[i] * (*one)[k] / (12 * h);
  }
  return total;
}

/// What is 0 where a function with a kink has it.
std::optional<double> from_kink(Function function, double x, double y) {
  switch (function) {
    case Function::relu:
    case Function::leaky_relu:
    case Function::elu:
    case Function::abs:
    case Function::sign:
    case Function::step: return x;
    case Function::max:
    case Function::min:
    case Function::greater:
    case Function::greater_equal:
    case Function::equal: return x - y;
    default: return std::nullopt;
  }
}

/// Whether a function on the way has a kink at the point that the direction leaves. Two of them hide each other from differences: at b = a
/// min(max(b, a), a) is a on both sides, and by the shares of max and min its slope is 3/4.
bool leaves_kink(const Pool& pool, Expr of, const Bindings& here, const Bindings& there) {
  const std::vector<Expr> nodes = reachable(pool, {of});
  const std::vector<Tensor> before = evaluate(pool, nodes, here), after = evaluate(pool, nodes, there);
  const auto place = [&](Expr e) { return std::lower_bound(nodes.begin(), nodes.end(), e) - nodes.begin(); };
  for (const Expr e : nodes) {
    if (pool.kind(e) != Kind::map) continue;
    const auto first = static_cast<std::size_t>(place(pool[e].operands.front()));
    const auto second = static_cast<std::size_t>(place(pool[e].operands.back()));
    const Function function = pool.payload<MapFunction>(e).function;
    for (std::size_t k = 0; k < before[first].values.size(); ++k) {
      const auto stands = from_kink(function, before[first].values[k], before[second].values[k]);
      if (!stands || *stands != 0) continue;
      const double moved = *from_kink(function, after[first].values[k], after[second].values[k]);
      if (std::fabs(moved) > 1e-9) return true;
    }
  }
  return false;
}

std::optional<Slope> settled(const std::optional<Values>& coarse, const std::optional<Values>& fine) {
  if (!coarse || !fine || coarse->size() != fine->size()) return std::nullopt;
  Slope result{*fine, 0};
  for (std::size_t k = 0; k < fine->size(); ++k)
    result.error = std::max(result.error, std::fabs((*coarse)[k] - (*fine)[k]));
  const double scale = std::max(1.0, largest(*fine));
  if (result.error > 1e-5 * scale) return std::nullopt;
  result.error = 10 * result.error + 1e-8 * scale;
  return result;
}

}  // namespace

Point point_of(const Sheet& sheet, std::uint64_t seed) {
  Point point;
  for (const auto& [name, size] : sheet.sizes) point.sizes[name] = size;
  std::string text;
  for (const Variable& one : sheet.variables) {
    text += one.name + " : R";
    for (std::size_t i = 0; i < one.sizes.size(); ++i)
      text += (i == 0 ? "[" : ",") + in_numbers(one.sizes[i], sheet.sizes);
    text += (one.sizes.empty() ? "" : "]") + (one.fact.empty() ? "" : " " + one.fact) + "\n";
  }
  Pool pool;
  const Program program = read_formula(Text("point.gw", text), pool);
  std::vector<Expr> inputs;
  for (const Declaration& one : program.declarations) inputs.push_back(one.input);
  const Bindings drawn = random_bindings(pool, inputs, seed);
  for (const Declaration& one : program.declarations) point.values[one.name] = drawn.inputs.at(one.input).values;
  // `R[n] prob` at n = 1 was read as a number above, which may be any probability.
  for (const Variable& one : sheet.variables) {
    std::vector<double>& values = point.values[one.name];
    if (one.fact == "prob" && !one.sizes.empty() && values.size() == 1) values = {1};
  }
  return point;
}

Reading::Reading(const std::string& text) : program_(read_formula(Text("sheet.gw", text), pool_, reading_options())) {
  for (const Diagnostic& one : program_.diagnostics) {
    if (one.severity == Severity::error && fault_.empty()) fault_ = one.code + " " + one.message;
  }
}

Bindings Reading::bindings(const Point& point) const {
  Bindings at;
  at.dims = point.sizes;
  for (const Declaration& one : program_.declarations) {
    Tensor tensor;
    for (const Dim dim : pool_.shape(one.input)) tensor.extents.push_back(pool_.dims().value(dim, at.dims).value_or(1));
    const auto found = point.values.find(one.name);
    tensor.values = found != point.values.end() ? found->second : one.constant;
    at.inputs.emplace(one.input, std::move(tensor));
  }
  return at;
}

Expr Reading::expr(const std::string& name) const {
  if (const Definition* definition = program_.definition(name)) return definition->expr;
  const Declaration* declaration = program_.declaration(name);
  return declaration == nullptr ? Expr{} : declaration->input;
}

std::optional<std::vector<double>> Reading::value(const std::string& name, const Point& point) const {
  const Expr e = expr(name);
  const Bindings at = bindings(point);
  if (e.is_none() || !sizes_fit(pool_, reachable(pool_, {e}), at.dims)) return std::nullopt;
  std::vector<double> values = evaluate(pool_, e, at).values;
  if (!is_finite(values)) return std::nullopt;
  return values;
}

Shape Reading::shape(const std::string& name) const {
  const Definition* definition = program_.definition(name);
  const Declaration* declaration = program_.declaration(name);
  return definition != nullptr ? definition->surface : declaration != nullptr ? declaration->surface : Shape{};
}

std::vector<std::int64_t> Reading::surface(const std::string& name, const Point& point) const {
  std::vector<std::int64_t> sizes;
  for (const Dim dim : shape(name)) sizes.push_back(pool_.dims().value(dim, point.sizes).value_or(-1));
  return sizes;
}

std::vector<std::string> Reading::size_texts(const std::string& name) const {
  std::vector<std::string> sizes;
  for (const Dim dim : shape(name)) sizes.push_back(pool_.dims().to_string(dim));
  return sizes;
}

bool is_moderate(const Pool& pool, Expr root, const Bindings& at) {
  constexpr double largest_value = 300;
  const std::vector<Expr> nodes = reachable(pool, {root});
  const std::vector<Tensor> values = evaluate(pool, nodes, at);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const bool is_pow =
        pool.kind(nodes[i]) == Kind::map && pool.payload<MapFunction>(nodes[i]).function == Function::pow;
    for (const double x : values[i].values) {
      if (!(std::fabs(x) < largest_value) || (is_pow && x == 0)) return false;
    }
  }
  return true;
}

std::optional<Slope> slope(const Reading& bare, const std::string& of, const Point& point, const std::string& wrt,
                           const Direction& direction) {
  const auto value_at = [&](double step) -> std::optional<Values> {
    Moved moved(bare, of, point);
    moved.along(wrt, step, direction);
    return moved.value();
  };
  Moved ahead(bare, of, point);
  ahead.along(wrt, 1e-3, direction);
  if (leaves_kink(bare.pool(), bare.expr(of), bare.bindings(point), ahead.bindings())) return std::nullopt;
  // At a kink f(h) − 2f(0) + f(−h) falls like h, else like h².
  const Values centre = *value_at(0);
  const auto bend = [&](double h, std::size_t k, const Values& below, const Values& above) {
    return std::fabs(above[k] - 2 * centre[k] + below[k]) / h;
  };
  const double h = 2e-4;
  const Values below = *value_at(-h), above = *value_at(h), near_below = *value_at(-h / 4),
               near_above = *value_at(h / 4);
  const double scale = std::max(1.0, largest(centre));
  for (std::size_t k = 0; k < centre.size(); ++k) {
    const double wide = bend(h, k, below, above), narrow = bend(h / 4, k, near_below, near_above);
    if (narrow > 0.6 * wide && narrow > 1e-7 * scale) return std::nullopt;
  }
  return settled(stencil(2e-3, value_at), stencil(1e-3, value_at));
}

std::optional<Slope> second_slope(const Reading& bare, const std::string& of, const Point& point,
                                  const std::string& first_wrt, const Direction& first, const std::string& wrt,
                                  const Direction& second) {
  const auto at_step = [&](double h) {
    return stencil(h, [&](double s) {
      return stencil(h, [&](double t) -> std::optional<Values> {
        Moved moved(bare, of, point);
        moved.along(first_wrt, s, first);
        moved.along(wrt, t, second);
        return moved.value();
      });
    });
  };
  if (!slope(bare, of, point, first_wrt, first) || !slope(bare, of, point, wrt, second)) return std::nullopt;  // a kink
  return settled(at_step(1e-2), at_step(4e-3));
}

bool has_slopes(const Reading& bare, const std::string& of, const Point& point, const std::vector<std::string>& wrt,
                int order) {
  const Pool& pool = bare.pool();
  const std::vector<Expr> nodes = reachable(pool, {bare.expr(of)});
  const std::vector<Tensor> values = evaluate(pool, nodes, bare.bindings(point));
  std::map<Expr, const Tensor*> value_of;
  std::set<Expr> moving;
  for (const std::string& name : wrt) moving.insert(bare.expr(name));
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    value_of[nodes[i]] = &values[i];
    const std::vector<Expr>& operands = pool[nodes[i]].operands;
    if (std::none_of(operands.begin(), operands.end(), [&](Expr operand) { return moving.contains(operand); }))
      continue;
    moving.insert(nodes[i]);
    if (pool.kind(nodes[i]) == Kind::matrix && values[i].values == Values{0}) return false;
    if (pool.kind(nodes[i]) != Kind::map) continue;
    const auto& map = pool.payload<MapFunction>(nodes[i]);
    const Expr first = operands.front(), second = operands.back();
    for (std::size_t k = 0; k < values[i].values.size(); ++k) {
      const double x = value_of.at(first)->values[k], y = value_of.at(second)->values[k];
      if (!has_slope(map, x, moving.contains(first) ? 1 : 0, y, moving.contains(second) ? 1 : 0, order)) return false;
    }
  }
  return true;
}

bool is_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

bool agree(const std::vector<double>& a, const std::vector<double>& b, double error) {
  if (a.size() != b.size()) return false;
  double scale = 1;
  for (const double x : b) scale = std::max(scale, std::fabs(x));
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(std::fabs(a[i] - b[i]) <= error + 1e-7 * scale)) return false;
  }
  return true;
}

}  // namespace gradwright::laws
