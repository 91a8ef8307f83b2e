// The text of the micro-kernels; the file that includes it defines GRADWRIGHT_BYTES (of a vector), GRADWRIGHT_VECTORS and
// GRADWRIGHT_COLUMNS (of a tile) and, where the processor has them, GRADWRIGHT_MASKS.
#include "kernels/pack_text.h"
#include "kernels/vector_text.h"

namespace gradwright::kernels {
namespace {

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

/// Rows of a are loaded a turn before they are used, where there are registers for them: else multiplications wait for the second cache
/// in places that later ones need, most of all where two threads share a core.
constexpr bool loads_ahead = masks;

/// Σ_k of a tile.
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
  if (loads_ahead) load(row);
  const auto two = [&]() __attribute__((always_inline)) {
    load(loads_ahead ? next : row);
    if (loads_ahead) pinned<vectors>(next);
    multiply(row, 0);
    if (!loads_ahead) advance(1);
    load(row);
    if (loads_ahead) pinned<vectors>(row);
    multiply(loads_ahead ? next : row, loads_ahead ? 1 : 0);
    advance(loads_ahead ? 2 : 1);
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
  while (!loads_ahead && k >= 4) {
    two();
    two();
  }
  while (k > 2) two();
  for (; !loads_ahead && k > 0; --k) {
    load(row);
    multiply(row, 0);
    advance(1);
  }
  if (k == 2) {
    load(next);
    multiply(row, 0);
    multiply(next, 1);
  } else if (k == 1) {
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
