// Training in pieces: the samples of a step are divided into a fixed number of pieces, whose gradients are added in a fixed order
// (tree_order.h). Ranks share the pieces; how many ranks there are changes nothing in the numbers.
#pragma once

#include "train/engine.h"

namespace gradwright {

/// `whole` keeps what is told of the network as a whole (evaluations). Real: float or double.
/// G0531: it cannot be divided so. G0532: the ranks do not have the same task, data or processor.
template <class Real>
[[nodiscard]] tl::expected<std::unique_ptr<Engine>, Diagnostic> piecewise_engine(Pool&, const TrainTask&,
                                                                                 const UpdateRule&, const Samples&,
                                                                                 const EngineOptions&,
                                                                                 std::unique_ptr<Engine> whole);
extern template tl::expected<std::unique_ptr<Engine>, Diagnostic> piecewise_engine<float>(
    Pool&, const TrainTask&, const UpdateRule&, const Samples&, const EngineOptions&, std::unique_ptr<Engine>);
extern template tl::expected<std::unique_ptr<Engine>, Diagnostic> piecewise_engine<double>(
    Pool&, const TrainTask&, const UpdateRule&, const Samples&, const EngineOptions&, std::unique_ptr<Engine>);

}  // namespace gradwright
