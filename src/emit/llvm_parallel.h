// A kernel of loops on many threads in LLVM's text: the loop that is divided (split.h) becomes two, one over the parts and one in a part.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emit/llvm_math.h"
#include "emit/split.h"

namespace gradwright::emitting {

/// As split_of, for loops in the order of LLVM's text.
[[nodiscard]] std::optional<Split> llvm_split_of(const Kernel&, const LlvmOptions&);

struct ParallelPlace {
  const Kernel& kernel;
  const std::vector<std::string>& buffers;  ///< names of pointers
  const std::vector<std::size_t>& touched;  ///< those that the kernel reads or writes
  std::string name, parameters;             ///< of the function
};
/// The function that runs the parts on all threads, and those that it needs.
[[nodiscard]] std::string llvm_parallel_functions(const ParallelPlace&, const Split&, LlvmMath&);

}  // namespace gradwright::emitting
