// Engine: what computes the steps of a training. The oracle takes sample by sample through the evaluator; the compiled engine runs value,
// gradients and update of a step as one plan. Both keep parameters and states of the optimiser between calls.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <tl/expected.hpp>
#include <vector>

#include "emit/c.h"
#include "run/executable.h"
#include "train/communicator.h"
#include "train/samples.h"

namespace gradwright {

/// Of a run of samples.
struct Evaluation {
  double loss = 0;                  ///< Σ over the samples
  std::vector<double> metrics;      ///< Σ over the samples, parallel to the task's
  std::vector<double> predictions;  ///< a row a sample, where the task has a prediction
};

/// Whether none is infinite or not a number.
[[nodiscard]] inline bool all_finite(std::span<const double> numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
}
[[nodiscard]] inline bool all_finite(const std::vector<Tensor>& values) {
  return std::all_of(values.begin(), values.end(), [](const Tensor& one) { return all_finite(one.values); });
}

class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;
  /// Steps over these samples, `batch` a step; a last step may have fewer. Returns Σ of the losses, each before its step.
  [[nodiscard]] virtual double trained(std::span<const std::size_t> samples) = 0;
  [[nodiscard]] virtual Evaluation evaluated(std::size_t first, std::size_t count) = 0;
  /// Parameters in order, then states of the optimiser.
  [[nodiscard]] virtual std::vector<Tensor> values() const = 0;
  /// Parameters, and states where they are given too.
  virtual void set(const std::vector<Tensor>& values) = 0;
  /// Why it is slower than it could be.
  [[nodiscard]] virtual std::optional<Diagnostic> note() const { return std::nullopt; }
};

struct FullBatch;
struct EngineOptions {
  std::size_t batch = 16;
  bool oracle = false;  ///< the reference evaluator
  Precision precision = Precision::float32;
  CompileOptions compile;
  /// A step is divided into so many pieces, which `ranks` share; 0: it is computed whole, by one process (pieces.h).
  std::size_t pieces = 0;
  Communicator* ranks = nullptr;  ///< null: this process alone
  std::shared_ptr<const FullBatch>
      full_batch;  ///< a method that takes all samples a step, in the place of the update rule
};

/// Refers to all that it is given. Errors are those of the update rule and of `plan_for`; G0531: pieces or ranks where a step is whole.
[[nodiscard]] tl::expected<std::unique_ptr<Engine>, Diagnostic> engine_for(Pool&, const TrainTask&, const UpdateRule&,
                                                                           const Samples&, const EngineOptions&);

}  // namespace gradwright
