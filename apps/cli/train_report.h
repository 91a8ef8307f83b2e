// Where the epochs of a training go besides the terminal: a log of lines, TensorBoard, a picture, one document of JSON.
#pragma once

#include <optional>

#include "train/epoch_log.h"
#include "train_command.h"

namespace gradwright::cli {

class TrainLogs {
 public:
  /// The files can be written, which is tried before the training begins; what is in them stays until it does. G0508.
  [[nodiscard]] std::optional<gw::Diagnostic> open(const TrainCommand&);
  /// The training begins: the log is written anew, with the epochs before one that is resumed.
  void restore(const std::vector<EpochReport>&);
  /// A line, and an event, handed to the operating system. G0508 once, at the end, where that failed.
  void write(const EpochReport&);
  /// The picture, and what failed on the way.
  [[nodiscard]] std::optional<gw::Diagnostic> finish(const TrainCommand&, const std::vector<EpochReport>&,
                                                     int best_epoch);

 private:
  std::string log_;
  File lines_, events_;
  bool has_failed_ = false;
};

/// `gradwright/train/1`. `result`: none where the training ended in `fault`.
[[nodiscard]] std::string train_json(const std::vector<EpochReport>&, const Trained* result,
                                     const gw::Diagnostic* fault);

}  // namespace gradwright::cli
