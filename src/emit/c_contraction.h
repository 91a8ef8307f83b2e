// A stage whose contraction is left to a kernel (kernels/abi.h); what the stage does with the totals is an epilogue in the text.
#pragma once

#include <string>
#include <vector>

#include "emit/c_scalar.h"

namespace gradwright::emitting {

struct ContractionSource {
  const Stage& stage;
  const std::vector<std::string>& names;  ///< of buffers
  CScalars& scalars;
  std::string function;    ///< its name
  std::string parameters;  ///< the buffers, under their names
};

/// Enough work, one loop for each part, and nothing written that it still reads.
[[nodiscard]] bool is_for_kernel(const Stage&, std::int64_t least_work);
/// The epilogue and the function that calls the kernel.
[[nodiscard]] std::string contraction_text(const ContractionSource&);
/// The types, and `gw_kernels`, which is set when the file is loaded.
[[nodiscard]] std::string kernel_declarations();

}  // namespace gradwright::emitting
