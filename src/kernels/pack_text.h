// Packing: rows of a, or columns of b, beside one another, as tiles walk.
#pragma once

#include "kernels/vector_text.h"

namespace gradwright::kernels {
namespace {

/// a and b lane by lane in turn: the first half of the result, or the second.
template <class Real>
[[gnu::always_inline]] inline Vec<Real> zipped(Vec<Real> a, Vec<Real> b, bool is_second) {
  constexpr Index lanes = Wide<Real>::lanes;
  if constexpr (lanes == 2) {
    return is_second ? __builtin_shufflevector(a, b, 1, 3) : __builtin_shufflevector(a, b, 0, 2);
  } else if constexpr (lanes == 4) {
    return is_second ? __builtin_shufflevector(a, b, 2, 6, 3, 7) : __builtin_shufflevector(a, b, 0, 4, 1, 5);
  } else if constexpr (lanes == 8) {
    return is_second ? __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
                     : __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  } else {
    return is_second ? __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
                     : __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  }
}

/// rows × lanes numbers, row l at in + l·step, times `scale`: in the end rows are inner. Zipping the first half of the vectors with the
/// second rotates the bits of a place by one.
template <class Real, Index rows>
[[gnu::always_inline]] inline void transposed(const Real* in, Index step, const Vec<Real>* scale, Vec<Real>* out) {
  Vec<Real> now[rows], next[rows];
#pragma GCC unroll 16
  for (Index l = 0; l < rows; ++l) now[l] = scale != nullptr ? loaded(in + l * step) * *scale : loaded(in + l * step);
#pragma GCC unroll 4
  for (Index stage = 1; stage < rows; stage *= 2) {
#pragma GCC unroll 16
    for (Index l = 0; l < rows / 2; ++l) {
      next[2 * l] = zipped<Real>(now[l], now[l + rows / 2], false);
      next[2 * l + 1] = zipped<Real>(now[l], now[l + rows / 2], true);
    }
#pragma GCC unroll 16
    for (Index l = 0; l < rows; ++l) now[l] = next[l];
  }
#pragma GCC unroll 16
  for (Index l = 0; l < rows; ++l) out[l] = now[l];
}

/// A panel of b whose columns walk along k.
template <class Real>
Index pack_columns(Index k, const Real* b, Index b_n, Real* out) {
  constexpr Index lanes = Wide<Real>::lanes, rows = most_columns < lanes ? most_columns : lanes;
  Index i = 0;
  if constexpr (rows == most_columns) {
    for (; i + lanes <= k; i += lanes) {
      Vec<Real> all[rows];
      transposed<Real, rows>(b + i, b_n, nullptr, all);
      for (Index l = 0; l < rows; ++l) stored<Real>(out + i * rows + l * lanes, all[l]);
    }
  }
  return i;
}

template <class Real>
void pack(Index k, Index rows, const Real* a, Index a_m, Index a_k, const Real* v, Index v_k, Real* out, Index ld) {
  constexpr Index lanes = Wide<Real>::lanes;
  if (ld == most_columns && rows == ld && a_k == 1 && v == nullptr && most_columns < lanes) {
    const Index done = pack_columns(k, a, a_m, out);
    a += done;
    out += done * ld;
    k -= done;
  }
  Index l = 0;
  for (; l + lanes <= rows && (a_m == 1 || a_k == 1); l += lanes) {
    const Real* from = a + l * a_m;
    Real* to = out + l;
    Index i = 0;
    if (a_m == 1) {
      for (; i < k; ++i)
        stored<Real>(to + i * ld, v != nullptr ? loaded(from + i * a_k) * v[i * v_k] : loaded(from + i * a_k));
      continue;
    }
    for (; i + lanes <= k; i += lanes) {
      Vec<Real> scale = {}, all[lanes];
      if (v != nullptr) {
        for (Index j = 0; j < lanes; ++j) scale[j] = v[(i + j) * v_k];
        transposed<Real, lanes>(from + i, a_m, &scale, all);
      } else {
        transposed<Real, lanes>(from + i, a_m, nullptr, all);
      }
      for (Index j = 0; j < lanes; ++j) stored<Real>(to + (i + j) * ld, all[j]);
    }
    for (; i < k; ++i) {
      const Real factor = v != nullptr ? v[i * v_k] : Real{1};
      for (Index j = 0; j < lanes; ++j) to[j + i * ld] = from[j * a_m + i] * factor;
    }
  }
  if (masks && a_m == 1 && l < rows) {
    const Index count = rows - l, padded = ld - l < lanes ? ld - l : lanes;
    for (Index i = 0; i < k; ++i) {
      const Vec<Real> x = loaded_part(a + l + i * a_k, count);
      stored_part(out + l + i * ld, v != nullptr ? x * v[i * v_k] : x, padded);
    }
    l += padded;
  }
  for (Index i = 0; l < ld && i < k; ++i) {
    const Real factor = v != nullptr ? v[i * v_k] : Real{1};
    for (Index j = l; j < rows; ++j) out[j + i * ld] = a[j * a_m + i * a_k] * factor;
    for (Index j = l < rows ? rows : l; j < ld; ++j) out[j + i * ld] = 0;
  }
}

}  // namespace
}  // namespace gradwright::kernels
