// What a training has told and kept so far, as records of its state: a resumed one has the same curve, and the same best epoch.
#pragma once

#include "train/patience.h"
#include "train/train.h"

namespace gradwright {

/// After an epoch.
void record_history(TrainState&, const EpochReport&, const Patience&);
/// The reports of the epochs before that of the state. False where the records do not fit it. A metric that was not told then is NaN.
[[nodiscard]] bool restore_history(TrainState&, const TrainTask&, const char* held, std::vector<EpochReport>&,
                                   Patience&);
/// What must agree for a training to go on with the same bits. `data`: what digest_of says of them.
[[nodiscard]] Facts facts_of(const Pool&, const TrainTask&, const Samples&, const std::string& data,
                             const TrainOptions&);
/// The same for data that are loaded and for the same data streamed.
[[nodiscard]] std::string digest_of(const Dataset&);
[[nodiscard]] std::string digest_of(const StreamedDataset&);

}  // namespace gradwright
