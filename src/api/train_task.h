// What `minimize L` of a worksheet asks for, as a task of the room train.
#pragma once

#include <tl/expected.hpp>

#include "sheet/session.h"
#include "train/task.h"

namespace gradwright {

/// Errors: G0405 no `minimize` line, G0306 nothing to train, G0502 the sheet has not exactly two data inputs; of a metric, the
/// name of a definition: G0306 it is none, G0210 it is no scalar.
[[nodiscard]] tl::expected<TrainTask, Diagnostic> train_task(Session&, const std::vector<std::string>& metrics = {});

}  // namespace gradwright
