// Dual numbers: a value and its slope along a direction, carried through the evaluator: forward mode, exact to rounding. The slope of every
// function is written here once more, apart from the table that the adjoint is made from: they judge each other. A Dual of Duals bends twice.
// At a kink the stated conventions hold: relu'(0) = step(0) = sign(0) = |·|'(0) = 0; of equal numbers each has its share of max and min.
// Method: Griewank & Walther, Evaluating Derivatives, 2nd ed., ch. 3.1.
#pragma once

#include <cstdint>
#include <numbers>

#include "ir/expr.h"

namespace gradwright {

template <class Number>
struct Dual {
  Number value{}, slope{};

  Dual& operator+=(const Dual& b) { return *this = *this + b; }
  Dual& operator-=(const Dual& b) { return *this = *this - b; }
  Dual& operator*=(const Dual& b) { return *this = *this * b; }
  Dual& operator/=(const Dual& b) { return *this = *this / b; }
  friend Dual operator-(const Dual& a) { return {-a.value, -a.slope}; }
  friend Dual operator+(const Dual& a, const Dual& b) { return {a.value + b.value, a.slope + b.slope}; }
  friend Dual operator-(const Dual& a, const Dual& b) { return {a.value - b.value, a.slope - b.slope}; }
  friend Dual operator*(const Dual& a, const Dual& b) {
    return {a.value * b.value, a.slope * b.value + a.value * b.slope};
  }
  friend Dual operator/(const Dual& a, const Dual& b) {
    const Number quotient = a.value / b.value;
    return {quotient, (a.slope - quotient * b.slope) / b.value};
  }
  /// Equal in value and slope; before and after by the value alone.
  friend bool operator==(const Dual& a, const Dual& b) { return a.value == b.value && a.slope == b.slope; }
  friend bool operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend bool operator>(const Dual& a, const Dual& b) { return a.value > b.value; }
  friend bool operator<=(const Dual& a, const Dual& b) { return a.value <= b.value; }
};

/// Arithmetic of Dual<Number>; Inner is that of Number.
template <class Number, class Inner>
struct DualArithmetic {
  using D = Dual<Number>;
  static D of(double x) { return {Inner::of(x), Inner::of(0.0)}; }
  static D of(Rational x) { return {Inner::of(x), Inner::of(0.0)}; }
  static double nearest(const D& x) { return Inner::nearest(x.value); }
  static D size(const D& x) { return x.value < Inner::of(0.0) ? -x : x; }
  static D exp(const D& x) { return applied({Function::exp, 0}, x, x); }
  static D log(const D& x) { return applied({Function::log, 0}, x, x); }
  static bool is_nan(const D& x) { return Inner::is_nan(x.value); }
  static D nan() { return {Inner::nan(), Inner::nan()}; }
  static D negligible() { return of(1e-13); }
  static D vanished(const D& x) { return {Inner::vanished(x.value), x.slope}; }
  static D shared(const D& x, const D& y, std::int64_t count) {
    const Number before = Inner::of(static_cast<double>(count));
    return {Inner::shared(x.value, y.value, count), (before * x.slope + y.slope) / (before + Inner::of(1.0))};
  }
  static auto mapped(const MapFunction& map) {
    return [map](const D& x, const D& y) { return applied(map, x, y); };
  }

  static D applied(const MapFunction& map, const D& x, const D& y) {
    const Number zero = Inner::of(0.0);
    const Number value = Inner::applied(map, x.value, y.value);
    Number slope = zero;  // what does not move adds nothing, however steep the function is there
    if (!(x.slope == zero)) slope += slope_by_first(map, x.value, y.value) * x.slope;
    if (is_of_two(map.function) && !(y.slope == zero)) slope += slope_by_second(map, x.value, y.value) * y.slope;
    return {value, slope};
  }

 private:
  static bool is_of_two(Function function) {
    return function == Function::pow || function == Function::max || function == Function::min ||
           function == Function::greater || function == Function::greater_equal || function == Function::equal;
  }
  static Number f(Function function, const Number& x) { return Inner::applied({function, 0}, x, x); }
  static Number n(double x) { return Inner::of(x); }
  static Number squared(const Number& x) { return x * x; }
  /// 1 where a is above b, 1/2 where they are equal.
  static Number share(const Number& a, const Number& b) { return a > b ? n(1) : a < b ? n(0) : n(0.5); }
  /// 1/(4·cosh²(x/2))
  static Number logistic_density(const Number& x) { return n(0.25) / squared(f(Function::cosh, n(0.5) * x)); }

  static Number slope_by_first(const MapFunction& map, const Number& x, const Number& y) {
    const bool is_above = x > n(0);
    switch (map.function) {
      case Function::exp:
      case Function::expm1: return f(Function::exp, x);
      case Function::log: return n(1) / x;
      case Function::log1p: return n(1) / (n(1) + x);
      case Function::sqrt: return n(0.5) / f(Function::sqrt, x);
      case Function::abs: return is_above ? n(1) : x < n(0) ? n(-1) : n(0);
      case Function::sin: return f(Function::cos, x);
      case Function::cos: return -f(Function::sin, x);
      case Function::tan: return n(1) / squared(f(Function::cos, x));
      case Function::asin: return n(1) / f(Function::sqrt, (n(1) - x) * (n(1) + x));
      case Function::acos: return n(-1) / f(Function::sqrt, (n(1) - x) * (n(1) + x));
      case Function::atan: return n(1) / (n(1) + squared(x));
      case Function::sinh: return f(Function::cosh, x);
      case Function::cosh: return f(Function::sinh, x);
      case Function::tanh: return n(1) / squared(f(Function::cosh, x));
      case Function::erf: return n(2 * std::numbers::inv_sqrtpi) * f(Function::exp, -squared(x));
      case Function::sigmoid: return logistic_density(x);
      case Function::relu: return is_above ? n(1) : n(0);
      case Function::leaky_relu: return is_above ? n(1) : n(0.01);
      case Function::elu: return f(Function::exp, Inner::applied({Function::min, 0}, x, n(0)));
      case Function::gelu: {
        const Number below = n(0.5) * (n(1) + f(Function::erf, n(std::numbers::sqrt2 / 2) * x));
        return below + n(std::numbers::inv_sqrtpi / std::numbers::sqrt2) * x * f(Function::exp, n(-0.5) * squared(x));
      }
      case Function::silu: return f(Function::sigmoid, x) + x * logistic_density(x);
      case Function::softplus: return f(Function::sigmoid, x);
      case Function::power: {
        const Rational lowered = map.parameter - Rational(1);
        const Number below =
            lowered.overflowed() ? Inner::applied(map, x, x) / x : Inner::applied({Function::power, lowered}, x, x);
        return n(map.parameter.to_double()) * below;
      }
      case Function::pow: return y * Inner::applied({Function::pow, 0}, x, y - n(1));
      case Function::max: return share(x, y);
      case Function::min: return share(y, x);
      case Function::sign:
      case Function::step:
      case Function::greater:
      case Function::greater_equal:
      case Function::equal: break;
    }
    return n(0);
  }

  static Number slope_by_second(const MapFunction& map, const Number& x, const Number& y) {
    switch (map.function) {
      case Function::pow: return Inner::applied(map, x, y) * f(Function::log, x);
      case Function::max: return share(y, x);
      case Function::min: return share(x, y);
      default: return n(0);
    }
  }
};

}  // namespace gradwright
