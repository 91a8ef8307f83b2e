#include "base/rational.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <vector>

using gradwright::Rational;

namespace {

constexpr std::int64_t biggest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();

std::vector<Rational> some_rationals() {
  std::vector<Rational> values{
      0, 1, -1, 2, Rational(1, 2), Rational(-3, 7), biggest, Rational(1, biggest), Rational::overflow()};
  std::mt19937 random(1);
  std::uniform_int_distribution<std::int64_t> small(-50, 50);
  for (int i = 0; i < 12; ++i) values.emplace_back(small(random), small(random) * 2 + 1);
  return values;
}

}  // namespace

TEST_CASE("a rational is kept in lowest terms with a positive denominator") {
  CHECK(Rational(6, 4) == Rational(3, 2));
  CHECK(Rational(3, -6) == Rational(-1, 2));
  CHECK(Rational(-3, -6) == Rational(1, 2));
  CHECK(Rational(0, -5) == Rational(0));
  CHECK(Rational(0, 5).den() == 1);
  CHECK(Rational(12, 4).is_integer());
  CHECK(Rational(7, 7).is_one());
  CHECK(Rational().is_zero());
  CHECK(Rational(1, -2).is_negative());
  CHECK_FALSE(Rational(0).is_negative());
}

TEST_CASE("the four operations are exact") {
  const Rational half(1, 2), third(1, 3);
  CHECK(half + third == Rational(5, 6));
  CHECK(half - third == Rational(1, 6));
  CHECK(half * third == Rational(1, 6));
  CHECK(half / third == Rational(3, 2));
  CHECK(-half == Rational(-1, 2));
  CHECK(half / Rational(-1, 3) == Rational(-3, 2));
  CHECK(third < half);
  CHECK(-half < third);
  CHECK_FALSE(half < half);
  CHECK(Rational(1, 4).to_double() == 0.25);
}

TEST_CASE("operations obey the laws of a field wherever nothing overflows") {
  const std::vector<Rational> values = some_rationals();
  for (const Rational a : values) {
    for (const Rational b : values) {
      CAPTURE(a.to_string());
      CAPTURE(b.to_string());
      CHECK(a + b == b + a);
      CHECK(a * b == b * a);
      if (a.overflowed() || b.overflowed()) continue;
      if (!(a - b).overflowed() && !(a - b + b).overflowed()) CHECK(a - b + b == a);
      if (!b.is_zero() && !(a / b).overflowed()) CHECK(a / b * b == a);
      CHECK((a < b) + (b < a) + (a == b) == 1);
    }
  }
}

TEST_CASE("a large intermediate result is no loss when the end fits") {
  const Rational big(biggest);
  CHECK(big * Rational(1, biggest) == Rational(1));
  CHECK(Rational(1, biggest) + Rational(1, biggest) == Rational(2, biggest));
  CHECK(Rational(biggest, 3) * Rational(3, biggest) == Rational(1));
  CHECK(big - big == Rational(0));
}

TEST_CASE("what does not fit is the overflowed rational") {
  const Rational big(biggest);
  CHECK((big + Rational(1)).overflowed());
  CHECK((-big - Rational(1)).overflowed());
  CHECK((big * Rational(2)).overflowed());
  CHECK((Rational(1, biggest) * Rational(1, 2)).overflowed());
  CHECK(Rational(1, 0).overflowed());
  CHECK((Rational(1) / Rational(0)).overflowed());
  CHECK(Rational(smallest, 2).overflowed());
  CHECK(Rational(2, smallest).overflowed());
  CHECK_FALSE((-big).overflowed());
}

