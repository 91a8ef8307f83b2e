// A kernel of loops on many threads: one loop runs in fixed parts (split.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emit/c_scalar.h"
#include "emit/split.h"

namespace gradwright::emitting {

/// As split_of, for loops in the order of C.
[[nodiscard]] std::optional<Split> c_split_of(const Kernel&, std::int64_t least, Precision);

struct ParallelSource {
  const Kernel& kernel;
  const std::vector<std::string>& names;  ///< of buffers
  CScalars& scalars;
  std::string function;                              ///< its name
  std::string parameters;                            ///< the buffers, under their names
  std::vector<std::pair<BufferId, bool>> buffers{};  ///< true: written
};

/// The function over a range of parts, and the one that runs it on all threads.
[[nodiscard]] std::string parallel_text(const ParallelSource&, const Split&);

}  // namespace gradwright::emitting
