// The two ways in which a plan becomes functions of a module of LLVM.
#pragma once

#include <string>

#include "emit/llvm_math.h"

namespace gradwright::emitting {

/// Straight-line code: every number of the workspace is a value, states stay in registers over all steps.
[[nodiscard]] std::string llvm_straight_function(const CFunction&, LlvmMath&);
/// A function a kernel, and one that calls them in order.
[[nodiscard]] std::string llvm_loop_functions(const CFunction&, LlvmMath&);
/// A stage that a kernel computes (kernel_call.h), and whose finish can be written in vectors.
[[nodiscard]] bool is_kernel_call(const Stage&, std::int64_t least_work);
struct ContractionPlace {
  const Stage& stage;
  const std::vector<std::string>& buffers;  ///< names of pointers
  const std::vector<std::size_t>& touched;  ///< those that the stage reads or writes
  std::string name, parameters;             ///< of the function
};
[[nodiscard]] std::string llvm_contraction_function(const ContractionPlace&, LlvmMath&);
/// `define void @name(ptr noalias %w …)`
[[nodiscard]] std::string llvm_head(const CFunction&);

}  // namespace gradwright::emitting
