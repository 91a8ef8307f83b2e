// Where a training stopped being finite: the step, then the first formula of the sheet, forward, backward or in the update, whose value is
// not finite while all that it is computed from is.
#pragma once

#include "train/watched_steps.h"

namespace gradwright {

struct Stopped {
  const TrainTask& task;
  const UpdateRule& rule;
  const Samples& samples;
  std::size_t batch = 1;  ///< samples a step
  Precision precision = Precision::float32;
  const FullBatch* full_batch = nullptr;  ///< in the place of the rule
};

/// G0507 with the place in the sheet. The engine takes the suspect steps again, and is left before the one that went wrong.
[[nodiscard]] Diagnostic non_finite(Pool&, Engine&, const Stopped&, const Suspects&);

}  // namespace gradwright
