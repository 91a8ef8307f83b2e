// Real: a number of as many binary digits as `Digits` in force say, by MPFR.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "ir/expr.h"

namespace gradwright::check {

class Real {
 public:
  Real();
  explicit Real(double);
  explicit Real(Rational);
  Real(const Real&);
  Real(Real&&) noexcept;
  Real& operator=(const Real&);
  Real& operator=(Real&&) noexcept;
  ~Real();

  Real& operator+=(const Real&);
  Real& operator-=(const Real&);
  Real& operator*=(const Real&);
  Real& operator/=(const Real&);
  friend Real operator+(Real a, const Real& b) { return a += b; }
  friend Real operator-(Real a, const Real& b) { return a -= b; }
  friend Real operator*(Real a, const Real& b) { return a *= b; }
  friend Real operator/(Real a, const Real& b) { return a /= b; }
  friend Real operator-(const Real& a) { return Real(0.0) - a; }
  friend bool operator<(const Real& a, const Real& b) { return a.compared(b) == Order::less; }
  friend bool operator>(const Real& a, const Real& b) { return b < a; }
  friend bool operator==(const Real& a, const Real& b) { return a.compared(b) == Order::equal; }
  friend bool operator<=(const Real& a, const Real& b) { return a < b || a == b; }

  [[nodiscard]] bool is_nan() const;
  [[nodiscard]] bool is_finite() const;
  [[nodiscard]] double nearest() const;
  /// Six digits: "1.92875e-22".
  [[nodiscard]] std::string text() const;
  /// e where 2^(e−1) ≤ |x| < 2^e; nothing for 0 and what is not finite.
  [[nodiscard]] std::optional<std::int64_t> exponent() const;
  /// Whether something has grown beyond all exponents since the last `forget_overflow`: exp(1e12) is a number all the same.
  [[nodiscard]] static bool has_overflowed();
  static void forget_overflow();
  [[nodiscard]] static Real power_of_two(std::int64_t exponent);
  [[nodiscard]] Real size() const;
  [[nodiscard]] Real root() const;
  [[nodiscard]] Real exp() const;
  [[nodiscard]] Real log() const;
  [[nodiscard]] static Real mapped(const MapFunction&, const Real& x, const Real& y);

  /// Binary digits of the numbers made while it lives.
  class Digits {
   public:
    explicit Digits(std::int64_t bits);
    ~Digits();
    Digits(const Digits&) = delete;
    Digits& operator=(const Digits&) = delete;

   private:
    std::int64_t before_;
  };

 private:
  enum class Order { less, equal, greater, none };
  [[nodiscard]] Order compared(const Real&) const;
  struct Number;
  std::unique_ptr<Number> number_;
};

}  // namespace gradwright::check
