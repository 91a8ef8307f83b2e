#include "emit/c_scalar.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "emit/c_polynomials.h"
#include "lower/print.h"

namespace gradwright::emitting {
namespace {

/// Gauss–Jordan elimination with partial pivoting, as in ir/evaluate.cpp. kind 0: inverse, 1: determinant, 2: log|determinant|.
constexpr const char* matrix_text = R"(
static void gw_matrix(int kind, long long n, const REAL *in, REAL *out, REAL *a) {
  REAL largest = 0, determinant = 1, log_size = 0;
  int is_singular = 0;
  for (long long i = 0; i < n * n; ++i) {
    a[i] = in[i];
    if (FABS(a[i]) > largest) largest = FABS(a[i]);
    if (kind == 0) out[i] = i % (n + 1) == 0;
  }
  for (long long k = 0; k < n; ++k) {
    long long pivot = k;
    for (long long i = k; i < n; ++i) pivot = FABS(a[i + n * k]) > FABS(a[pivot + n * k]) ? i : pivot;
    for (long long j = 0; j < n && pivot != k; ++j) {
      const REAL t = a[k + n * j];
      a[k + n * j] = a[pivot + n * j];
      a[pivot + n * j] = t;
      if (kind == 0) {
        const REAL u = out[k + n * j];
        out[k + n * j] = out[pivot + n * j];
        out[pivot + n * j] = u;
      }
    }
    if (pivot != k) determinant = -determinant;
    const REAL head = a[k + n * k];
    is_singular = is_singular || FABS(head) <= TINY * largest;
    determinant *= head;
    log_size += LOG(FABS(head));
    for (long long j = 0; j < n; ++j) {
      a[k + n * j] /= head;
      if (kind == 0) out[k + n * j] /= head;
    }
    for (long long j = 0; j < n; ++j) {
      const REAL x = a[k + n * j], y = kind == 0 ? out[k + n * j] : 0;
      for (long long i = 0; i < n && j > k; ++i) {
        if (i != k) a[i + n * j] -= a[i + n * k] * x;
      }
      for (long long i = 0; i < n && kind == 0; ++i) {
        if (i != k) out[i + n * j] -= a[i + n * k] * y;
      }
    }
  }
  if (kind == 1) out[0] = is_singular ? 0 : determinant;
  if (kind == 2) out[0] = is_singular ? (REAL)NAN : log_size;
  for (long long i = 0; i < n * n && kind == 0 && is_singular; ++i) out[i] = (REAL)NAN;
}
)";

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

std::string CScalars::number(double x) const {
  const bool is_single = precision_ == Precision::float32;
  if (std::isnan(x)) return fmt::format("(({})NAN)", real());
  const bool overflows = is_single && std::fabs(x) > static_cast<double>(std::numeric_limits<float>::max());
  if (std::isinf(x) || overflows) return fmt::format("(({}){}INFINITY)", real(), x < 0 ? "-" : "");
  std::string text = is_single ? fmt::format("{}", static_cast<float>(x)) : fmt::format("{}", x);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  if (is_single) text += "f";
  return text[0] == '-' ? "(" + text + ")" : text;
}

std::string CScalars::call(Op op, const std::string& x, const std::string& y, const std::string& z) {
  switch (op) {
    case Op::add: return fmt::format("{} + {}", x, y);
    case Op::sub: return fmt::format("{} - {}", x, y);
    case Op::mul: return fmt::format("{} * {}", x, y);
    case Op::div: return fmt::format("{} / {}", x, y);
    case Op::neg: return "-" + x;
    case Op::max: return fmt::format("{0} > {1} ? {0} : {1}", x, y);
    case Op::min: return fmt::format("{0} < {1} ? {0} : {1}", x, y);
    case Op::greater: return fmt::format("{} > {} ? {} : {}", x, y, number(1), number(0));
    case Op::greater_equal: return fmt::format("{} >= {} ? {} : {}", x, y, number(1), number(0));
    case Op::equal: return fmt::format("{} == {} ? {} : {}", x, y, number(1), number(0));
    case Op::select: return fmt::format("{} != 0 ? {} : {}", x, y, z);
    case Op::abs: return fmt::format("{}({})", math("fabs"), x);
    case Op::pow: return fmt::format("{}({}, {})", math("pow"), x, y);
    default: break;
  }
  const std::string own = polynomial_name(op, precision_);
  if (!own.empty()) polynomials_.insert(op);
  return fmt::format("{}({})", own.empty() ? math(std::string(op_name(op))) : own, x);
}

std::string CScalars::functions() const {
  std::string text = needs_matrix_ ? matrix_text : "";
  replace_all(text, "FABS(", math("fabs") + "(");
  replace_all(text, "LOG(", math("log") + "(");
  replace_all(text, "REAL", real());
  replace_all(text, "TINY", precision_ == Precision::float32 ? "1e-7f" : "1e-13");
  return polynomial_text(polynomials_, precision_) + text;
}

}  // namespace gradwright::emitting
