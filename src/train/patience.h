// Early stopping: the best parameters so far by the loss of samples that are not trained on.
#pragma once

#include "train/engine.h"

namespace gradwright {

class Patience {
 public:
  /// `epochs` without a better loss end the training; 0: never, and nothing is kept.
  explicit Patience(int epochs) : epochs_(epochs) {}

  /// After an epoch. True where it was the last. A loss that is no number is not better.
  [[nodiscard]] bool ends_after(int epoch, double loss, const Engine&);
  [[nodiscard]] int best_epoch() const { return best_epoch_; }
  /// Of the best epoch; empty where nothing is kept.
  [[nodiscard]] const std::vector<Tensor>& best_values() const { return values_; }

 private:
  int epochs_;
  int best_epoch_ = 0;
  double best_loss_ = 0;
  std::vector<Tensor> values_;
};

}  // namespace gradwright
