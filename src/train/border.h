// Where a prediction of one number tells one class of two from the other.
#pragma once

#include "train/task.h"

namespace gradwright {

/// A prediction above it says the class 1, one below it the class `low` (0 or -1). It is where the loss of the sheet is the same for both labels:
/// 0 for a logit or a margin, a half for a probability or least squares of 0 and 1. Where the loss does not say so (it weighs the classes, or is
/// not made from the prediction): a half for a prediction that is a share, else half way between the labels.
[[nodiscard]] double border_between_classes(Pool&, const TrainTask&, double low);

}  // namespace gradwright
