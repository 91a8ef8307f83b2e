// What is told of a network beside its loss: how often the class is right, how far off the numbers are.
#pragma once

#include "train/engine.h"

namespace gradwright {

/// Samples that are kept from the training and tell after each epoch how it goes.
struct HeldPart {
  const char* name;
  std::size_t first = 0, count = 0;
};
/// The validation part; the test part where there is none.
[[nodiscard]] HeldPart held_part(const Samples&);
[[nodiscard]] HeldPart test_part(const Samples&);

enum class Measure {
  none,      ///< the sheet has no prediction
  accuracy,  ///< targets are classes: one-hot, or one number of two values, 0 and 1 or -1 and 1
  rmse,      ///< other targets: √ of the mean square over samples and entries
};
/// By the prediction of the task, and by the targets of the held part.
[[nodiscard]] Measure measure_for(const TrainTask&, const Samples&);
/// Of the predictions for the samples from `first`.
[[nodiscard]] double measured(Measure, const Samples&, std::size_t first, const Evaluation&);

}  // namespace gradwright
