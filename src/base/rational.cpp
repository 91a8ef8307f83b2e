#include "base/rational.h"

#include <array>
#include <cctype>
#include <cstdlib>
#include <limits>

namespace gradwright {
namespace {

__extension__ typedef __int128 Wide;

Rational reduced(Wide num, Wide den) {
  if (den == 0) return Rational::overflow();
  if (den < 0) {
    num = -num;
    den = -den;
  }
  Wide a = num < 0 ? -num : num;
  Wide b = den;
  while (b != 0) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  if (a > 1) {
    num /= a;
    den /= a;
  }
  // The most negative value is left out, so that negation is always exact.
  constexpr Wide limit = std::numeric_limits<std::int64_t>::max();
  if (num > limit || num < -limit || den > limit) return Rational::overflow();
  return {static_cast<std::int64_t>(num), static_cast<std::int64_t>(den)};
}

std::int64_t greatest_common_divisor(std::int64_t a, std::int64_t b) {
  while (b != 0) {
    const std::int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a < 0 ? -a : a;
}

}  // namespace

Rational::Rational(std::int64_t num, std::int64_t den) : num_(num), den_(den) {
  if (den == 0 || num == std::numeric_limits<std::int64_t>::min() || den == std::numeric_limits<std::int64_t>::min()) {
    num_ = 0;
    den_ = 0;
    return;
  }
  const std::int64_t divisor = greatest_common_divisor(num, den);
  num_ /= divisor;
  den_ /= divisor;
  if (den_ < 0) {
    num_ = -num_;
    den_ = -den_;
  }
}

Rational Rational::overflow() {
  Rational value;
  value.num_ = 0;
  value.den_ = 0;
  return value;
}

double Rational::to_double() const { return static_cast<double>(num_) / static_cast<double>(den_); }

std::string Rational::to_string() const {
  if (den_ == 1) return std::to_string(num_);
  if (den_ >= 10) {
    // Short exact decimals: den divides a power of ten up to 10^6.
    std::int64_t scale = 10;
    for (int digits = 1; digits <= 6; ++digits, scale *= 10) {
      if (scale % den_ != 0) continue;
      const Rational scaled = *this * Rational(scale);
      if (scaled.overflowed()) break;
      std::string text = std::to_string(std::llabs(scaled.num()));
      while (static_cast<int>(text.size()) <= digits) text.insert(text.begin(), '0');
      text.insert(text.size() - static_cast<std::size_t>(digits), ".");
      return (num_ < 0 ? "-" : "") + text;
    }
  }
  return std::to_string(num_) + "/" + std::to_string(den_);
}

Rational operator+(Rational a, Rational b) {
  if (a.overflowed() || b.overflowed()) return Rational::overflow();
  return reduced(Wide{a.num_} * b.den_ + Wide{b.num_} * a.den_, Wide{a.den_} * b.den_);
}
Rational operator-(Rational a) {
  a.num_ = -a.num_;
  return a;
}
Rational operator-(Rational a, Rational b) { return a + (-b); }
Rational operator*(Rational a, Rational b) {
  if (a.overflowed() || b.overflowed()) return Rational::overflow();
  return reduced(Wide{a.num_} * b.num_, Wide{a.den_} * b.den_);
}
Rational operator/(Rational a, Rational b) {
  if (a.overflowed() || b.overflowed()) return Rational::overflow();
  return reduced(Wide{a.num_} * b.den_, Wide{a.den_} * b.num_);
}
bool operator<(Rational a, Rational b) { return Wide{a.num_} * b.den_ < Wide{b.num_} * a.den_; }

Rational Rational::power(Rational base, std::int64_t exponent) {
  if (exponent < 0) return Rational(1) / power(base, -exponent);
  Rational result(1);
  for (; exponent > 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result = result * base;
    if (exponent > 1) base = base * base;
    if (result.overflowed() || base.overflowed()) return overflow();
  }
  return result;
}

std::optional<Rational> Rational::from_decimal(const std::string& text) {
  Rational value;
  std::int64_t exponent = 0;
  bool after_point = false;
  std::size_t i = 0;
  for (; i < text.size() && (std::isdigit(static_cast<unsigned char>(text[i])) != 0 || text[i] == '.'); ++i) {
    if (text[i] == '.') {
      after_point = true;
      continue;
    }
    value = value * Rational(10) + Rational(text[i] - '0');
    if (after_point) --exponent;
    if (value.overflowed()) return std::nullopt;
  }
  if (i < text.size()) {  // the exponent: e-3
    const std::string digits = text.substr(i + 1);
    if (digits.size() > 4) return std::nullopt;
    exponent += std::strtol(digits.c_str(), nullptr, 10);
  }
  value = value * power(Rational(10), exponent);
  if (value.overflowed()) return std::nullopt;
  return value;
}

}  // namespace gradwright
