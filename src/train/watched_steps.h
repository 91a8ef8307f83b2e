// WatchedSteps: the steps of a training in calls of a few. Between calls progress is told; what some calls began with is kept, so that a
// step whose result is not finite can be found by taking them again: the same steps have the same bits.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "train/epoch_order.h"
#include "train/saver.h"

namespace gradwright {

/// Where an epoch stands.
struct Progress {
  int epoch = 0;
  std::size_t samples = 0, of = 0;  ///< trained, and all of the epoch
  std::size_t steps = 0;            ///< of the epoch
  double loss = 0;                  ///< mean over the samples trained
  double epoch_seconds = 0;         ///< since the epoch began
  double seconds = 0;               ///< since the first step of this process
  std::size_t samples_before = 0;   ///< of the epoch, trained before it was resumed
  double begun = 0;                 ///< epochs done when this process began
};

/// Steps that were taken one after another, within one epoch.
struct StepRun {
  int epoch = 0;
  std::size_t before = 0;  ///< samples of the epoch before these
  std::vector<std::size_t> samples;
};
/// Steps among which one went wrong, and what they began with: parameters, then states.
struct Suspects {
  std::vector<Tensor> values;
  std::vector<StepRun> runs;
};

class WatchedSteps {
 public:
  using ProgressCallback = std::function<void(const Progress&)>;
  /// `batch`: samples a step.
  WatchedSteps(Engine&, const Samples&, EpochOrder, std::size_t batch, ProgressCallback);

  /// The steps of an epoch that are still to be taken; its state follows them. It ends early where the loss is not finite. False: the
  /// training is to be left there.
  [[nodiscard]] bool finished(TrainState&, Saver&);
  /// Whether all parameters and states are.
  [[nodiscard]] bool is_finite() const;
  [[nodiscard]] const Suspects& suspects() const { return suspects_; }

 private:
  Engine& engine_;
  EpochOrder order_;
  std::size_t batch_, at_once_;
  ProgressCallback on_progress_;
  Suspects suspects_;
  std::size_t suspect_samples_ = 0;
  std::optional<double> begun_;  ///< epochs done when the first step is taken
  std::chrono::steady_clock::time_point started_;
};

}  // namespace gradwright
