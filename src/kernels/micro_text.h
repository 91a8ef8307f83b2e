// The text of the micro-kernels; the file that includes it defines GRADWRIGHT_BYTES (of a vector), GRADWRIGHT_VECTORS and
// GRADWRIGHT_COLUMNS (of a tile) and, where the processor has them, GRADWRIGHT_MASKS.
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

/// sum += row·x. For AVX-512 in its own words: compilers would choose forms that overwrite x or row, and then copy and spill.
template <class Real, Index vectors>
[[gnu::always_inline]] inline void add_products(Vec<Real> (&sum)[vectors], const Vec<Real> (&row)[vectors],
                                                const Real& x) {
#ifdef GRADWRIGHT_MASKS
  Vec<Real> all;
#define GRADWRIGHT_PRODUCTS(BROADCAST, FMA)                                                          \
  if constexpr (vectors == 1)                                                                        \
    asm(BROADCAST " %2, %1\n\t" FMA " %3, %1, %0" : "+v"(sum[0]), "=&v"(all) : "m"(x), "v"(row[0])); \
  else if constexpr (vectors == 2)                                                                   \
    asm(BROADCAST " %3, %2\n\t" FMA " %4, %2, %0\n\t" FMA " %5, %2, %1"                              \
        : "+v"(sum[0]), "+v"(sum[1]), "=&v"(all)                                                     \
        : "m"(x), "v"(row[0]), "v"(row[1]));                                                         \
  else                                                                                               \
    asm(BROADCAST " %4, %3\n\t" FMA " %5, %3, %0\n\t" FMA " %6, %3, %1\n\t" FMA " %7, %3, %2"        \
        : "+v"(sum[0]), "+v"(sum[1]), "+v"(sum[2]), "=&v"(all)                                       \
        : "m"(x), "v"(row[0]), "v"(row[1]), "v"(row[2]))
  if constexpr (sizeof(Real) == 4) {
    GRADWRIGHT_PRODUCTS("vbroadcastss", "vfmadd231ps");
  } else {
    GRADWRIGHT_PRODUCTS("vbroadcastsd", "vfmadd231pd");
  }
#undef GRADWRIGHT_PRODUCTS
#else
  for (Index v = 0; v < vectors; ++v) sum[v] += row[v] * x;
#endif
}

/// How a tile reads a: as it lies, the same and copied to `packed` on the way, as `pack` made it (with b).
enum class Reads { strided, copying, packed };
/// Whose entries lie beside one another in b.
enum class Lies { rows, columns };

