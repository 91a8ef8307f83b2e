// One command as several processes: only the first speaks, and a fault of any ends all.
#pragma once

#include <functional>

#include "train_command.h"

namespace gradwright::cli {

/// Runs it as this process's rank of the job (`command.ranks`), with the pieces and threads that fit the job. Of a job, only rank 0 writes
/// to the standard streams; where another rank alone has a fault, its message follows its number.
[[nodiscard]] int on_ranks(TrainCommand command, const Streams&,
                           const std::function<int(TrainCommand, const Streams&)>& run);

}  // namespace gradwright::cli
