// What is told of a network beside its loss: how often the class is right, how far off the numbers are.
#pragma once

#include "train/engine.h"

namespace gradwright {

/// Samples that are kept from the training and tell after each epoch how it goes.
struct HeldPart {
  const char* name;  ///< empty where none is kept: there is nothing to tell
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
/// Of the two classes of a target of one number: -1 where they are -1 and 1, else 0.
[[nodiscard]] double low_class(const Samples&);

/// What a network comes to on a part of the samples.
struct Figures {
  double loss = 0;              ///< mean
  std::vector<double> metrics;  ///< means, parallel to the task's
  double measured = 0;          ///< NaN where there is nothing to measure
};
/// Some samples at once, so that predictions take a memory that does not grow with the part. `border` parts two classes: see border.h.
[[nodiscard]] Figures figures_of(Engine&, const TrainTask&, const Samples&, const HeldPart&, Measure, double border);

}  // namespace gradwright
