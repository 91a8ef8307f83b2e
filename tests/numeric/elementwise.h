// Elementwise functions as LLVM compiles them, in all lanes of a vector, and as C, and how far they are from the exact value.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "emit/llvm.h"
#include "run/compiler.h"
#include "run/executable.h"

namespace gradwright {

struct Measured {
  Op op;
  const char* name;
  double low, high;  ///< outside, float32 gives the limit of the function, or nan
};

constexpr Measured measured_functions[] = {{Op::exp, "exp", -104, 89},
                                           {Op::log, "log", 0, INFINITY},
                                           {Op::log1p, "log1p", -1, INFINITY},
                                           {Op::expm1, "expm1", -104, 89},
                                           {Op::tanh, "tanh", -INFINITY, INFINITY},
                                           {Op::sigmoid, "sigmoid", -104, 104},
                                           {Op::erf, "erf", -INFINITY, INFINITY},
                                           {Op::softplus, "softplus", -104, INFINITY}};

/// In twice the precision of what is measured.
template <class Wide>
Wide exact(Op op, Wide x) {
  switch (op) {
    case Op::exp: return std::exp(x);
    case Op::log: return std::log(x);
    case Op::log1p: return std::log1p(x);
    case Op::expm1: return std::expm1(x);
    case Op::tanh: return std::tanh(x);
    case Op::sigmoid: return 1 / (1 + std::exp(-x));
    case Op::erf: return std::erf(x);
    default: return std::max<Wide>(x, 0) + std::log1p(std::exp(-std::fabs(x)));
  }
}

/// In units of the last place of the exact value.
template <class Real, class Wide>
double error_in_ulp(Real found, Wide wanted) {
  const Real nearest = static_cast<Real>(wanted);
  if (std::isnan(wanted) || std::isnan(found)) return std::isnan(wanted) && std::isnan(found) ? 0 : INFINITY;
  if (found == nearest) return 0;
  if (std::isinf(found) || std::isinf(nearest)) return INFINITY;
  const int exponent = std::max(std::ilogb(wanted), std::numeric_limits<Real>::min_exponent - 1);
  const Wide place = std::ldexp(Wide{1}, exponent - (std::numeric_limits<Real>::digits - 1));
  return static_cast<double>(std::fabs(static_cast<Wide>(found) - wanted) / place);
}

template <class Real>
using Elementwise = void (*)(const Real*, Real*, long long);

/// One function of each, `f_exp` …; the text must hold no two functions of one name.
template <class Real>
tl::expected<Executable, Diagnostic> elementwise_function(Op op, const VectorUnit& unit) {
  LlvmOptions options;
  options.precision = sizeof(Real) == 4 ? Precision::float32 : Precision::float64;
  options.unit = unit;
  CompileOptions compile;
  compile.use_cache = false;
  return Executable::of_llvm(llvm_elementwise(op, "f", options), compile);
}

/// The same as C; `flags` come after those of compiled programs.
template <class Real>
tl::expected<Executable, Diagnostic> elementwise_in_c(Op op, int optimisation = 3,
                                                      const std::vector<std::string>& flags = {}) {
  CompileOptions compile;
  compile.use_cache = false;
  compile.optimisation = optimisation;
  compile.flags = flags;
  return Executable::of(c_elementwise(op, "f", sizeof(Real) == 4 ? Precision::float32 : Precision::float64), compile);
}

struct Error {
  double ulp = 0;
  double at = 0;
};

/// The largest error over `x`, which holds a multiple of 64 numbers.
template <class Real, class Wide>
void worsen(Error& worst, Op op, Elementwise<Real> f, const std::vector<Real>& x, std::vector<Real>& y) {
  f(x.data(), y.data(), static_cast<long long>(x.size()));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double error = error_in_ulp(y[i], exact(op, static_cast<Wide>(x[i])));
    if (error > worst.ulp) worst = {error, static_cast<double>(x[i])};
  }
}

/// Over every `stride`-th number of float32 in the range, from the `first`.
inline Error largest_error_single(const Measured& it, Elementwise<float> f, std::uint64_t first, std::uint64_t stride) {
  Error worst;
  std::vector<float> x, y(4096);
  for (std::uint64_t word = first; word < (std::uint64_t{1} << 32); word += stride) {
    const float value = std::bit_cast<float>(static_cast<std::uint32_t>(word));
    if (value >= static_cast<float>(it.low) && value <= static_cast<float>(it.high)) x.push_back(value);
    if (x.size() < y.size()) continue;
    worsen<float, double>(worst, it.op, f, x, y);
    x.clear();
  }
  x.resize(y.size(), 1.0F);
  worsen<float, double>(worst, it.op, f, x, y);
  return worst;
}

/// Over a sample of float64 that is dense in exponents and mantissas.
inline Error largest_error_double(const Measured& it, Elementwise<double> f, std::size_t count) {
  Error worst;
  std::vector<double> x, y(4096);
  std::uint64_t seed = 1;
  const double low = std::max(it.low * 6.7, -1e300), high = std::min(it.high * 7.9, 1e300);
  for (std::size_t k = 0; k < count; ++k) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    const double unit = static_cast<double>(seed >> 11) * 0x1p-53;
    const double size = std::exp(std::log(1e-8) + unit * (std::log(800.0) - std::log(1e-8)));
    double value = (seed & 1) != 0 || it.low >= 0 ? size : -size;
    if (it.low == -1) value = std::max(value, -1 + size * 1e-3);
    if (value >= low && value <= high && value > -745) x.push_back(value);
    if (x.size() < y.size()) continue;
    worsen<double, long double>(worst, it.op, f, x, y);
    x.clear();
  }
  return worst;
}

}  // namespace gradwright
