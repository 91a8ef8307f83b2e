// One stage as loops of vectors, written into a function.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emit/llvm_math.h"

namespace gradwright::emitting {

/// How the loops of a stage run: which one is cut into vectors, and which parallel ones are repeated inside (unroll and jam), so that
/// what is loaded once is used more than once.
struct Schedule {
  std::optional<std::size_t> vector_loop;  ///< none: numbers, one by one
  int lanes = 1;
  std::int64_t vectors = 1;           ///< of the vector loop, side by side
  std::vector<std::int64_t> repeats;  ///< of each loop; 1: none
};
[[nodiscard]] Schedule schedule_of(const Stage&, std::size_t outer, const LlvmOptions&);

struct StagePlace {
  const Stage& stage;
  std::size_t outer;                            ///< loops that already run around it
  const std::vector<std::string>& buffers;      ///< names of pointers
  const std::vector<std::string>& outer_index;  ///< names of the indices of the outer loops
};

struct KernelPlace {
  const Kernel& kernel;
  const std::vector<std::string>& buffers;  ///< names of pointers
  std::vector<std::string> index{};         ///< of the outer loops that already run; the others are opened
};

/// Writes the loops around the stages of a kernel, and these; the block in which the code goes on.
LlvmFunction::Block write_kernel(LlvmFunction&, LlvmFunction::Block from, const KernelPlace&, LlvmMath&);

/// Writes the stage from the end of block `from` on; the block in which the code goes on.
LlvmFunction::Block write_stage(LlvmFunction&, LlvmFunction::Block from, const StagePlace&, LlvmMath&);

}  // namespace gradwright::emitting
