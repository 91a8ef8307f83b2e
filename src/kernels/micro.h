// What runs in registers: a tile of at most MV vectors by NR columns, packing, products with one vector. One text for every width of
// vectors: avx512.cpp, avx2.cpp and portable.cpp compile it, each for its processor. It includes nothing that has inline functions of
// its own: another file could otherwise be linked with instructions that this machine lacks.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gradwright::kernels {

using Index = std::int64_t;

/// `runs` runs of `lines` lines of 64 bytes, `step` bytes from run to run, that will be wanted soon.
struct Fetch {
  const char* at = nullptr;
  Index runs = 0, lines = 0, step = 0;
};

/// out[i + j·ld] (+)= Σ_k a[i + k·a_k] · b[k·b_k + j·b_n] for i < rows, where b_n = 1 or b_k = 1.
template <class Real>
struct Tile {
  Index k, rows;
  const Real* a;
  Index a_k;
  const Real* b;
  Index b_k, b_n;
  Real* packed;  ///< the rows of a are copied to here on the way; null: no
  Real* out;
  Index ld;
  Index add;
  Fetch fetch;
};

/// The kernels of one processor. Rows are packed in panels of at most `vectors` vectors, each row of a panel k-slice after k-slice.
template <class Real>
struct Micro {
  Index lanes, vectors, columns;
  bool has_masks;  ///< tiles read rows that are no multiple of `lanes` without packing
  /// [vectors of rows − 1][columns − 1], plain, copying, and of packed operands.
  void (*const (*tile)[8])(const Tile<Real>&);
  void (*const (*copying_tile)[8])(const Tile<Real>&);
  void (*const (*packed_tile)[8])(
      const Tile<Real>&);  ///< a and b as `pack` makes them: a_k, b_k and b_n count for nothing
  /// out[l + k·ld] = a[l·a_m + k·a_k] · (v ? v[k·v_k] : 1) for l < rows, 0 for rows ≤ l < ld
  void (*pack)(Index k, Index rows, const Real* a, Index a_m, Index a_k, const Real* v, Index v_k, Real* out, Index ld);
  /// out[i] = Σ_k a[i·a_m + k·a_k]·b[k·b_k], where a_m = 1 (rows_times), where a_k = b_k = 1 (dots)
  void (*rows_times)(Index m, Index k, const Real* a, Index a_k, const Real* b, Index b_k, Real* out);
  void (*dots)(Index m, Index k, const Real* a, Index a_m, const Real* b, Real* out);
};

template <class Real>
[[nodiscard]] const Micro<Real>& portable_micro();
template <class Real>
[[nodiscard]] const Micro<Real>& avx2_micro();
template <class Real>
[[nodiscard]] const Micro<Real>& avx512_micro();

}  // namespace gradwright::kernels
