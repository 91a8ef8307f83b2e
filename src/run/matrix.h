// Inverse, determinant and log|determinant| of a column-major n×n matrix, as compiled plans call them.
#pragma once

namespace gradwright::running {

/// Gauss–Jordan elimination with partial pivoting, as in lower/interpret.cpp. kind 0: inverse, 1: determinant, 2: log|determinant|.
/// `work` has n·n elements.
template <class Real>
void matrix_algorithm(int kind, long long n, const Real* in, Real* out, Real* work);

extern template void matrix_algorithm(int, long long, const float*, float*, float*);
extern template void matrix_algorithm(int, long long, const double*, double*, double*);

}  // namespace gradwright::running
