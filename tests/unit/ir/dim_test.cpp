// Sizes: equal polynomials are one id, definitions replace symbols, values are exact or nothing.
#include "ir/dim.h"

#include <doctest/doctest.h>

#include <limits>

namespace gradwright {

TEST_CASE("equal polynomials are one dim") {
  DimTable dims;
  const Dim n = dims.symbol("n");
  const Dim m = dims.symbol("m");
  CHECK(dims.symbol("n") == n);
  CHECK(n != m);
  CHECK(dims.sum(n, m) == dims.sum(m, n));
  CHECK(dims.product(n, m) == dims.product(m, n));
  CHECK(dims.sum(n, n, -1) == dims.constant(0));
  const Dim n1 = dims.sum(n, dims.one());
  // (n + 1)(n − 1) = n² − 1
  CHECK(dims.product(n1, dims.sum(n, dims.one(), -1)) == dims.sum(dims.product(n, n), dims.one(), -1));
  // (n + m)² = n² + 2nm + m²
  const Dim sum = dims.sum(n, m);
  CHECK(dims.product(sum, sum) == dims.sum(dims.sum(dims.product(n, n), dims.product(m, m)), dims.product(n, m), 2));
  CHECK(dims.product(n, dims.one()) == n);
  CHECK(dims.product(n, dims.constant(0)) == dims.constant(0));
  CHECK(dims.is_one(dims.sum(n1, n, -1)));
}

TEST_CASE("text of a dim") {
  DimTable dims;
  const Dim n = dims.symbol("n");
  const Dim d = dims.symbol("d");
  CHECK(dims.to_string(dims.constant(0)) == "0");
  CHECK(dims.to_string(dims.constant(-4)) == "-4");
  CHECK(dims.to_string(n) == "n");
  CHECK(dims.to_string(dims.sum(dims.one(), d, 2)) == "2*d + 1");
  CHECK(dims.to_string(dims.sum(dims.sum(dims.constant(0), n, -1), dims.product(d, d))) == "d*d - n");
  CHECK(dims.to_string(dims.sum(dims.constant(-1), n, -3)) == "-3*n - 1");
}

TEST_CASE("a definition replaces its symbol and names its value") {
  DimTable dims;
  const Dim d = dims.symbol("d", {4, 5});
  const Dim twice = dims.sum(d, d);
  REQUIRE(dims.define("h", twice, {10, 20}));
  CHECK(dims.symbol("h") == twice);
  CHECK(dims.to_string(twice) == "h");
  CHECK(dims.define("h", twice, {}));                          // said twice
  CHECK_FALSE(dims.define("h", dims.constant(3), {}));         // another value
  CHECK_FALSE(dims.define("d", dims.sum(d, dims.one()), {}));  // by itself
  CHECK_FALSE(dims.define("d", twice, {}));
  REQUIRE(dims.equalities().size() == 1);
  CHECK(dims.equalities()[0].value == twice);
  CHECK(dims.equalities()[0].reason == Span{10, 20});
  CHECK(dims.symbol_name(dims.equalities()[0].symbol) == "h");
  CHECK(dims.symbols() == std::vector<std::string>{"d"});
  CHECK(dims.has_symbol("h"));
  CHECK_FALSE(dims.has_symbol("g"));
  REQUIRE(dims.define("k", dims.constant(7), {}));
  CHECK(dims.constant_value(dims.symbol("k")) == 7);
  CHECK(dims.to_string(dims.symbol("k")) == "7");
}

TEST_CASE("values") {
  DimTable dims;
  const Dim n = dims.symbol("n");
  const Dim m = dims.symbol("m");
  const Dim area = dims.sum(dims.product(n, m), n, -2);
  CHECK(dims.value(area, {{"n", 5}, {"m", 7}}) == 25);
  CHECK(dims.value(area, {{"n", 5}}) == std::nullopt);
  CHECK(dims.value(dims.constant(9), {}) == 9);
  CHECK(dims.constant_value(dims.constant(0)) == 0);
  CHECK(dims.constant_value(n) == std::nullopt);
}

TEST_CASE("beyond 64 bits there is no value") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  DimTable dims;
  const Dim n = dims.symbol("n");
  CHECK(dims.value(dims.product(n, n), {{"n", std::int64_t{1} << 32}}) == std::nullopt);
  CHECK(dims.value(dims.sum(n, dims.one()), {{"n", most}}) == std::nullopt);
  CHECK(dims.value(n, {{"n", most}}) == most);
  CHECK(dims.exact_product(dims.constant(most), dims.constant(2)) == std::nullopt);
  CHECK(dims.exact_product(dims.constant(most), n).has_value());
  CHECK(dims.exact_product(dims.constant(3), dims.constant(-5)) == dims.constant(-15));
}

TEST_CASE("a fingerprint is the same in every table") {
  DimTable here;
  DimTable there;
  (void)there.symbol("m");
  const auto size = [](DimTable& dims) {
    return dims.sum(dims.product(dims.symbol("n"), dims.symbol("m")), dims.symbol("m"), 3);
  };
  const Dim a = size(here);
  const Dim b = size(there);
  CHECK(here.fingerprint(a) == there.fingerprint(b));
  CHECK(here.fingerprint(a) != here.fingerprint(here.symbol("n")));
  CHECK(here.fingerprint(here.symbol("n")) != here.fingerprint(here.symbol("m")));
}

}  // namespace gradwright
