// A contraction that is left to a kernel (kernel_call.h); what the stage does with the totals is an epilogue in the text.
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

/// The epilogue and the function that calls the kernel.
[[nodiscard]] std::string contraction_text(const ContractionSource&);
/// The types, and `gw_kernels`, which is set when the file is loaded.
[[nodiscard]] std::string kernel_declarations();

}  // namespace gradwright::emitting
