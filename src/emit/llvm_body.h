// The two ways in which a plan becomes functions of a module of LLVM.
#pragma once

#include <string>

#include "emit/llvm_math.h"

namespace gradwright::emitting {

/// Straight-line code: every number of the workspace is a value, states stay in registers over all steps.
[[nodiscard]] std::string llvm_straight_function(const CFunction&, LlvmMath&);
/// A function a kernel, and one that calls them in order.
[[nodiscard]] std::string llvm_loop_functions(const CFunction&, LlvmMath&);
/// `define void @name(ptr noalias %w …)`
[[nodiscard]] std::string llvm_head(const CFunction&);

}  // namespace gradwright::emitting
