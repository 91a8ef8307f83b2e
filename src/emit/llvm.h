// A plan as LLVM's text: the same functions as in C (c.h), with wide vectors written out. No LLVM is needed to write it;
// run/llvm_executable.h compiles it.
#pragma once

#include <string>
#include <vector>

#include "emit/c.h"

namespace gradwright {

/// What the text may use of the processor.
struct VectorUnit {
  int bits = 128;          ///< of a vector register
  bool has_masks = false;  ///< AVX-512: masks, exponents of vectors, 32 registers
  friend bool operator==(const VectorUnit&, const VectorUnit&) = default;
};

struct LlvmOptions {
  Precision precision = Precision::float64;
  std::int64_t straight_line = 2000;  ///< as in COptions
  VectorUnit unit{};
  /// Contractions and loops with enough work call gradwright_contract_f32 or _f64 and gradwright_parallel, functions of the table of kernels/abi.h.
  bool kernels = false;
  std::int64_t least_work = 8192;        ///< as in COptions
  std::int64_t least_parallel = 200000;  ///< as in COptions
};

/// A module with these functions. It calls libm, and gradwright_matrix_f32 or _f64 (run/matrix.h) where a plan has a matrix algorithm.
[[nodiscard]] std::string llvm_module(const std::vector<CFunction>&, const LlvmOptions& = {});
/// The function `gradwright_elementwise`: y[i] = op(x[i]) for i < n, in vectors; for measuring.
///   void NAME(const real *x, real *y, long long n)   n is a multiple of the lanes of a vector
[[nodiscard]] std::string llvm_elementwise(Op, const std::string& name, const LlvmOptions&);

}  // namespace gradwright
