// Every row of the table: its value by an independent formula where there is one, its slope by finite differences, its kink.
#include "ir/functions.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "ir/evaluate.h"
#include "ir/make.h"

namespace gradwright {
namespace {

struct Applied {
  Pool pool;
  Expr x = make_input(pool, {"x", Role::data, Property::none, {}});
  Expr y = make_input(pool, {"y", Role::data, Property::none, {}});
  Expr node;
  explicit Applied(Function function, Rational exponent = 3) {
    if (function == Function::power) {
      node = make_power(pool, x, exponent);
    } else {
      node = make_map(pool, function,
                      scalar_function(function).arity == 1 ? std::vector<Expr>{x} : std::vector<Expr>{x, y});
    }
  }
  [[nodiscard]] double value(Expr e, double a, double b) const {
    return evaluate(pool, e, {{}, {{x, {{}, {a}}}, {y, {{}, {b}}}}}).values[0];
  }
  /// (f(−2h) − 8f(−h) + 8f(h) − f(2h)) / 12h
  [[nodiscard]] double slope(double a, double b, std::size_t argument) const {
    constexpr double h = 1e-3;
    const auto at = [&](double step) { return argument == 0 ? value(node, a + step, b) : value(node, a, b + step); };
    return (at(-2 * h) - 8 * at(-h) + 8 * at(h) - at(2 * h)) / (12 * h);
  }
};

}  // namespace

TEST_CASE("rows stand at the place of their function, under one name") {
  std::set<std::string_view> names;
  for (const ScalarFunction& row : scalar_functions()) {
    CHECK(&scalar_function(row.function) == &row);
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.latex.empty());
    CHECK_FALSE(row.numpy.empty());
    CHECK_FALSE(row.c.empty());
  }
  CHECK(function_named("tanh") == Function::tanh);
  CHECK(function_named("nothing") == std::nullopt);
  CHECK(function_named("power") == std::nullopt);  // written x.^p
}

TEST_CASE("the slope of every function is that of its values") {
  for (const ScalarFunction& row : scalar_functions()) {
    CAPTURE(row.name);
    for (const Rational exponent : {Rational(3), Rational(-2), Rational(1, 2)}) {
      Applied f(row.function, exponent);
      for (std::size_t argument = 0; argument < row.arity; ++argument) {
        const Expr derivative = row.derivative(f.pool, f.node, argument);
        CHECK(f.pool.shape(derivative).empty());
        for (int k = 1; k < 8; ++k) {
          const double a = row.low + (row.high - row.low) * (k + 0.137) / 8.5;
          const double b = row.high - (row.high - row.low) * (k + 0.411) / 8.7;
          CAPTURE(a);
          CAPTURE(b);
          CHECK(f.value(derivative, a, b) == doctest::Approx(f.slope(a, b, argument)).epsilon(1e-6).scale(1));
        }
      }
    }
  }
}

TEST_CASE("values by hand") {
  const auto at = [](Function function, double a, double b = 0) { return scalar_function(function).value(a, b, 0); };
  const auto same = [](double a, double b) { CHECK(a == doctest::Approx(b).epsilon(1e-12)); };
  const double e = 2.718281828459045;
  same(at(Function::exp, 1), e);
  same(at(Function::log, e), 1);
  same(at(Function::log1p, e - 1), 1);
  same(at(Function::expm1, 1), e - 1);
  same(at(Function::sqrt, 2.25), 1.5);
  same(at(Function::abs, -2), 2);
  same(at(Function::sign, -2), -1);
  same(at(Function::step, -2), 0);
  same(at(Function::step, 2), 1);
  const double pi = 3.141592653589793;
  same(at(Function::sin, pi / 6), 0.5);
  same(at(Function::cos, pi / 3), 0.5);
  same(at(Function::tan, pi / 4), 1);
  same(at(Function::asin, 0.5), pi / 6);
  same(at(Function::acos, 0.5), pi / 3);
  same(at(Function::atan, 1), pi / 4);
  same(at(Function::sinh, 1), (e - 1 / e) / 2);
  same(at(Function::cosh, 1), (e + 1 / e) / 2);
  same(at(Function::tanh, 1), (e * e - 1) / (e * e + 1));
  same(at(Function::erf, 1), 0.8427007929497149);  // Abramowitz & Stegun, table 7.1
  same(at(Function::sigmoid, 1), e / (1 + e));
  same(at(Function::relu, -3), 0);
  same(at(Function::leaky_relu, -3), -0.03);
  same(at(Function::elu, -1), 1 / e - 1);
  same(at(Function::gelu, 1), 0.8413447460685429);  // Φ(1)
  same(at(Function::silu, 1), e / (1 + e));
  same(at(Function::softplus, 1), std::log(1 + e));
  same(at(Function::pow, 2, 0.5), 1.4142135623730951);
  same(at(Function::max, 2, 3), 3);
  same(at(Function::min, 2, 3), 2);
  same(at(Function::greater, 2, 2), 0);
  same(at(Function::greater_equal, 2, 2), 1);
  same(at(Function::equal, 2, 2), 1);
  same(scalar_function(Function::power).value(2, 0, 5), 32);
}

TEST_CASE("far out nothing overflows that has a finite value") {
  const auto at = [](Function function, double a) { return scalar_function(function).value(a, 0, 0); };
  CHECK(at(Function::sigmoid, 1000) == 1);
  CHECK(at(Function::sigmoid, -1000) == 0);
  CHECK(at(Function::softplus, 1000) == 1000);
  CHECK(at(Function::softplus, -1000) == 0);
  CHECK(at(Function::silu, -1000) == 0);
  CHECK(at(Function::tanh, 1000) == 1);
  CHECK(at(Function::elu, -1000) == -1);
}

TEST_CASE("kinks follow their conventions") {
  const auto slope = [](Function function, double a, double b, std::size_t argument) {
    Applied f(function);
    return f.value(scalar_function(function).derivative(f.pool, f.node, argument), a, b);
  };
  CHECK(slope(Function::abs, 0, 0, 0) == 0);
  CHECK(slope(Function::sign, 0, 0, 0) == 0);
  CHECK(slope(Function::step, 0, 0, 0) == 0);
  CHECK(slope(Function::relu, 0, 0, 0) == 0);
  CHECK(slope(Function::leaky_relu, 0, 0, 0) == doctest::Approx(0.01));
  CHECK(slope(Function::elu, 0, 0, 0) == 1);
  for (const Function function : {Function::max, Function::min}) {  // where equal: half each
    CHECK(slope(function, 2, 2, 0) == 0.5);
    CHECK(slope(function, 2, 2, 1) == 0.5);
  }
}

}  // namespace gradwright
