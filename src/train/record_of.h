// What made the samples of a training, to be kept beside its parameters.
#pragma once

#include "data/record.h"
#include "train/metrics.h"

namespace gradwright {

/// `about`: names and columns of the data; its numbers are not looked at.
[[nodiscard]] DataRecord record_of(const Pool&, const TrainTask&, const Samples&, const Dataset& about);

}  // namespace gradwright
