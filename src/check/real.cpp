#include "check/real.h"

#include <mpfr.h>

#include <array>
#include <utility>

namespace gradwright::check {

struct Real::Number {
  mpfr_t it;
  Number() { mpfr_init(it); }
  ~Number() { mpfr_clear(it); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
};

namespace {

constexpr mpfr_rnd_t nearest_rounding = MPFR_RNDN;

}  // namespace

Real::Real() : number_(std::make_unique<Number>()) {}
Real::Real(double x) : Real() { mpfr_set_d(number_->it, x, nearest_rounding); }
Real::Real(Rational x) : Real() {
  mpfr_set_si(number_->it, x.num(), nearest_rounding);
  mpfr_div_si(number_->it, number_->it, x.den(), nearest_rounding);  // 0/0 where it overflowed
}
Real::Real(const Real& other) : Real() { mpfr_set(number_->it, other.number_->it, nearest_rounding); }
Real::Real(Real&&) noexcept = default;
Real& Real::operator=(const Real& other) {
  if (this == &other) return *this;
  if (number_ == nullptr) number_ = std::make_unique<Number>();
  mpfr_set(number_->it, other.number_->it, nearest_rounding);
  return *this;
}
Real& Real::operator=(Real&&) noexcept = default;
Real::~Real() = default;

Real& Real::operator+=(const Real& other) {
  mpfr_add(number_->it, number_->it, other.number_->it, nearest_rounding);
  return *this;
}
Real& Real::operator-=(const Real& other) {
  mpfr_sub(number_->it, number_->it, other.number_->it, nearest_rounding);
  return *this;
}
Real& Real::operator*=(const Real& other) {
  mpfr_mul(number_->it, number_->it, other.number_->it, nearest_rounding);
  return *this;
}
Real& Real::operator/=(const Real& other) {
  mpfr_div(number_->it, number_->it, other.number_->it, nearest_rounding);
  return *this;
}

Real::Order Real::compared(const Real& other) const {
  if (is_nan() || other.is_nan()) return Order::none;
  const int sign = mpfr_cmp(number_->it, other.number_->it);
  return sign < 0 ? Order::less : sign > 0 ? Order::greater : Order::equal;
}

bool Real::is_nan() const { return mpfr_nan_p(number_->it) != 0; }
bool Real::is_finite() const { return mpfr_number_p(number_->it) != 0; }
double Real::nearest() const { return mpfr_get_d(number_->it, nearest_rounding); }

std::string Real::text() const {
  std::array<char, 64> buffer{};
  mpfr_snprintf(buffer.data(), buffer.size(), "%.6Rg", number_->it);
  return buffer.data();
}

std::optional<std::int64_t> Real::exponent() const {
  if (mpfr_regular_p(number_->it) == 0) return std::nullopt;
  return mpfr_get_exp(number_->it);
}

bool Real::has_overflowed() { return mpfr_overflow_p() != 0; }
void Real::forget_overflow() { mpfr_clear_overflow(); }

Real Real::power_of_two(std::int64_t exponent) {
  Real made(1.0);
  mpfr_mul_2si(made.number_->it, made.number_->it, exponent, nearest_rounding);
  return made;
}

Real Real::size() const {
  Real made;
  mpfr_abs(made.number_->it, number_->it, nearest_rounding);
  return made;
}
Real Real::root() const {
  Real made;
  mpfr_sqrt(made.number_->it, number_->it, nearest_rounding);
  return made;
}
Real Real::exp() const {
  Real made;
  mpfr_exp(made.number_->it, number_->it, nearest_rounding);
  return made;
}
Real Real::log() const {
  Real made;
  mpfr_log(made.number_->it, number_->it, nearest_rounding);
  return made;
}

Real Real::mapped(const MapFunction& map, const Real& x, const Real& y) {
  Real made;
  const auto by = [&](auto function) {
    function(made.number_->it, x.number_->it, nearest_rounding);
    return std::move(made);
  };
  const Real zero(0.0);
  const Real one(1.0);
  const bool is_above = x > zero;
  const auto sigmoid = [&](const Real& at) { return one / (one + (-at).exp()); };
  const auto truth = [&](bool holds) { return holds ? one : zero; };
  switch (map.function) {
    case Function::exp: return by(mpfr_exp);
    case Function::log: return by(mpfr_log);
    case Function::log1p: return by(mpfr_log1p);
    case Function::expm1: return by(mpfr_expm1);
    case Function::sqrt: return by(mpfr_sqrt);
    case Function::abs: return x.size();
    case Function::sign: return is_above ? one : x < zero ? -one : zero;
    case Function::step: return truth(is_above);
    case Function::sin: return by(mpfr_sin);
    case Function::cos: return by(mpfr_cos);
    case Function::tan: return by(mpfr_tan);
    case Function::asin: return by(mpfr_asin);
    case Function::acos: return by(mpfr_acos);
    case Function::atan: return by(mpfr_atan);
    case Function::sinh: return by(mpfr_sinh);
    case Function::cosh: return by(mpfr_cosh);
    case Function::tanh: return by(mpfr_tanh);
    case Function::erf: return by(mpfr_erf);
    case Function::sigmoid: return sigmoid(x);
    case Function::relu: return is_above ? x : zero;
    case Function::leaky_relu: return is_above ? x : Real(Rational(1, 100)) * x;
    case Function::elu: return is_above ? x : by(mpfr_expm1);
    case Function::gelu: {
      const Real scaled = x * Real(Rational(1, 2)).root();
      mpfr_erf(made.number_->it, scaled.number_->it, nearest_rounding);
      return Real(Rational(1, 2)) * x * (one + made);
    }
    case Function::silu: return x * sigmoid(x);
    case Function::softplus: {
      const Real small = (-x.size()).exp();
      mpfr_log1p(made.number_->it, small.number_->it, nearest_rounding);
      return is_above ? x + made : made;
    }
    case Function::power: {
      if (map.parameter.is_integer())
        mpfr_pow_si(made.number_->it, x.number_->it, map.parameter.num(), nearest_rounding);
      else
        mpfr_pow(made.number_->it, x.number_->it, Real(map.parameter).number_->it, nearest_rounding);
      return made;
    }
    case Function::pow: mpfr_pow(made.number_->it, x.number_->it, y.number_->it, nearest_rounding); return made;
    case Function::max: return x > y || x.is_nan() ? x : y;
    case Function::min: return x < y || x.is_nan() ? x : y;
    case Function::greater: return truth(x > y);
    case Function::greater_equal: return truth(y <= x);
    case Function::equal: return truth(x == y);
  }
  return made;
}

Real::Digits::Digits(std::int64_t bits) : before_(mpfr_get_default_prec()) { mpfr_set_default_prec(bits); }
Real::Digits::~Digits() { mpfr_set_default_prec(before_); }

}  // namespace gradwright::check
