// Forward mode against central differences of the evaluator, for every elementwise function and every node kind, once and twice.
#include "derive/forward.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "derive/points.h"
#include "ir/functions.h"
#include "ir/make.h"

namespace gradwright {
namespace {

struct Sheet {
  Pool pool;
  Dim n = pool.dims().symbol("n"), m = pool.dims().symbol("m");
  Expr x = input("x", {n, pool.dims().one()}), z = input("z", {m, pool.dims().one()}), s = input("s", {});
  Expr A = input("A", {n, n}, Property::invertible), B = input("B", {n, m});

  Expr input(const char* name, const Shape& surface, Property facts = Property::none) {
    return make_input(pool, {name, Role::data, facts, surface});
  }
};

Direction drawn(const Bindings& at, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> step(-1, 1);
  Direction direction;
  for (const auto& [input, value] : at.inputs) {
    for (std::size_t k = 0; k < value.values.size(); ++k) direction[input].push_back(step(random));
  }
  return direction;
}

Bindings moved(Bindings at, const Direction& u, double offset) {
  for (auto& [input, value] : at.inputs) {
    for (std::size_t k = 0; k < value.values.size(); ++k) value.values[k] += offset * u.at(input)[k];
  }
  return at;
}

/// (f(−2h) − 8f(−h) + 8f(h) − f(2h)) / 12h
template <class Function>
std::vector<double> differences(const Function& f, double h) {
  std::vector<double> slope;
  for (const auto& [offset, weight] : {std::pair{-2.0, 1.0}, {-1.0, -8.0}, {1.0, 8.0}, {2.0, -1.0}}) {
    const Tensor value = f(offset * h);
    slope.resize(value.values.size(), 0.0);
    for (std::size_t k = 0; k < slope.size(); ++k) slope[k] += weight * value.values[k] / (12 * h);
  }
  return slope;
}

void near(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t k = 0; k < a.size(); ++k) CHECK(a[k] == doctest::Approx(b[k]).epsilon(1e-6).scale(1));
}

void agrees(const Pool& pool, Expr of, const Bindings& at) {
  const Direction u = drawn(at, 3), v = drawn(at, 5);
  const Slope found = slope_along(pool, of, at, u);
  CHECK(found.value.values == evaluate(pool, of, at).values);
  near(found.slope.values, differences([&](double t) { return evaluate(pool, of, moved(at, u, t)); }, 1e-4));
  near(bend_along(pool, of, at, u, v).values,
       differences([&](double t) { return slope_along(pool, of, moved(at, v, t), u).slope; }, 1e-4));
}

}  // namespace

TEST_CASE("forward mode through every function of the table") {
  for (const ScalarFunction& row : scalar_functions()) {
    CAPTURE(row.name);
    Sheet t;
    std::vector<Expr> operands{t.x};
    if (row.arity == 2) operands.push_back(t.input("y", {t.n, t.pool.dims().one()}));
    std::vector<Expr> formulas;
    if (row.function == Function::power) {
      for (const Rational p : {Rational(-2), Rational(-1), Rational(1, 2), Rational(2), Rational(3), Rational(5, 3)})
        formulas.push_back(make_power(t.pool, t.x, p));
    } else {
      formulas.push_back(make_map(t.pool, row.function, operands));
    }
    std::mt19937_64 random(7);
    for (const Expr of : formulas) {
      Bindings at{{{"n", 7}, {"m", 1}}, {}};
      for (const Expr operand : operands) {
        at.inputs[operand].extents = {7};
        for (int k = 0; k < 7; ++k) {
          double value = std::uniform_real_distribution<double>(row.low, row.high)(random);
          if (std::fabs(value) < 0.01) value = 0.01;  // away from the kink
          at.inputs[operand].values.push_back(value);
        }
      }
      agrees(t.pool, of, at);
    }
  }
}

