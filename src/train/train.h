// train: epochs of stochastic gradient descent; deterministic by seed.
#pragma once

#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "data/record.h"
#include "train/metrics.h"
#include "train/watched_steps.h"

namespace gradwright {

struct EpochReport;

struct TrainOptions {
  int epochs = 30;
  int batch = 16;
  double rate = 0.1;
  UpdateRule rule;  ///< none: gradient descent with that rate
  std::uint64_t seed = 1;
  SplitOptions split;
  EngineOptions engine;  ///< its batch is that above
  int patience = 0;      ///< epochs without a better loss of the held part; then the best parameters are taken. 0: none
  WatchedSteps::ProgressCallback on_progress;
  CheckpointOptions checkpoint;
  std::function<void(const DataRecord&)> on_prepared;  ///< hears how the data become numbers, before `on_start`
  /// Before the first step: where it begins, of how many samples an epoch, and the epochs before that.
  std::function<void(const TrainState&, std::size_t samples, const std::vector<EpochReport>&)> on_start;
};

/// What an epoch came to. The held part is what `held_part` says: samples that are not trained on.
struct EpochReport {
  int epoch = 0;
  double loss = 0;            ///< mean over the training part, while it was trained
  std::string held = "test";  ///< the name of the held part; empty: none is kept
  double test_loss = 0;       ///< mean over the held part, after the epoch
  double test_accuracy = 0;   ///< share of its samples with the right class; NaN where targets are no classes
  double test_rmse = 0;       ///< NaN where targets are classes
  std::vector<std::pair<std::string, double>> metrics;  ///< of the task: the mean over the held part
  double samples_a_second = 0;                          ///< while it was trained
  double seconds = 0;                                   ///< since the start
};

struct Trained {
  std::vector<EpochReport> epochs;
  std::vector<Tensor> parameters;  ///< parallel to the task's
  StateLayout layout;              ///< how they are stored
  std::size_t training_samples = 0, validation_samples = 0, test_samples = 0;
  std::optional<EpochReport>
      tested;  ///< where epochs were told by a validation part: these parameters on the test part
  Measure measure = Measure::none;
  int best_epoch = 0;                 ///< whose parameters these are
  bool stopped_early = false;         ///< by patience
  bool interrupted = false;           ///< before its end, as CheckpointOptions::leaves asked; it lies in the checkpoint
  std::optional<Diagnostic> unsaved;  ///< why the last checkpoint is not on the disk (G0508)
  std::optional<Diagnostic> note;     ///< why it was slower than it could be
};

/// Errors: those of samples_of, engine_for and Saver; G0507 the loss or a parameter is no longer finite.
[[nodiscard]] tl::expected<Trained, Diagnostic> trained(Pool&, const TrainTask&, const Dataset&, const TrainOptions&,
                                                        const std::function<void(const EpochReport&)>& report);
/// The same of data that are streamed; where all fit the window, to the same bits. G0505 and G0507 where a file is no longer what it was
/// when the training began.
[[nodiscard]] tl::expected<Trained, Diagnostic> trained(Pool&, const TrainTask&, const StreamedDataset&,
                                                        const TrainOptions&,
                                                        const std::function<void(const EpochReport&)>& report);

}  // namespace gradwright
