// A stage whose contraction is left to a kernel (kernels/abi.h): the fields of the call, the same whichever language says them.
#pragma once

#include <array>
#include <optional>

#include "lower/plan.h"

namespace gradwright::emitting {

/// Where an operand begins, and its strides in elements; the kernel knows what they stand for.
struct KernelOperand {
  BufferId buffer;
  std::int64_t offset = 0;
  std::array<std::int64_t, 3> strides{};  ///< along two of m, n, k, and the batch
};

struct KernelCall {
  std::int64_t m = 1, n = 1, k = 1, batch = 1;
  KernelOperand a, b;              ///< m and k; k and n
  std::optional<KernelOperand> v;  ///< a scale along k (strides: k, none, batch)
  std::optional<KernelOperand> c;  ///< m and n; none: the epilogue stores everything
  bool is_symmetric = false;
  bool has_epilogue = false;          ///< what the stage does with its totals beyond storing them
  std::optional<KernelOperand> near;  ///< m and n: memory that the epilogue meets entry by entry
};

/// Enough work, one loop for each part, and nothing written that it still reads.
[[nodiscard]] bool is_for_kernel(const Stage&, std::int64_t least_work);
[[nodiscard]] KernelCall kernel_call(const Stage&);

}  // namespace gradwright::emitting
