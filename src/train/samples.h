// Samples: a data set as a network takes it: shuffled, split, standardised, labels one-hot, each sample in the order of its input.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <tl/expected.hpp>
#include <vector>

#include "data/load.h"
#include "train/task.h"

namespace gradwright {

using Generator = std::mt19937_64;

/// How the numbers of one sample lie in an input that holds several.
struct Slot {
  std::vector<std::int64_t> extents;  ///< of one sample
  std::size_t width = 1;              ///< Π extents
  bool samples_first = false;         ///< the axis that counts samples is the first; else the last
  /// Of the input with so many samples; of a sheet for one sample, without that axis.
  [[nodiscard]] std::vector<std::int64_t> extents_with(std::int64_t samples) const;
};

struct Samples {
  Slot features, target;
  bool is_batched = false;              ///< the sheet speaks of a batch
  DimValues dims;                       ///< the sizes of the sheet, with those that the data decide
  std::vector<double> inputs, targets;  ///< a row a sample; the training part first
  std::size_t training = 0, test = 0;

  [[nodiscard]] std::span<const double> input(std::size_t sample) const {
    return {inputs.data() + sample * features.width, features.width};
  }
  [[nodiscard]] std::span<const double> truth(std::size_t sample) const {
    return {targets.data() + sample * target.width, target.width};
  }
};

struct SplitOptions {
  double test_fraction = 0.2;
  bool standardise = true;  ///< features to mean 0, variance 1 by the training part
};

/// Errors: G0502 the data do not fit the inputs, G0504 a size is unknown.
[[nodiscard]] tl::expected<Samples, Diagnostic> samples_of(const Pool&, const TrainTask&, const Dataset&,
                                                           const SplitOptions&, Generator&);

/// The samples of one step as the input holds them; `row(i)` are the numbers of the i-th.
template <class Real, class Row>
void pack(const Slot& slot, std::size_t count, const Row& row, Real* out) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::span<const double> numbers = row(i);
    Real* const to = slot.samples_first ? out + i : out + i * slot.width;
    const std::size_t stride = slot.samples_first ? count : 1;
    for (std::size_t k = 0; k < slot.width; ++k) to[k * stride] = static_cast<Real>(numbers[k]);
  }
}

}  // namespace gradwright
