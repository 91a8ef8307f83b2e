#include "train/patience.h"

namespace gradwright {

bool Patience::ends_after(int epoch, double loss, const Engine& engine) {
  if (epochs_ == 0) return false;
  if (loss == loss && (best_epoch_ == 0 || loss < best_loss_)) {
    best_epoch_ = epoch;
    best_loss_ = loss;
    values_ = engine.values();
  }
  return epoch - best_epoch_ >= epochs_;
}

}  // namespace gradwright
