#include "ir/functions.h"

#include <array>
#include <cmath>

#include "ir/make.h"

namespace gradwright {
namespace {

Expr operand(const Pool& pool, Expr node, std::size_t index = 0) { return pool[node].operands[index]; }
Expr ones_like(Pool& pool, Expr e) { return make_ones(pool, Shape(pool.shape(e))); }
Expr zero_like(Pool& pool, Expr e) { return make_zero(pool, Shape(pool.shape(e))); }
Expr one_minus(Pool& pool, Expr e) { return difference_of(pool, ones_like(pool, e), e); }
Expr apply(Pool& pool, Function function, Expr x) { return make_map(pool, function, {x}); }

/// A scalar constant in the shape of `like`.
Expr constant_like(Pool& pool, Expr scalar, Expr like) { return broadcast(pool, scalar, Shape(pool.shape(like)), {}); }

Expr no_slope(Pool& pool, Expr node, std::size_t) { return zero_like(pool, node); }
Expr d_exp(Pool&, Expr node, std::size_t) { return node; }
Expr d_log(Pool& pool, Expr node, std::size_t) { return make_power(pool, operand(pool, node), -1); }
Expr d_log1p(Pool& pool, Expr node, std::size_t) {
  const Expr x = operand(pool, node);
  return make_power(pool, sum_of(pool, ones_like(pool, x), x), -1);
}
Expr d_expm1(Pool& pool, Expr node, std::size_t) { return sum_of(pool, node, ones_like(pool, node)); }
Expr d_sqrt(Pool& pool, Expr node, std::size_t) { return scaled(pool, {1, 2}, make_power(pool, node, -1)); }
Expr d_abs(Pool& pool, Expr node, std::size_t) { return apply(pool, Function::sign, operand(pool, node)); }
Expr d_sin(Pool& pool, Expr node, std::size_t) { return apply(pool, Function::cos, operand(pool, node)); }
Expr d_cos(Pool& pool, Expr node, std::size_t) {
  return negated(pool, apply(pool, Function::sin, operand(pool, node)));
}
Expr one_plus_square(Pool& pool, Expr x) { return sum_of(pool, ones_like(pool, x), make_power(pool, x, 2)); }
Expr one_minus_square(Pool& pool, Expr x) { return one_minus(pool, make_power(pool, x, 2)); }
Expr d_tan(Pool& pool, Expr node, std::size_t) { return one_plus_square(pool, node); }
Expr d_asin(Pool& pool, Expr node, std::size_t) {
  return make_power(pool, apply(pool, Function::sqrt, one_minus_square(pool, operand(pool, node))), -1);
}
Expr d_acos(Pool& pool, Expr node, std::size_t argument) { return negated(pool, d_asin(pool, node, argument)); }
Expr d_atan(Pool& pool, Expr node, std::size_t) {
  return make_power(pool, one_plus_square(pool, operand(pool, node)), -1);
}
Expr d_sinh(Pool& pool, Expr node, std::size_t) { return apply(pool, Function::cosh, operand(pool, node)); }
Expr d_cosh(Pool& pool, Expr node, std::size_t) { return apply(pool, Function::sinh, operand(pool, node)); }
Expr d_tanh(Pool& pool, Expr node, std::size_t) { return one_minus_square(pool, node); }
/// exp(−x²·rate)
Expr bell(Pool& pool, Expr x, Rational rate) {
  return apply(pool, Function::exp, scaled(pool, -rate, make_power(pool, x, 2)));
}
/// √(factor/π), π written as acos(−1).
Expr root_over_pi(Pool& pool, Rational factor) {
  const Expr pi = apply(pool, Function::acos, make_literal(pool, -1));
  return apply(pool, Function::sqrt, scaled(pool, factor, make_power(pool, pi, -1)));
}
Expr d_erf(Pool& pool, Expr node, std::size_t) {
  const Expr x = operand(pool, node);
  return scaled(pool, 2, hadamard(pool, {constant_like(pool, root_over_pi(pool, 1), x), bell(pool, x, 1)}));
}
Expr d_sigmoid(Pool& pool, Expr node, std::size_t) { return hadamard(pool, {node, one_minus(pool, node)}); }
Expr d_relu(Pool& pool, Expr node, std::size_t) { return apply(pool, Function::step, operand(pool, node)); }
Expr d_leaky_relu(Pool& pool, Expr node, std::size_t argument) {
  return make_add(pool, Shape(pool.shape(node)),
                  {{{1, 100}, ones_like(pool, node)}, {{99, 100}, d_relu(pool, node, argument)}});
}
/// exp(min(x, 0)): step(x) + exp(x)·(1 − step(x)) without a product of 0 and what overflows.
Expr d_elu(Pool& pool, Expr node, std::size_t) {
  const Expr x = operand(pool, node);
  return apply(pool, Function::exp, make_map(pool, Function::min, {x, zero_like(pool, x)}));
}
Expr d_gelu(Pool& pool, Expr node, std::size_t) {
  const Expr x = operand(pool, node);
  const Expr half_root = constant_like(pool, apply(pool, Function::sqrt, make_literal(pool, {1, 2})), x);
  const Expr cdf = scaled(pool, {1, 2},
                          sum_of(pool, ones_like(pool, x), apply(pool, Function::erf, hadamard(pool, {half_root, x}))));
  const Expr density = hadamard(pool, {constant_like(pool, root_over_pi(pool, {1, 2}), x), bell(pool, x, {1, 2})});
  return sum_of(pool, cdf, hadamard(pool, {x, density}));
}
Expr d_silu(Pool& pool, Expr node, std::size_t) {
  const Expr x = operand(pool, node);
  const Expr s = apply(pool, Function::sigmoid, x);
  return sum_of(pool, s, hadamard(pool, {x, s, one_minus(pool, s)}));
}
Expr d_softplus(Pool& pool, Expr node, std::size_t) { return apply(pool, Function::sigmoid, operand(pool, node)); }
Expr d_power(Pool& pool, Expr node, std::size_t) {
  const Rational p = pool.payload<MapFunction>(node).parameter;
  const Expr x = operand(pool, node);
  const Rational lowered = p - Rational(1);
  return scaled(pool, p,
                lowered.overflowed() ? hadamard(pool, {node, make_power(pool, x, -1)}) : make_power(pool, x, lowered));
}
Expr d_pow(Pool& pool, Expr node, std::size_t argument) {
  const Expr base = operand(pool, node, 0);
  const Expr exponent = operand(pool, node, 1);
  if (argument == 1) return hadamard(pool, {node, apply(pool, Function::log, base)});
  return hadamard(pool, {exponent, make_map(pool, Function::pow,
                                            {base, difference_of(pool, exponent, ones_like(pool, exponent))})});
}
bool is_constant(const Pool& pool, Expr e) {
  const Node& node = pool[split_coefficient(pool, e).expr];
  return node.kind != Kind::input && node.operands.empty();
}
/// 1 where the argument is the one that is taken, a half where both are equal. Both shares add up to 1: the second is written by the first,
/// unless only it is asked for.
Expr share(Pool& pool, Expr node, std::size_t argument, bool takes_larger) {
  const bool is_rest = argument == 1 && !is_constant(pool, operand(pool, node, 0));
  const Expr own = operand(pool, node, is_rest ? 0 : argument), other = operand(pool, node, is_rest ? 1 : 1 - argument);
  const Expr wins = make_map(pool, Function::greater, takes_larger ? std::vector{own, other} : std::vector{other, own});
  const Expr taken =
      make_add(pool, Shape(pool.shape(node)), {{1, wins}, {{1, 2}, make_map(pool, Function::equal, {own, other})}});
  return is_rest ? one_minus(pool, taken) : taken;
}
Expr d_max(Pool& pool, Expr node, std::size_t argument) { return share(pool, node, argument, true); }
Expr d_min(Pool& pool, Expr node, std::size_t argument) { return share(pool, node, argument, false); }

double sigmoid_of(double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }
double softplus_of(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

#define GRADWRIGHT_VALUE(expression) \
  [](double x, [[maybe_unused]] double y, [[maybe_unused]] double p) -> double { return expression; }
constexpr std::array rows = {
    ScalarFunction{Function::exp, "exp", 1, GRADWRIGHT_VALUE(std::exp(x)), d_exp, R"(\exp({0}))", "np.exp({0})",
                   "exp({0})", "", -2, 2, ""},
    ScalarFunction{Function::log, "log", 1, GRADWRIGHT_VALUE(std::log(x)), d_log, R"(\log({0}))", "np.log({0})",
                   "log({0})", "x > 0", 0.3, 3, ""},
    ScalarFunction{Function::log1p, "log1p", 1, GRADWRIGHT_VALUE(std::log1p(x)), d_log1p, R"(\log(1 + {0}))",
                   "np.log1p({0})", "log1p({0})", "x > -1", -0.6, 3, ""},
    ScalarFunction{Function::expm1, "expm1", 1, GRADWRIGHT_VALUE(std::expm1(x)), d_expm1, R"((\exp({0}) - 1))",
                   "np.expm1({0})", "expm1({0})", "", -2, 2, ""},
    ScalarFunction{Function::sqrt, "sqrt", 1, GRADWRIGHT_VALUE(std::sqrt(x)), d_sqrt, R"(\sqrt{{0}})", "np.sqrt({0})",
                   "sqrt({0})", "x > 0", 0.3, 3, ""},
    ScalarFunction{Function::abs, "abs", 1, GRADWRIGHT_VALUE(std::fabs(x)), d_abs, R"(|{0}|)", "np.abs({0})",
                   "fabs({0})", "", -2, 2, "abs'(0) = 0"},
    ScalarFunction{Function::sign, "sign", 1,
                   GRADWRIGHT_VALUE(x > 0   ? 1
                                    : x < 0 ? -1
                                            : 0),
                   no_slope, R"(\operatorname{sign}({0}))", "np.sign({0})", "(({0} > 0) - ({0} < 0))", "", -2, 2,
                   "sign(0) = 0"},
    ScalarFunction{Function::step, "step", 1, GRADWRIGHT_VALUE(x > 0 ? 1 : 0), no_slope, R"(\operatorname{step}({0}))",
                   "({0} > 0)", "({0} > 0)", "", -2, 2, "step(0) = 0"},
    ScalarFunction{Function::sin, "sin", 1, GRADWRIGHT_VALUE(std::sin(x)), d_sin, R"(\sin({0}))", "np.sin({0})",
                   "sin({0})", "", -2, 2, ""},
    ScalarFunction{Function::cos, "cos", 1, GRADWRIGHT_VALUE(std::cos(x)), d_cos, R"(\cos({0}))", "np.cos({0})",
                   "cos({0})", "", -2, 2, ""},
    ScalarFunction{Function::tan, "tan", 1, GRADWRIGHT_VALUE(std::tan(x)), d_tan, R"(\tan({0}))", "np.tan({0})",
                   "tan({0})", "|x| < pi/2", -1.2, 1.2, ""},
    ScalarFunction{Function::asin, "asin", 1, GRADWRIGHT_VALUE(std::asin(x)), d_asin, R"(\arcsin({0}))",
                   "np.arcsin({0})", "asin({0})", "|x| < 1", -0.8, 0.8, ""},
    ScalarFunction{Function::acos, "acos", 1, GRADWRIGHT_VALUE(std::acos(x)), d_acos, R"(\arccos({0}))",
                   "np.arccos({0})", "acos({0})", "|x| < 1", -0.8, 0.8, ""},
    ScalarFunction{Function::atan, "atan", 1, GRADWRIGHT_VALUE(std::atan(x)), d_atan, R"(\arctan({0}))",
                   "np.arctan({0})", "atan({0})", "", -2, 2, ""},
    ScalarFunction{Function::sinh, "sinh", 1, GRADWRIGHT_VALUE(std::sinh(x)), d_sinh, R"(\sinh({0}))", "np.sinh({0})",
                   "sinh({0})", "", -2, 2, ""},
    ScalarFunction{Function::cosh, "cosh", 1, GRADWRIGHT_VALUE(std::cosh(x)), d_cosh, R"(\cosh({0}))", "np.cosh({0})",
                   "cosh({0})", "", -2, 2, ""},
    ScalarFunction{Function::tanh, "tanh", 1, GRADWRIGHT_VALUE(std::tanh(x)), d_tanh, R"(\tanh({0}))", "np.tanh({0})",
                   "tanh({0})", "", -2, 2, ""},
    ScalarFunction{Function::erf, "erf", 1, GRADWRIGHT_VALUE(std::erf(x)), d_erf, R"(\operatorname{erf}({0}))",
                   "scipy.special.erf({0})", "erf({0})", "", -2, 2, ""},
    ScalarFunction{Function::sigmoid, "sigmoid", 1, GRADWRIGHT_VALUE(sigmoid_of(x)), d_sigmoid, R"(\sigma({0}))",
                   "1/(1 + np.exp(-{0}))", "1/(1 + exp(-({0})))", "", -2, 2, ""},
    ScalarFunction{Function::relu, "relu", 1, GRADWRIGHT_VALUE(x <= 0 ? 0 : x), d_relu, R"(\operatorname{relu}({0}))",
                   "np.maximum({0}, 0)", "({0} <= 0 ? 0 : {0})", "", -2, 2, "relu'(0) = 0"},
    ScalarFunction{Function::leaky_relu, "leaky_relu", 1, GRADWRIGHT_VALUE(x > 0 ? x : 0.01 * x), d_leaky_relu,
                   R"(\operatorname{leakyrelu}({0}))", "np.where({0} > 0, {0}, 0.01*{0})",
                   "({0} > 0 ? {0} : 0.01*({0}))", "", -2, 2, "leaky_relu'(0) = 0.01"},
    ScalarFunction{Function::elu, "elu", 1, GRADWRIGHT_VALUE(x > 0 ? x : std::expm1(x)), d_elu,
                   R"(\operatorname{elu}({0}))", "np.where({0} > 0, {0}, np.expm1({0}))",
                   "({0} > 0 ? {0} : expm1({0}))", "", -2, 2, ""},
    ScalarFunction{Function::gelu, "gelu", 1, GRADWRIGHT_VALUE(0.5 * x * (1 + std::erf(x * std::sqrt(0.5)))), d_gelu,
                   R"(\operatorname{gelu}({0}))", "0.5*{0}*(1 + scipy.special.erf({0}/np.sqrt(2)))",
                   "0.5*({0})*(1 + erf(({0})*sqrt(0.5)))", "", -2, 2, ""},
    ScalarFunction{Function::silu, "silu", 1, GRADWRIGHT_VALUE(x* sigmoid_of(x)), d_silu, R"(\operatorname{silu}({0}))",
                   "{0}/(1 + np.exp(-{0}))", "({0})/(1 + exp(-({0})))", "", -2, 2, ""},
    ScalarFunction{Function::softplus, "softplus", 1, GRADWRIGHT_VALUE(softplus_of(x)), d_softplus,
                   R"(\operatorname{softplus}({0}))", "np.logaddexp({0}, 0)", "log1p(exp({0}))", "", -2, 2, ""},
    ScalarFunction{Function::power, "power", 1,
                   GRADWRIGHT_VALUE(p == 2    ? x * x
                                    : p == -1 ? 1 / x
                                              : std::pow(x, p)),
                   d_power, R"({0}^{{p}})", "{0}**{p}", "pow({0}, {p})", "x > 0 unless the exponent is an integer", 0.3,
                   2, ""},
    ScalarFunction{Function::pow, "pow", 2, GRADWRIGHT_VALUE(std::pow(x, y)), d_pow, R"({0}^{{1}})", "{0}**{1}",
                   "pow({0}, {1})", "x > 0", 0.3, 2, ""},
    ScalarFunction{Function::max, "max", 2, GRADWRIGHT_VALUE(x > y || x != x ? x : y), d_max, R"(\max({0}, {1}))",
                   "np.maximum({0}, {1})", "({0} > {1} || {0} != {0} ? {0} : {1})", "", -2, 2,
                   "where both are equal, the arguments of max share its slope equally"},
    ScalarFunction{Function::min, "min", 2, GRADWRIGHT_VALUE(x < y || x != x ? x : y), d_min, R"(\min({0}, {1}))",
                   "np.minimum({0}, {1})", "({0} < {1} || {0} != {0} ? {0} : {1})", "", -2, 2,
                   "where both are equal, the arguments of min share its slope equally"},
    ScalarFunction{Function::greater, ">", 2, GRADWRIGHT_VALUE(x > y ? 1 : 0), no_slope, R"(({0} > {1}))",
                   "({0} > {1})", "({0} > {1})", "", -2, 2, ""},
    ScalarFunction{Function::greater_equal, ">=", 2, GRADWRIGHT_VALUE(x >= y ? 1 : 0), no_slope, R"(({0} \ge {1}))",
                   "({0} >= {1})", "({0} >= {1})", "", -2, 2, ""},
    ScalarFunction{Function::equal, "==", 2, GRADWRIGHT_VALUE(x == y ? 1 : 0), no_slope, R"(({0} = {1}))",
                   "({0} == {1})", "({0} == {1})", "", -2, 2, ""},
};
#undef GRADWRIGHT_VALUE

}  // namespace

std::span<const ScalarFunction> scalar_functions() { return rows; }
const ScalarFunction& scalar_function(Function function) { return rows[static_cast<std::size_t>(function)]; }
std::optional<Function> function_named(std::string_view name) {
  if (name == "square" || name == "power") return std::nullopt;
  for (const ScalarFunction& row : rows) {
    if (row.name == name) return row.function;
  }
  return std::nullopt;
}

}  // namespace gradwright
