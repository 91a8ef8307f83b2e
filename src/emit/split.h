// Which loop of a kernel is divided among threads: it runs in fixed parts, so that the numbers are the same for any number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "emit/c.h"
#include "lower/plan.h"

namespace gradwright::emitting {

/// A loop in parts of `size` turns; the last one may have fewer.
struct Split {
  std::size_t loop = 0;
  std::int64_t size = 0, parts = 0;
  bool is_reduced = false;  ///< each part has totals of its own, which are put together in the order of the parts
};

/// Parts begin at multiples of `step`, which suits the code of a back-end; short loops are divided anywhere.
struct Cut {
  std::size_t loop = 0;
  std::int64_t step = 1;
};
/// Parts of a loop that becomes vectors or blocks of totals.
constexpr std::int64_t step_of_vectors = 256;

/// The loop that a back-end would divide in a stage alone: a parallel one, or a reduced one where none is parallel.
using CutOf = std::function<Cut(const Stage&)>;

/// Nothing where the work is below `least` scalar operations, or where turns of the loop are not independent.
[[nodiscard]] std::optional<Split> split_of(const Kernel&, std::int64_t least, Precision, const CutOf&);

}  // namespace gradwright::emitting
