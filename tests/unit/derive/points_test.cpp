// The points at which formulas are tried: at sizes that have what the formula reads.
#include "derive/points.h"

#include <doctest/doctest.h>

#include <cmath>

#include "derive/verification.h"
#include "ir/make.h"

namespace gradwright {
namespace {

/// Sizes that fit where m is n only: windows of m in n entries, and of n in m.
struct Windows {
  Pool pool;
  Expr a, b;
  Windows() {
    DimTable& dims = pool.dims();
    const Dim m = dims.symbol("m"), n = dims.symbol("n"), one = dims.one();
    a = make_input(pool, {"a", Role::data, Property::none, {dims.sum(dims.sum(m, n, -1), one), one}});
    b = make_input(pool, {"b", Role::data, Property::none, {dims.sum(dims.sum(n, m, -1), one), one}});
  }
};

}  // namespace

TEST_CASE("sizes are different where they can be, and the same where nothing else fits") {
  Windows at;
  Pool& pool = at.pool;
  const std::vector<Expr> both = reachable(pool, {at.a, at.b});
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const DimValues one = random_sizes(pool, {at.a}, seed);
    CHECK(one.at("m") > one.at("n"));
    const DimValues sizes = random_sizes(pool, {at.a, at.b}, seed);
    REQUIRE(sizes_fit(pool, both, sizes));
    CHECK(sizes.at("m") == sizes.at("n"));
  }
}

TEST_CASE("sizes are small where a formula has many axes, as far as they are open") {
  Pool pool;
  DimTable& dims = pool.dims();
  const Dim m = dims.symbol("m"), n = dims.symbol("n");
  const Expr large = make_input(pool, {"T", Role::data, Property::none, {m, m, m, m, m, m, n, n, n, n}});
  const Expr fixed = make_input(pool, {"A", Role::data, Property::none, {dims.constant(3000), dims.constant(3000)}});
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const DimValues sizes = random_sizes(pool, {large}, seed);
    CHECK(sizes.at("m") != sizes.at("n"));
    CHECK(std::pow(sizes.at("m"), 6) * std::pow(sizes.at("n"), 4) <= 2e6);
    CHECK(sizes_fit(pool, {fixed}, random_sizes(pool, {fixed}, seed)));
  }
}

TEST_CASE("a derivative is held against its value at sizes that fit, or at none") {
  Windows at;
  Pool& pool = at.pool;
  DimTable& dims = pool.dims();
  const Expr f =
      make_einsum(pool, {}, {{at.a, {0}}, {at.a, {0}}, {at.b, {1}}}, {pool.shape(at.a)[0], pool.shape(at.b)[0]});
  const Expr wrong = make_zero(pool, Shape(pool.shape(at.a)));
  const NumericCheck found = checked_gradients(pool, f, {at.a}, {wrong})[0];
  CHECK(found.points > 0);
  CHECK_FALSE(found.holds());
  // R[m − n] and R[n − m] have entries at no sizes at all
  const Dim m = dims.symbol("m"), n = dims.symbol("n"), one = dims.one();
  const Expr c = make_input(pool, {"c", Role::data, Property::none, {dims.sum(m, n, -1), one}});
  const Expr d = make_input(pool, {"d", Role::data, Property::none, {dims.sum(n, m, -1), one}});
  const Expr g = make_einsum(pool, {}, {{c, {0}}, {d, {1}}}, {pool.shape(c)[0], pool.shape(d)[0]});
  CHECK(checked_gradients(pool, g, {c}, {make_zero(pool, Shape(pool.shape(c)))})[0].points == 0);
}

}  // namespace gradwright
