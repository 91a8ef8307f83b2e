// The plain way to train: the evaluator, one sample a time, gradients added up by hand. What the compiled engine is compared with.
#pragma once

#include "train/engine.h"

namespace gradwright {

[[nodiscard]] tl::expected<std::unique_ptr<Engine>, Diagnostic> oracle_engine(Pool&, const TrainTask&,
                                                                              const UpdateRule&, const Samples&,
                                                                              std::size_t batch);

}  // namespace gradwright
