// Early stopping: the best parameters so far by the loss of samples that are not trained on.
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "train/engine.h"

namespace gradwright {

class Patience {
 public:
  /// `epochs` without a better loss end the training; 0: never, and nothing is kept.
  explicit Patience(int epochs) : epochs_(epochs) {}

  /// Whether an epoch was the last.
  [[nodiscard]] bool is_over(int epoch) const {
    return epochs_ > 0 && epoch - std::max(best_epoch_, since_) >= epochs_;
  }
  /// After an epoch. True where it was the last. A loss that is no number is not better.
  [[nodiscard]] bool ends_after(int epoch, double loss, const Engine&);
  [[nodiscard]] int best_epoch() const { return best_epoch_; }
  /// Of the best epoch; empty where nothing is kept.
  [[nodiscard]] const std::vector<Tensor>& best_values() const { return values_; }
  /// Into the records of a checkpoint, and back; false where they fit neither the values nor the epochs that have passed. Where there is no
  /// record, patience begins with the epoch after `passed`.
  void record(std::map<std::string, std::vector<double>>&) const;
  [[nodiscard]] bool restore(const std::map<std::string, std::vector<double>>&, const std::vector<Tensor>& like,
                             int passed);

 private:
  int epochs_;
  int best_epoch_ = 0;
  int since_ = 0;  ///< epochs that passed before losses were compared
  double best_loss_ = 0;
  std::vector<Tensor> values_;
};

}  // namespace gradwright
