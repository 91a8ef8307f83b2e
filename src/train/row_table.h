// Rows of samples in memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/hash.h"

namespace gradwright {

template <class Real>
struct RowTable {
  std::size_t width = 0, target_width = 0;
  std::vector<Real> inputs, targets;
  [[nodiscard]] std::span<const Real> input(std::size_t sample) const {
    return {inputs.data() + sample * width, width};
  }
  [[nodiscard]] std::span<const Real> truth(std::size_t sample) const {
    return {targets.data() + sample * target_width, target_width};
  }
  /// The same where the rows are.
  [[nodiscard]] std::uint64_t mixed_into(std::uint64_t key) const {
    return hash_of(hash_of(key, std::span(inputs)), std::span(targets));
  }
};

}  // namespace gradwright
