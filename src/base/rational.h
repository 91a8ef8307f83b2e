// Exact rationals with 64-bit numerator and denominator.
// A result that does not fit is the *overflowed* rational (0/0); it absorbs every operation and compares equal to itself,
// so arithmetic stays total and the caller asks once, at the end, whether anything was lost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace gradwright {

class Rational {
 public:
  constexpr Rational() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): an integer is a rational.
  constexpr Rational(std::int64_t value) : num_(value) {}
  /// num/den in lowest terms with a positive denominator; overflowed when den is 0.
  Rational(std::int64_t num, std::int64_t den);
  [[nodiscard]] static Rational overflow();

  [[nodiscard]] std::int64_t num() const { return num_; }
  [[nodiscard]] std::int64_t den() const { return den_; }
  [[nodiscard]] bool overflowed() const { return den_ == 0; }
  [[nodiscard]] bool is_zero() const { return num_ == 0 && den_ != 0; }
  [[nodiscard]] bool is_one() const { return num_ == 1 && den_ == 1; }
  [[nodiscard]] bool is_integer() const { return den_ == 1; }
  [[nodiscard]] bool is_negative() const { return num_ < 0; }
  [[nodiscard]] double to_double() const;
  /// `-3`, `1/2`, and `0.01` where the decimal is exact and short: what the worksheet language reads back.
  [[nodiscard]] std::string to_string() const;

  friend Rational operator+(Rational a, Rational b);
  friend Rational operator-(Rational a, Rational b);
  friend Rational operator*(Rational a, Rational b);
  /// Overflowed when b is 0.
  friend Rational operator/(Rational a, Rational b);
  friend Rational operator-(Rational a);
  friend bool operator==(const Rational&, const Rational&) = default;
  friend bool operator<(Rational a, Rational b);

  /// base^exponent by repeated squaring.
  [[nodiscard]] static Rational power(Rational base, std::int64_t exponent);
  /// A decimal literal (`12`, `0.5`, `1e-3`); nothing when it does not fit.
  [[nodiscard]] static std::optional<Rational> from_decimal(const std::string& text);

 private:
  std::int64_t num_ = 0;
  std::int64_t den_ = 1;
};

}  // namespace gradwright
