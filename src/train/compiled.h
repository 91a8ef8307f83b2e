// Training by compiled plans. A sheet for one sample is batched; value, gradients and update of a step are one plan, and many steps are
// one call. Where a formula has no batched form, a plan adds up gradients sample by sample and another one makes the step.
#pragma once

#include "train/engine.h"

namespace gradwright {

/// Real: float or double.
template <class Real>
[[nodiscard]] tl::expected<std::unique_ptr<Engine>, Diagnostic> compiled_engine(Pool&, const TrainTask&,
                                                                                const UpdateRule&, const Samples&,
                                                                                const EngineOptions&);
extern template tl::expected<std::unique_ptr<Engine>, Diagnostic> compiled_engine<float>(Pool&, const TrainTask&,
                                                                                         const UpdateRule&,
                                                                                         const Samples&,
                                                                                         const EngineOptions&);
extern template tl::expected<std::unique_ptr<Engine>, Diagnostic> compiled_engine<double>(Pool&, const TrainTask&,
                                                                                          const UpdateRule&,
                                                                                          const Samples&,
                                                                                          const EngineOptions&);

}  // namespace gradwright
