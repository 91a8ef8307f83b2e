// The judge of derivatives: right ones hold, whatever their size; broken ones are caught, each by itself; what does not fit the memory is not begun.
#include "derive/verification.h"

#include <doctest/doctest.h>

#include "derive/jacobian.h"
#include "ir/make.h"

namespace gradwright {
namespace {

Expr input(Pool& pool, const char* name, const Shape& surface, Property facts = Property::none) {
  return make_input(pool, {name, Role::data, facts, surface});
}

}  // namespace

TEST_CASE("gradients together, a broken one by itself") {
  Pool pool;
  const Dim n = pool.dims().symbol("n"), one = pool.dims().one();
  const Expr x = input(pool, "x", {n, one}), a = input(pool, "A", {n, n}), s = input(pool, "s", {});
  const Expr f =
      make_einsum(pool, {}, {{x, {0}}, {a, {0, 1}}, {make_map(pool, Function::tanh, {x}), {1}}, {s, {}}}, {n, n});
  const std::vector<Expr> by{x, a, s};
  std::vector<Expr> right;
  for (const Expr variable : by) right.push_back(derivative_of(pool, f, variable));
  for (const NumericCheck& check : checked_gradients(pool, f, by, right)) {
    CHECK(check.points == 4);
    CHECK(check.beside == 4);
    CHECK(check.max_rel_error < 1e-11);
  }
  const auto broken = [&](std::size_t which, Expr wrong) {
    std::vector<Expr> claimed = right;
    claimed[which] = wrong;
    const std::vector<NumericCheck> checks = checked_gradients(pool, f, by, claimed);
    for (std::size_t i = 0; i < by.size(); ++i) CHECK(checks[i].holds() == (i != which));
  };
  broken(0, negated(pool, right[0]));
  broken(0, scaled(pool, {1001, 1000}, right[0]));
  broken(1, transposed(pool, right[1]));
  broken(1, sum_of(pool, right[1], scaled(pool, {1, 100000}, make_identity(pool, n))));
  broken(2, make_zero(pool, {}));
}

TEST_CASE("a fact of the variable does not reach the judge") {
  // L = Σ p·log p + λ(Σp − 1) at a p that sums to 1: log p + 1 + λ, and not log p + 1.
  Pool pool;
  const Dim n = pool.dims().symbol("n"), one = pool.dims().one();
  const Expr p = input(pool, "p", {n, one}, Property::prob), lambda = input(pool, "lambda", {});
  const Expr log = make_map(pool, Function::log, {p});
  const Expr less = difference_of(pool, summed_all(pool, p), make_literal(pool, 1));
  const Expr loss = sum_of(pool, summed_all(pool, hadamard(pool, {p, log})), hadamard(pool, {lambda, less}));
  const Expr ones = make_ones(pool, {n});
  const Expr without = sum_of(pool, log, ones);
  CHECK_FALSE(checked_gradients(pool, loss, {p}, {without})[0].holds());
  CHECK(checked_gradients(pool, loss, {p}, {sum_of(pool, without, broadcast(pool, lambda, {n}, {}))})[0].holds());
}

TEST_CASE("a kink leaves forward mode as the judge") {
  // relu(x) at 0, where central differences say 1/2
  Pool pool;
  const Dim n = pool.dims().symbol("n");
  const Expr x = input(pool, "x", {n, pool.dims().one()}, Property::binary);
  const Expr f = summed_all(pool, make_map(pool, Function::relu, {x}));
  const NumericCheck check = checked_gradients(pool, f, {x}, {make_map(pool, Function::step, {x})})[0];
  CHECK(check.holds());
  CHECK(check.beside < check.points);
}

TEST_CASE("Jacobians and Hessians, written out and summed") {
  for (const std::int64_t size : {0, 1, 5, 600}) {
    CAPTURE(size);
    Pool pool;
    const Dim n = size == 0 ? pool.dims().symbol("n") : pool.dims().constant(size),
              m = pool.dims().constant(size == 600 ? 500 : 3);
    const Expr b = input(pool, "B", {m, n}), x = input(pool, "x", {n, pool.dims().one()});
    Expr z = make_map(pool, Function::tanh,
                      {size == 1 ? hadamard(pool, {b, broadcast(pool, x, {m}, {})})
                                 : make_einsum(pool, {0}, {{b, {0, 1}}, {x, {1}}}, {m, n})});
    const Expr by_b = derivative_of(pool, z, b), by_x = derivative_of(pool, z, x);
    CHECK(checked_jacobian(pool, z, b, {by_b, by_b}).holds());
    CHECK(checked_jacobian(pool, z, x, {by_x, by_x}).holds());
    CHECK_FALSE(checked_jacobian(pool, z, b, {negated(pool, by_b), negated(pool, by_b)}).holds());
    const Expr cubes = summed_all(pool, make_power(pool, z, 3));
    const Expr slope = derivative_of(pool, cubes, x), bend = derivative_of(pool, slope, x),
               mixed = derivative_of(pool, slope, b);
    CHECK(checked_hessian(pool, cubes, x, x, {bend, bend}).holds());
    CHECK(checked_hessian(pool, cubes, x, b, {mixed, mixed}).holds());
    CHECK_FALSE(checked_hessian(pool, cubes, x, b, {scaled(pool, 2, mixed), scaled(pool, 2, mixed)}).holds());
  }
}

TEST_CASE("what would not fit is not begun") {
  Pool pool;
  const Dim n = pool.dims().constant(4000000000);
  const Expr x = input(pool, "x", {n, pool.dims().one()});
  const Expr square = summed_all(pool, make_power(pool, x, 2));
  const NumericCheck check = checked_gradients(pool, square, {x}, {scaled(pool, 2, x)})[0];
  CHECK(check.points == 0);
  REQUIRE(check.too_large);
  CHECK(check.too_large->bytes > 3e10);
}

}  // namespace gradwright