TEST_CASE("the overflowed rational absorbs every operation and equals itself") {
  const Rational lost = Rational::overflow();
  CHECK(lost == Rational::overflow());
  CHECK(lost != Rational(0));
  CHECK_FALSE(lost.is_zero());
  CHECK_FALSE(lost.is_integer());
  for (const Rational a : some_rationals()) {
    CAPTURE(a.to_string());
    CHECK((a + lost).overflowed());
    CHECK((lost - a).overflowed());
    CHECK((a * lost).overflowed());
    CHECK((a / lost).overflowed());
    CHECK((lost / a).overflowed());
  }
  CHECK((-lost).overflowed());
  CHECK(Rational::power(lost, 2).overflowed());
}

TEST_CASE("powers, by repeated squaring") {
  CHECK(Rational::power(Rational(2), 10) == Rational(1024));
  CHECK(Rational::power(Rational(-2, 3), 3) == Rational(-8, 27));
  CHECK(Rational::power(Rational(2, 3), -2) == Rational(9, 4));
  CHECK(Rational::power(Rational(5), 0) == Rational(1));
  CHECK(Rational::power(Rational(0), 0) == Rational(1));
  CHECK(Rational::power(Rational(0), -1).overflowed());
  CHECK(Rational::power(Rational(2), 62) == Rational(std::int64_t{1} << 62));
  CHECK(Rational::power(Rational(2), 63).overflowed());
  CHECK(Rational::power(Rational(2), -62) == Rational(1, std::int64_t{1} << 62));
  CHECK(Rational::power(Rational(10), biggest).overflowed());
  CHECK(Rational::power(Rational(-1), biggest) == Rational(-1));
}

TEST_CASE("printing: integers, fractions, and decimals where they are exact and short") {
  CHECK(Rational(-3).to_string() == "-3");
  CHECK(Rational(1, 2).to_string() == "1/2");
  CHECK(Rational(-2, 3).to_string() == "-2/3");
  CHECK(Rational(1, 10).to_string() == "0.1");
  CHECK(Rational(1, 100).to_string() == "0.01");
  CHECK(Rational(-1, 1000).to_string() == "-0.001");
  CHECK(Rational(123, 100).to_string() == "1.23");
  CHECK(Rational(1, 16).to_string() == "0.0625");
  CHECK(Rational(1, 1000000).to_string() == "0.000001");
  CHECK(Rational(1, 10000000).to_string() == "1/10000000");
  CHECK(Rational(1, 12).to_string() == "1/12");
  CHECK(Rational(biggest, 10).to_string() == "922337203685477580.7");
  CHECK(Rational(biggest, 16).to_string() == "9223372036854775807/16");  // the decimal's digits do not fit
}

TEST_CASE("decimal literals are read exactly") {
  CHECK(Rational::from_decimal("12") == Rational(12));
  CHECK(Rational::from_decimal("0.5") == Rational(1, 2));
  CHECK(Rational::from_decimal(".25") == Rational(1, 4));
  CHECK(Rational::from_decimal("3.") == Rational(3));
  CHECK(Rational::from_decimal("1e-3") == Rational(1, 1000));
  CHECK(Rational::from_decimal("2.5E2") == Rational(250));
  CHECK(Rational::from_decimal("1e+2") == Rational(100));
  CHECK(Rational::from_decimal("0.1") == Rational(1, 10));
  CHECK(Rational::from_decimal("9223372036854775807") == Rational(biggest));
}

TEST_CASE("a decimal literal that does not fit gives nothing") {
  CHECK_FALSE(Rational::from_decimal("9223372036854775808").has_value());
  CHECK_FALSE(Rational::from_decimal("1e19").has_value());
  CHECK_FALSE(Rational::from_decimal("1e-19").has_value());
  CHECK_FALSE(Rational::from_decimal("1e99999").has_value());
}

TEST_CASE("a short decimal prints as it was read") {
  for (const char* text : {"0.1", "0.01", "-3", "12", "1.23", "0.000001", "0.0625"}) {
    const std::string digits = text[0] == '-' ? text + 1 : text;
    const auto value = Rational::from_decimal(digits);
    REQUIRE(value.has_value());
    CHECK((text[0] == '-' ? -*value : *value).to_string() == text);
  }
}
