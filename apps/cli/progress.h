// A line on standard error that says how far a training is, written again in its place. Nothing where that is no terminal.
#pragma once

#include <string>

#include "train/watched_steps.h"

namespace gradwright::cli {

/// `epoch 3/30   45 %   loss 0.12345   12345 samples/s   96 steps/s   1:23 left`
[[nodiscard]] std::string progress_text(const Progress&, int epochs);

class ProgressLine {
 public:
  explicit ProgressLine(bool wanted);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  [[nodiscard]] bool is_shown() const { return is_shown_; }
  /// Some times a second at most.
  void show(const Progress&, int epochs);
  /// Before something else is written.
  void clear();

 private:
  bool is_shown_;
  bool is_written_ = false;
  double last_ = 0;  ///< seconds of the progress that stands there
};

}  // namespace gradwright::cli
