// Vectors of GRADWRIGHT_BYTES bytes, as the file that includes micro_text.h defined them.
#pragma once

#include "kernels/micro.h"

#ifdef GRADWRIGHT_MASKS
#include <immintrin.h>
#endif

namespace gradwright::kernels {
namespace {

constexpr Index bytes = GRADWRIGHT_BYTES, most_vectors = GRADWRIGHT_VECTORS, most_columns = GRADWRIGHT_COLUMNS;

template <class Real>
struct Wide;
template <>
struct Wide<float> {
  typedef float Vec __attribute__((vector_size(bytes)));
  typedef float Loose __attribute__((vector_size(bytes), aligned(4), may_alias));
  static constexpr Index lanes = bytes / 4;
};
template <>
struct Wide<double> {
  typedef double Vec __attribute__((vector_size(bytes)));
  typedef double Loose __attribute__((vector_size(bytes), aligned(8), may_alias));
  static constexpr Index lanes = bytes / 8;
};
template <class Real>
using Vec = typename Wide<Real>::Vec;

template <class Real>
[[gnu::always_inline]] inline Vec<Real> loaded(const Real* p) {
  return *reinterpret_cast<const typename Wide<Real>::Loose*>(p);
}
template <class Real>
[[gnu::always_inline]] inline void stored(Real* p, Vec<Real> x) {
  *reinterpret_cast<typename Wide<Real>::Loose*>(p) = x;
}

/// The first `count` lanes, the others zero; elsewhere in memory nothing is touched.
#ifdef GRADWRIGHT_MASKS
[[gnu::always_inline]] inline Vec<float> loaded_part(const float* p, Index count) {
  return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1U << count) - 1U), p);
}
[[gnu::always_inline]] inline Vec<double> loaded_part(const double* p, Index count) {
  return _mm512_maskz_loadu_pd(static_cast<__mmask8>((1U << count) - 1U), p);
}
[[gnu::always_inline]] inline void stored_part(float* p, Vec<float> x, Index count) {
  _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1U << count) - 1U), x);
}
[[gnu::always_inline]] inline void stored_part(double* p, Vec<double> x, Index count) {
  _mm512_mask_storeu_pd(p, static_cast<__mmask8>((1U << count) - 1U), x);
}
constexpr bool masks = true;
#else
template <class Real>
[[gnu::always_inline]] inline Vec<Real> loaded_part(const Real* p, Index count) {
  Vec<Real> x = {};
  for (Index l = 0; l < Wide<Real>::lanes; ++l) x[l] = l < count ? p[l] : Real{0};
  return x;
}
template <class Real>
[[gnu::always_inline]] inline void stored_part(Real* p, Vec<Real> x, Index count) {
  for (Index l = 0; l < Wide<Real>::lanes; ++l) {
    if (l < count) p[l] = x[l];
  }
}
constexpr bool masks = false;
#endif

/// Nothing that loads these is moved behind what follows.
template <Index vectors, class Wide>
[[gnu::always_inline]] inline void pinned(Wide (&row)[vectors]) {
#ifdef GRADWRIGHT_MASKS
#pragma GCC unroll 8
  for (Index v = 0; v < vectors; ++v) asm volatile("" : "+v"(row[v]));
#else
  (void)row;
#endif
}

}  // namespace
}  // namespace gradwright::kernels
