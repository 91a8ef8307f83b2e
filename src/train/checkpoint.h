// A checkpoint: all that the rest of a training depends on, as a safetensors file. Resumed from it, a training has the same bits as one
// that went on. Parameters lie there under the names of the sheet, the last axis fastest; what belongs to the training alone has a
// name with a point: `optimizer.0`, `training.order`.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "data/safetensors.h"
#include "train/engine.h"

namespace gradwright {

/// Where a training stands between two steps.
struct TrainState {
  int epoch = 1;                   ///< that goes on, from 1
  std::size_t done = 0;            ///< samples of it that were trained; none: its order is not drawn yet
  std::uint64_t steps = 0;         ///< of all epochs
  double loss = 0;                 ///< Σ over the samples done
  Generator random;                ///< as the next order is drawn from it
  std::vector<std::size_t> order;  ///< of the training samples in this epoch, or of their blocks (epoch_order.h)
  std::vector<Tensor> values;      ///< of the engine: parameters, then states of the optimiser
  std::map<std::string, std::vector<double>> records;  ///< what the loop keeps besides: what it told, its best values
};

/// What has to agree for a training to go on: `batch` → `16`. A value that begins with # is a digest, not to be shown.
using Facts = std::map<std::string, std::string>;
/// Of a text, as a fact.
[[nodiscard]] std::string digest(std::string_view text);
[[nodiscard]] std::string digest(std::span<const double> numbers);

/// What a training stores, and how its values lie in a file.
struct StateLayout {
  std::vector<std::string> names;                  ///< of the values of the engine
  std::vector<std::vector<std::int64_t>> shapes;   ///< in a file: a column n×1 is n numbers
  std::vector<std::vector<std::int64_t>> extents;  ///< in the engine: of so many numbers too
  Element type = Element::f32;                     ///< as exact as the engine computes
  std::size_t parameters = 0;                      ///< of the values; the rest are states of the optimiser
  std::size_t samples = 0;                         ///< of the training part
  std::size_t entries = 0;                         ///< of the order of an epoch
  std::string record{};                            ///< what made numbers of the data: data/record.h
};
[[nodiscard]] StateLayout state_layout(const Pool&, const TrainTask&, const Samples&, const Engine&,
                                       const EngineOptions&);

[[nodiscard]] std::string checkpoint_text(const TrainState&, const Facts&, const StateLayout&);
/// Where a file of parameters keeps the record of its data, among its metadata.
constexpr const char* record_key = "data";
/// The parameters alone.
[[nodiscard]] std::string parameters_text(const std::vector<Tensor>& values, const StateLayout&);
/// Of all that a file says but its checksum, whatever the order of its tensors.
[[nodiscard]] std::string checksum(const Safetensors&);
/// `name` is the file in diagnostics. G0520: it is no checkpoint, or damaged; G0521: a fact differs.
[[nodiscard]] tl::expected<TrainState, Diagnostic> parse_checkpoint(std::string_view bytes, std::string_view name,
                                                                    const Facts&, const StateLayout&);

}  // namespace gradwright
