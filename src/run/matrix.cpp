#include "run/matrix.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace gradwright::running {

template <class Real>
void matrix_algorithm(int kind, long long n, const Real* in, Real* out, Real* a) {
  const bool is_inverse = kind == 0;
  constexpr Real tiny = std::is_same_v<Real, float> ? Real(1e-7) : Real(1e-13);
  std::copy_n(in, n * n, a);
  Real largest = 0, determinant = 1, log_size = 0;
  for (long long i = 0; i < n * n; ++i) {
    largest = std::max(largest, std::fabs(a[i]));
    if (is_inverse) out[i] = i % (n + 1) == 0 ? Real(1) : Real(0);
  }
  bool is_singular = false;
  for (long long k = 0; k < n; ++k) {
    long long pivot = k;
    for (long long i = k; i < n; ++i) pivot = std::fabs(a[i + n * k]) > std::fabs(a[pivot + n * k]) ? i : pivot;
    for (long long j = 0; j < n && pivot != k; ++j) {
      std::swap(a[k + n * j], a[pivot + n * j]);
      if (is_inverse) std::swap(out[k + n * j], out[pivot + n * j]);
    }
    if (pivot != k) determinant = -determinant;
    const Real head = a[k + n * k];
    is_singular = is_singular || std::fabs(head) <= tiny * largest;
    determinant *= head;
    log_size += std::log(std::fabs(head));
    for (long long j = 0; j < n; ++j) {
      a[k + n * j] /= head;
      if (is_inverse) out[k + n * j] /= head;
    }
    for (long long j = 0; j < n; ++j) {
      const Real x = a[k + n * j], y = is_inverse ? out[k + n * j] : Real(0);
      for (long long i = 0; i < n && j > k; ++i) a[i + n * j] -= i == k ? Real(0) : a[i + n * k] * x;
      for (long long i = 0; i < n && is_inverse; ++i) out[i + n * j] -= i == k ? Real(0) : a[i + n * k] * y;
    }
  }
  constexpr Real none = std::numeric_limits<Real>::quiet_NaN();
  if (kind == 1) out[0] = is_singular ? Real(0) : determinant;
  if (kind == 2) out[0] = is_singular ? none : log_size;
  if (is_inverse && is_singular) std::fill_n(out, n * n, none);
}

template void matrix_algorithm(int, long long, const float*, float*, float*);
template void matrix_algorithm(int, long long, const double*, double*, double*);

}  // namespace gradwright::running