/// Σ_k of a tile. Rows of a are loaded a turn before they are used, where there are registers for them: else multiplications wait for the
/// second cache in places that later ones need, most of all where two threads share a core.
template <class Real, Index vectors, Index columns, Reads reads, Lies lies>
[[gnu::always_inline]] inline void summed(const Tile<Real>& t, Index last, Vec<Real> (&sum)[columns][vectors]) {
  constexpr Index lanes = Wide<Real>::lanes;
  constexpr bool copies = reads == Reads::copying, is_packed = reads == Reads::packed;
  const Index a_k = is_packed ? vectors * lanes : t.a_k;
  const Index b_k = is_packed ? most_columns : lies == Lies::columns ? 1 : t.b_k;
  const Index b_n = lies == Lies::rows ? 1 : t.b_n;
  const Real* a = t.a;
  const Real* b = t.b;
  const Real* b4 = t.b + 4 * b_n;
  Real* packed = t.packed;
  const auto load = [&](Vec<Real>(&row)[vectors]) __attribute__((always_inline)) {
#pragma GCC unroll 8
    for (Index v = 0; v < vectors; ++v)
      row[v] = masks && !is_packed && v == vectors - 1 ? loaded_part(a + v * lanes, last) : loaded(a + v * lanes);
    a += a_k;
  };
  const auto multiply = [&](Vec<Real>(&row)[vectors], Index turn) __attribute__((always_inline)) {
    if constexpr (copies) {
#pragma GCC unroll 8
      for (Index v = 0; v < vectors; ++v) stored(packed + (turn * vectors + v) * lanes, row[v]);
    }
#pragma GCC unroll 8
    for (Index j = 0; j < columns; ++j) {
      const Real* at = lies == Lies::rows ? b + turn * b_k + j : (j < 4 ? b : b4) + turn * b_k + j % 4 * b_n;
      add_products<Real, vectors>(sum[j], row, *at);
    }
  };
  const auto advance = [&](Index turns) __attribute__((always_inline)) {
    b += turns * b_k;
    b4 += turns * b_k;
    packed += copies ? turns * vectors * lanes : 0;
  };
  Vec<Real> row[vectors], next[vectors];
  Index k = t.k;
  if (k <= 0) return;
  load(row);
  const auto two = [&]() __attribute__((always_inline)) {
    load(next);
    pinned<vectors>(next);
    multiply(row, 0);
    load(row);
    pinned<vectors>(row);
    multiply(next, 1);
    advance(2);
    k -= 2;
  };
  const char* run = t.fetch.at;
  for (Index runs = t.fetch.runs, line = 0; k > 2 && runs > 0;) {
    __builtin_prefetch(run + 64 * line, 0, 2);
    two();
    if (++line < t.fetch.lines) continue;
    line = 0;
    run += t.fetch.step;
    --runs;
  }
  while (k > 2) two();
  if (k == 2) {
    load(next);
    multiply(row, 0);
    multiply(next, 1);
  } else {
    multiply(row, 0);
  }
}

template <class Real, Index vectors, Index columns, bool adds>
[[gnu::always_inline]] inline void out_of(const Tile<Real>& t, Index last, const Vec<Real> (&sum)[columns][vectors]) {
  constexpr Index lanes = Wide<Real>::lanes;
  Real* out = t.out;
  const Index ld = t.ld;
  const bool is_whole = last == lanes;
#pragma GCC unroll 8
  for (Index j = 0; j < columns; ++j) {
#pragma GCC unroll 8
    for (Index v = 0; v < vectors; ++v) {
      Real* p = out + v * lanes;
      if (v < vectors - 1 || is_whole)
        stored<Real>(p, adds ? loaded(p) + sum[j][v] : sum[j][v]);
      else
        stored_part(p, adds ? loaded_part(p, last) + sum[j][v] : sum[j][v], last);
    }
    out += ld;
  }
}

template <class Real, Index vectors, Index columns, Reads reads>
void tile(const Tile<Real>& t) {
  const Index last = t.rows - (vectors - 1) * Wide<Real>::lanes;
  Vec<Real> sum[columns][vectors] = {};
  if (reads == Reads::packed || t.b_n == 1)
    summed<Real, vectors, columns, reads, Lies::rows>(t, last, sum);
  else
    summed<Real, vectors, columns, reads, Lies::columns>(t, last, sum);
  if (t.add != 0)
    out_of<Real, vectors, columns, true>(t, last, sum);
  else
    out_of<Real, vectors, columns, false>(t, last, sum);
}

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

/// Rows beside one another: sums of many rows stay in registers while k walks.
template <class Real, Index vectors>
[[gnu::always_inline]] inline void rows_block(Index k, const Real* a, Index a_k, const Real* b, Index b_k, Real* out,
                                              Index count) {
  constexpr Index lanes = Wide<Real>::lanes;
  Vec<Real> sum[vectors] = {};
  for (Index i = 0; i < k; ++i) {
    const Real x = b[i * b_k];
#pragma GCC unroll 16
    for (Index v = 0; v < vectors; ++v)
      sum[v] += (vectors == 1 ? loaded_part(a + v * lanes, count) : loaded(a + v * lanes)) * x;
    a += a_k;
  }
#pragma GCC unroll 16
  for (Index v = 0; v < vectors; ++v) {
    if (vectors == 1)
      stored_part(out, sum[v], count);
    else
      stored<Real>(out + v * lanes, sum[v]);
  }
}