TEST_CASE("forward mode through every node kind") {
  Sheet t;
  Pool& pool = t.pool;
  const Dim zero = pool.dims().constant(0), two = pool.dims().constant(2);
  const Expr index = make_add(pool, {}, {{2, make_literal(pool, 1)}});
  const std::vector<Expr> formulas{
      make_einsum(pool, {0, 2}, {{t.A, {0, 1}}, {t.B, {1, 2}}}, {t.n, t.n, t.m}),
      make_einsum(pool, {}, {{t.A, {0, 1}}, {t.A, {1, 2}}, {t.A, {2, 0}}}, {t.n, t.n, t.n}),
      make_einsum(pool, {0, 0, 1}, {{t.x, {0}}}, {t.n, t.m}),
      make_einsum(pool, {1, 0}, {{t.A, {0, 0}}, {t.s, {}}}, {t.n, t.m, t.n}),
      make_add(pool, {t.n}, {{{-3, 2}, make_map(pool, Function::tanh, {t.x})}, {2, t.x}}),
      make_fold(pool, FoldKind::max, t.B, {0}),
      make_fold(pool, FoldKind::min, t.B, {1}),
      make_fold(pool, FoldKind::prod, t.B, {0, 1}),
      make_fold(pool, FoldKind::logsumexp, t.B, {1}),
      make_window(pool, t.x, {t.n, two}, {{{{0, 1}, {1, -1}}, pool.dims().constant(1)}}),
      make_window(pool, t.B, {t.m, t.n, two}, {{{{1, -1}, {2, 2}}, pool.dims().constant(2)}, {{{0, 1}}, zero}}),
      make_reshape(pool, hadamard(pool, {t.B, t.B}), {pool.dims().product(t.n, t.m)}),
      make_gather(pool, hadamard(pool, {t.B, t.B}), index),
      make_matrix(pool, MatrixKind::inverse, t.A),
      make_matrix(pool, MatrixKind::determinant, t.A),
      make_matrix(pool, MatrixKind::log_determinant, t.A),
      make_matrix_power(pool, t.A, t.m),
      make_matrix_power(pool, t.A, pool.dims().sum(zero, t.m, -1))};
  for (std::size_t k = 0; k < formulas.size(); ++k) {
    CAPTURE(k);
    for (std::uint64_t seed = 1; seed < 4; ++seed)
      agrees(pool, formulas[k], random_bindings(pool, {formulas[k]}, seed));
  }
}

TEST_CASE("the conventions at kinks") {
  Pool pool;
  const Dim three = pool.dims().constant(3);
  const Expr x = make_input(pool, {"x", Role::data, Property::none, {three, pool.dims().one()}});
  const Expr y = make_input(pool, {"y", Role::data, Property::none, {three, pool.dims().one()}});
  const auto slopes = [&](Expr of, std::vector<double> at_x, std::vector<double> at_y) {
    Bindings at;
    at.inputs[x] = {{3}, std::move(at_x)};
    at.inputs[y] = {{3}, std::move(at_y)};
    return slope_along(pool, of, at, {{x, {1, 10, 100}}}).slope.values;
  };
  using Values = std::vector<double>;
  for (const Function kinked : {Function::relu, Function::step, Function::sign, Function::abs})
    CHECK(slopes(make_map(pool, kinked, {x}), {0, 0, 0}, {0, 0, 0}) == Values{0, 0, 0});
  CHECK(slopes(make_map(pool, Function::leaky_relu, {x}), {0, 0, 0}, {0, 0, 0}) == Values{0.01, 0.1, 1});
  CHECK(slopes(make_map(pool, Function::max, {x, y}), {1, 2, 3}, {2, 2, 2}) == Values{0, 5, 100});
  CHECK(slopes(make_map(pool, Function::min, {y, x}), {1, 2, 3}, {2, 2, 2}) == Values{1, 5, 0});
  CHECK(slopes(make_fold(pool, FoldKind::max, x, {0}), {4, 4, 1}, {0, 0, 0}) == Values{5.5});
  CHECK(slopes(make_fold(pool, FoldKind::min, x, {0}), {4, 4, 4}, {0, 0, 0}) == Values{37});
  // The four entries of a pooling window are equal: the first has it all.
  const Dim two = pool.dims().constant(2), zero = pool.dims().constant(0), one = pool.dims().one();
  const Expr m = make_input(pool, {"M", Role::data, Property::none, {two, pool.dims().constant(4)}});
  const Expr tiles = make_window(pool, m, {one, two, two, two}, {{{{0, 2}, {2, 1}}, zero}, {{{1, 2}, {3, 1}}, zero}});
  Bindings at;
  at.inputs[m] = {{2, 4}, {5, 5, 5, 5, 1, 3, 3, 3}};
  CHECK(slope_along(pool, make_fold(pool, FoldKind::max, tiles, {2, 3}), at, {{m, {1, 2, 3, 4, 5, 6, 7, 8}}})
            .slope.values == Values{1, 7});
  // What does not move has no slope, however steep it is there: √0 beside x.
  CHECK(slopes(sum_of(pool, make_map(pool, Function::sqrt, {y}), x), {1, 2, 3}, {0, 0, 0}) == Values{1, 10, 100});
}

