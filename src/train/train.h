// train: epochs of stochastic gradient descent; deterministic by seed.
#pragma once

#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "train/engine.h"

namespace gradwright {

struct TrainOptions {
  int epochs = 30;
  int batch = 16;
  double rate = 0.1;
  UpdateRule rule;  ///< none: gradient descent with that rate
  std::uint64_t seed = 1;
  SplitOptions split;
  EngineOptions engine;  ///< its batch is that above
};

struct EpochReport {
  int epoch = 0;
  double loss = 0;           ///< mean over the training part, while it was trained
  double test_loss = 0;      ///< mean over the test part, after the epoch
  double test_accuracy = 0;  ///< share of test samples with the right class; NaN without a prediction
  double seconds = 0;        ///< since the start
};

struct Trained {
  std::vector<EpochReport> epochs;
  std::vector<Tensor> parameters;  ///< parallel to the task's
  std::size_t training_samples = 0, test_samples = 0;
  std::optional<Diagnostic> note;  ///< why it was slower than it could be
};

/// Errors: those of samples_of and engine_for; G0507 the loss is no longer finite.
[[nodiscard]] tl::expected<Trained, Diagnostic> trained(Pool&, const TrainTask&, const Dataset&, const TrainOptions&,
                                                        const std::function<void(const EpochReport&)>& report);

}  // namespace gradwright
