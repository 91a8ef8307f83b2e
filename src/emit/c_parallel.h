// A kernel of loops on many threads: one loop runs in fixed parts, so that the numbers are the same for any number of threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emit/c_scalar.h"

namespace gradwright::emitting {

/// A loop in parts of `size` turns; the last one may have fewer.
struct Split {
  std::size_t loop = 0;
  std::int64_t size = 0, parts = 0;
  bool is_reduced = false;  ///< each part has totals of its own, which are put together in the order of the parts
};

/// Nothing where the work is below `least` scalar operations, or where turns of no loop are independent.
[[nodiscard]] std::optional<Split> split_of(const Kernel&, std::int64_t least);

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