TEST_CASE("a determinant moves at a singular matrix: by its adjugate") {
  Sheet t;
  const Expr det = make_matrix(t.pool, MatrixKind::determinant, t.A);
  const auto at = [&](std::vector<double> values) {
    const auto n = static_cast<std::int64_t>(std::lround(std::sqrt(values.size())));
    Bindings bound;
    bound.dims["n"] = n;
    bound.inputs[t.A] = {{n, n}, std::move(values)};
    return bound;
  };
  const auto slope = [&](const Bindings& b, std::vector<double> u) {
    return slope_along(t.pool, det, b, {{t.A, std::move(u)}}).slope.values[0];
  };
  CHECK(slope(at({0}), {7}) == 7);
  CHECK(slope(at({1, 2, 2, 4}), {5, 7, 11, 13}) == doctest::Approx(4 * 5 - 2 * 7 - 2 * 11 + 13));
  CHECK(slope(at({0, 0, 0, 0}), {5, 7, 11, 13}) == 0);
  CHECK(slope_along(t.pool, det, at({1, 2, 2, 4}), {{t.A, {5, 7, 11, 13}}}).value.values[0] == 0);
  // Rank 2 of 3: rows (1 2 3), (4 5 6), (7 8 9), adjugate (−3 6 −3; 6 −12 6; −3 6 −3).
  CHECK(slope(at({1, 4, 7, 2, 5, 8, 3, 6, 9}), {1, 0, 0, 10, 100, 0, 0, 0, 1000}) ==
        doctest::Approx(-3 + 60 - 1200 - 3000));
  // Rank 1: no slope, the bend is that of a 2×2 block. det(A + s·u + t·v) for A = e₁e₁ᵀ has st·(u₂₂v₃₃ + u₃₃v₂₂ − u₂₃v₃₂ − u₃₂v₂₃).
  const Bindings corner = at({1, 0, 0, 0, 0, 0, 0, 0, 0});
  const std::vector<double> u{1, 2, 3, 4, 5, 6, 7, 8, 9}, v{9, 1, 8, 2, 7, 3, 6, 4, 5};
  CHECK(slope(corner, u) == 0);
  CHECK(bend_along(t.pool, det, corner, {{t.A, u}}, {{t.A, v}}).values[0] ==
        doctest::Approx(5 * 5 + 9 * 7 - 8 * 3 - 6 * 4));
  CHECK(bend_along(t.pool, det, at({1, 2, 2, 4}), {{t.A, {5, 7, 11, 13}}}, {{t.A, {1, 2, 3, 4}}}).values[0] ==
        doctest::Approx(5 * 4 + 13 - 7 * 3 - 11 * 2));
  CHECK(bend_along(t.pool, det, at(std::vector<double>(9)), {{t.A, u}}, {{t.A, v}}).values[0] == 0);
}

}  // namespace gradwright