template <class Real>
void rows_times(Index m, Index k, const Real* a, Index a_k, const Real* b, Index b_k, Real* out) {
  constexpr Index lanes = Wide<Real>::lanes, most = 12;
  Index i = 0;
  for (; i + most * lanes <= m; i += most * lanes) rows_block<Real, most>(k, a + i, a_k, b, b_k, out + i, lanes);
  for (; i + 4 * lanes <= m; i += 4 * lanes) rows_block<Real, 4>(k, a + i, a_k, b, b_k, out + i, lanes);
  for (; i < m; i += lanes) rows_block<Real, 1>(k, a + i, a_k, b, b_k, out + i, m - i < lanes ? m - i : lanes);
}

/// Rows that walk along k: sums in lanes, four rows at a time.
template <class Real, Index rows>
[[gnu::always_inline]] inline void dots_block(Index k, const Real* a, Index a_m, const Real* b, Real* out) {
  constexpr Index lanes = Wide<Real>::lanes;
  Vec<Real> sum[rows][2] = {};
  Index i = 0;
  for (; i + 2 * lanes <= k; i += 2 * lanes) {
#pragma GCC unroll 8
    for (Index r = 0; r < rows; ++r) {
      sum[r][0] += loaded(a + r * a_m + i) * loaded(b + i);
      sum[r][1] += loaded(a + r * a_m + i + lanes) * loaded(b + i + lanes);
    }
  }
  for (; i < k; i += lanes) {
    const Index count = k - i < lanes ? k - i : lanes;
#pragma GCC unroll 8
    for (Index r = 0; r < rows; ++r) sum[r][0] += loaded_part(a + r * a_m + i, count) * loaded_part(b + i, count);
  }
#pragma GCC unroll 8
  for (Index r = 0; r < rows; ++r) {
    const Vec<Real> both = sum[r][0] + sum[r][1];
    Real total[lanes];
    stored<Real>(total, both);
    for (Index width = lanes / 2; width > 0; width /= 2) {
      for (Index l = 0; l < width; ++l) total[l] += total[l + width];
    }
    out[r] = total[0];
  }
}

template <class Real>
void dots(Index m, Index k, const Real* a, Index a_m, const Real* b, Real* out) {
  Index i = 0;
  for (; i + 4 <= m; i += 4) dots_block<Real, 4>(k, a + i * a_m, a_m, b, out + i);
  for (; i < m; ++i) dots_block<Real, 1>(k, a + i * a_m, a_m, b, out + i);
}

template <class Real, Reads reads>
struct Tiles {
  using Function = void (*)(const Tile<Real>&);
  template <Index v, Index c>
  static constexpr Function one() {
    if constexpr (v <= most_vectors && c <= most_columns)
      return tile<Real, v, c, reads>;
    else
      return nullptr;
  }
  static constexpr Function table[3][8] = {
      {one<1, 1>(), one<1, 2>(), one<1, 3>(), one<1, 4>(), one<1, 5>(), one<1, 6>(), one<1, 7>(), one<1, 8>()},
      {one<2, 1>(), one<2, 2>(), one<2, 3>(), one<2, 4>(), one<2, 5>(), one<2, 6>(), one<2, 7>(), one<2, 8>()},
      {one<3, 1>(), one<3, 2>(), one<3, 3>(), one<3, 4>(), one<3, 5>(), one<3, 6>(), one<3, 7>(), one<3, 8>()}};
};

template <class Real>
constexpr Micro<Real> micro_of{Wide<Real>::lanes,
                               most_vectors,
                               most_columns,
                               masks,
                               Tiles<Real, Reads::strided>::table,
                               Tiles<Real, Reads::copying>::table,
                               Tiles<Real, Reads::packed>::table,
                               pack<Real>,
                               rows_times<Real>,
                               dots<Real>};

}  // namespace
}  // namespace gradwright::kernels
