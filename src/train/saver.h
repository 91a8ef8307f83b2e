// Saver: when a training is written to its checkpoint, and how it goes on from one. A checkpoint that cannot be written is told and tried
// again; the one before stays. What is no longer finite is never written.
#pragma once

#include <chrono>
#include <functional>

#include "train/checkpoint.h"

namespace gradwright {

/// After so many seconds or epochs since the last, and after each so many steps of the training; those that are 0 do not count. Several
/// processes that train together take the same steps in a call: only steps decide that, not the clock of one.
struct Cadence {
  double seconds = 0;
  std::uint64_t steps = 0;
  int epochs = 0;
};

struct CheckpointOptions {
  std::string path;  ///< empty: no checkpoints
  Cadence every{.seconds = 30};
  bool resume = false;                              ///< where the file is there; else the training begins
  bool writes = true;                               ///< false: another process writes, this one only goes on from it
  Facts facts{};                                    ///< of the caller, beside those of the training
  std::function<bool()> leaves{};                   ///< asked between steps; true: save, and end the training
  std::function<void(const Diagnostic&)> failed{};  ///< told where one in the middle could not be written
};

class Saver {
 public:
  /// Both must live as long.
  Saver(const CheckpointOptions& options, Engine& engine) : options_(options), engine_(engine) {}

  /// Resumes, or makes the first checkpoint, so that a place that cannot be written shows at once. Errors: those of parse_checkpoint;
  /// G0522: there is a checkpoint and it is not to be resumed; G0508.
  [[nodiscard]] std::optional<Diagnostic> begin(TrainState&, Facts, StateLayout);
  /// Steps until the next checkpoint is due, where it is steps that count.
  [[nodiscard]] std::uint64_t steps_to_go(const TrainState&) const;
  /// Between two calls of the engine. False: the training is to be left here.
  [[nodiscard]] bool goes_on(const TrainState&);
  /// Between two epochs.
  [[nodiscard]] bool goes_on_after_epoch(const TrainState&);
  /// At the end, or where it is left. G0508: this state is not on the disk.
  [[nodiscard]] std::optional<Diagnostic> finish(const TrainState&);

 private:
  [[nodiscard]] bool is_on() const { return !options_.path.empty(); }
  [[nodiscard]] bool leaves() const { return options_.leaves && options_.leaves(); }
  std::optional<Diagnostic> save(const TrainState&);

  const CheckpointOptions& options_;
  Engine& engine_;
  Facts facts_;
  StateLayout layout_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  std::uint64_t last_steps_ = 0;
  int last_epoch_ = 1;
};

}  // namespace gradwright
