// Samples: a data set as a network takes it: shuffled, split, standardised, labels one-hot, each sample in the order of its input.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "data/load.h"
#include "train/streamed_rows.h"
#include "train/task.h"

namespace gradwright {

using Generator = std::mt19937_64;
struct StreamedDataset;

/// How the numbers of one sample lie in an input that holds several.
struct Slot {
  std::vector<std::int64_t> extents;  ///< of one sample
  std::size_t width = 1;              ///< Π extents
  bool samples_first = false;         ///< the axis that counts samples is the first; else the last
  /// Of the input with so many samples; of a sheet for one sample, without that axis.
  [[nodiscard]] std::vector<std::int64_t> extents_with(std::int64_t samples) const;
};

/// Samples that lie together, and how many such blocks are in memory together. In memory every sample is a block.
struct BlockShape {
  std::size_t rows = 1, together = 1;
};

enum class Normalise {
  standard,  ///< features to mean 0, variance 1
  minmax,    ///< to 0 … 1
  none
};

/// Samples in the order training, validation, test.
struct Samples {
  Slot features, target;
  bool is_batched = false;  ///< the sheet speaks of a batch
  DimValues dims;           ///< the sizes of the sheet, with those that the data decide
  std::size_t training = 0, validation = 0, test = 0;
  BlockShape blocks;
  Normalise scaling = Normalise::none;  ///< as it was done: features of a declared kind stay as they are
  std::vector<double> shift,
      factor;                ///< of each feature, in the order of the file: the network sees (x − shift)·factor
  bool are_indices = false;  ///< targets are numbers of classes, one-hot in the rows
  bool is_mapped = false;    ///< targets 0 and 1 became -1 and 1, for an input that is declared `pm1`
  /// Each form has `input(sample)` and `truth(sample)`: `std::visit` once, for many rows.
  std::variant<RowTable<float>, RowTable<double>, StreamedRows<float>, StreamedRows<double>> rows;

  /// One row, valid until the next call.
  [[nodiscard]] std::span<const double> input(std::size_t sample) const;
  [[nodiscard]] std::span<const double> truth(std::size_t sample) const;

 private:
  static std::span<const double> as_doubles(std::span<const double> row, std::vector<double>&) { return row; }
  static std::span<const double> as_doubles(std::span<const float> row, std::vector<double>& out) {
    out.assign(row.begin(), row.end());
    return out;
  }
  mutable std::vector<double> input_, truth_;
};

struct SplitOptions {
  double test_fraction = 0.2;                         ///< more than 0: at least one sample
  double validation_fraction = 0;                     ///< 0: none
  Normalise normalise = Normalise::standard;          ///< by the training part
  bool single = false;                                ///< rows are kept in float32
  std::size_t window_bytes = std::size_t{64} << 20U;  ///< of streamed data in memory, which are shuffled together
};

/// Errors: G0502 the data do not fit the inputs, G0504 a size is unknown, G0543 they are not as an input is declared.
[[nodiscard]] tl::expected<Samples, Diagnostic> samples_of(const Pool&, const TrainTask&, const Dataset&,
                                                           const SplitOptions&, Generator&);
/// The same of data that are streamed; where all fit the window, the same samples. More errors: those of RowFile::read.
[[nodiscard]] tl::expected<Samples, Diagnostic> samples_of(const Pool&, const TrainTask&, const StreamedDataset&,
                                                           const SplitOptions&, Generator&);

/// The samples of one step as the input holds them; `row(i)` are the numbers of the i-th.
template <class Real, class Row>
void pack(const Slot& slot, std::size_t count, const Row& row, Real* out) {
  if (!slot.samples_first || slot.width == 1 || count == 1) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto numbers = row(i);
      for (std::size_t k = 0; k < slot.width; ++k) out[i * slot.width + k] = static_cast<Real>(numbers[k]);
    }
    return;
  }
  constexpr std::size_t line = 16;  // numbers of each row at a time: a line of the cache or two, read once
  for (std::size_t begin = 0; begin < slot.width; begin += line) {
    const std::size_t end = std::min(begin + line, slot.width);
    for (std::size_t i = 0; i < count; ++i) {
      const auto numbers = row(i);
      for (std::size_t k = begin; k < end; ++k) out[k * count + i] = static_cast<Real>(numbers[k]);
    }
  }
}

/// The data inputs hold these samples: one, or as many as the sheet's batch.
void show_samples(const TrainTask&, const Samples&, std::span<const std::size_t> which, Bindings& at);

/// The data of steps over these samples, `size` a step: inputs, then targets, one step after another.
template <class Real>
void stage(const Samples& samples, std::span<const std::size_t> which, std::size_t size, std::vector<Real>& staged) {
  const std::size_t inputs = size * samples.features.width;
  const std::size_t width = inputs + size * samples.target.width;
  staged.resize(which.size() / size * width);
  std::visit(
      [&](const auto& rows) {
        Real* out = staged.data();
        for (std::size_t begin = 0; begin < which.size(); begin += size, out += width) {
          const auto some = which.subspan(begin, size);
          const auto packed = [&](const auto& table, const auto& place) {
            pack(
                samples.features, size, [&](std::size_t i) { return table.input(place(i)); }, out);
            pack(
                samples.target, size, [&](std::size_t i) { return table.truth(place(i)); }, out + inputs);
          };
          if constexpr (requires { rows.gathered(some); })
            packed(rows.gathered(some), [](std::size_t i) { return i; });
          else
            packed(rows, [&](std::size_t i) { return some[i]; });
        }
      },
      samples.rows);
}

}  // namespace gradwright
