// What compiled programs call: contractions and loops over many threads, by function pointers given at load time. This header is the
// contract between emitted code and the kernels; every field has eight bytes, so that a back-end may build the structures by hand.
// Read next: contract.h (the same from C++), threads.h (the one pool).
#pragma once

#include <cstdint>

extern "C" {

/// Called once for each finished block of a contraction, while it is in the first cache: entry (row0 + i, col0 + j) of matrix `batch`
/// is tile[i + j·ld], for i < rows and j < cols. Blocks never overlap; several threads call it at once for different blocks.
/// `tile` points to float or double, and may be written.
using gradwright_epilogue = void (*)(void* context, void* tile, std::int64_t ld, std::int64_t batch, std::int64_t row0,
                                     std::int64_t rows, std::int64_t col0, std::int64_t cols);

/// total[i, j] = Σ_k a[i·a_m + k·a_k] · v[k·v_k] · b[k·b_k + j·b_n]   for each of `batch` matrices; then, with an epilogue, that; without:
/// c[i·c_m + j·c_n] = total + (accumulate ? c : 0). Strides are in elements, may be 0, and are never negative.
/// No memory that is written, here or by the epilogue, may be read as a, b or v of the same call.
struct gradwright_contraction {
  std::int64_t m, n, k, batch;  ///< batch ≥ 1
  const void* a;
  std::int64_t a_m, a_k, a_batch;
  const void* b;
  std::int64_t b_k, b_n, b_batch;
  const void* v;  ///< null: ones
  std::int64_t v_k, v_batch;
  void* c;  ///< null where an epilogue stores everything
  std::int64_t c_m, c_n, c_batch;
  std::int64_t accumulate;
  /// 1: the result is known to be symmetric (m = n). Only blocks that touch i ≥ j are computed and handed to the epilogue, which stores
  /// them into c; the kernel then mirrors c. A block on the diagonal may hold entries above it: they are right, too.
  std::int64_t symmetric;
  gradwright_epilogue epilogue;  ///< null: totals go to c
  void* context;
  /// What the epilogue reads or writes entry by entry: fetched ahead. Null: nothing.
  const void* near;
  std::int64_t near_m, near_n, near_batch;
};

/// Runs over [begin, end) of a range.
using gradwright_body = void (*)(void* context, std::int64_t begin, std::int64_t end);

struct gradwright_kernels {
  std::int64_t version;  ///< gradwright_kernels_version
  void (*contract_f32)(const gradwright_contraction*);
  void (*contract_f64)(const gradwright_contraction*);
  /// body over [0, count) in pieces of at least `grain` on all threads, and waits. Where the pieces begin may depend on the number of
  /// threads: results must not depend on it.
  void (*parallel)(std::int64_t count, std::int64_t grain, gradwright_body body, void* context);
};

}  // extern "C"

namespace gradwright {

constexpr std::int64_t gradwright_kernels_version = 1;

/// The kernels for this processor; the same table for the whole process.
[[nodiscard]] const gradwright_kernels& kernel_table();

}  // namespace gradwright
