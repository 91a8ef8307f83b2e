// The computations of a training: a step over so many samples, and what the network says of so many.
#pragma once

#include <algorithm>
#include <span>
#include <tl/expected.hpp>
#include <unordered_map>

#include "train/samples.h"

namespace gradwright {

/// A computation with its data inputs, of which `samples` samples come a run.
struct SampleComputation {
  Computation computation;
  Expr features, target;  ///< none: it reads no data
  std::size_t samples = 0;
  DimValues dims;
};

struct StepComputations {
  Expr total;  ///< a state: Σ of losses
  Stepping stepping;
  bool is_split = false;  ///< no batched form: `steps` add to `sums` sample by sample, `applied` makes the step
  std::vector<SampleComputation> steps;    ///< one a size asked for; when split, one for one sample
  std::vector<SampleComputation> applied;  ///< when split: one a size asked for
  std::vector<Expr> sums;                  ///< when split: states, Σ of gradients, parallel to the parameters
};

/// `sizes`: of steps, in samples. Errors of the update rule.
[[nodiscard]] tl::expected<StepComputations, Diagnostic> step_computations(Pool&, const TrainTask&, const UpdateRule&,
                                                                           const Samples&,
                                                                           const std::vector<std::size_t>& sizes);
/// Outputs: Σ of the losses, then Σ of the gradients of the parameters; of a sheet that speaks of a batch, what it says. For one sample where there is no
/// batched form.
[[nodiscard]] SampleComputation slopes(Pool&, const TrainTask&, const Samples&, std::size_t size);
/// Outputs: Σ of the losses, then the prediction where there is one, then Σ of each metric. For one sample a time where there is no batched form.
[[nodiscard]] std::vector<SampleComputation> evaluations(Pool&, const TrainTask&, const Samples&,
                                                         const std::vector<std::size_t>& sizes);

/// What stays through a training, into the places of the inputs of a plan.
template <class Real>
void set_constants(const TrainTask& task, const Stepping& stepping, std::unordered_map<Expr, std::span<Real>>& places) {
  for (const auto& [input, value] : stepping.constants) places.at(input)[0] = static_cast<Real>(value);
  for (const auto& [input, value] : task.fixed.inputs)
    std::transform(value.values.begin(), value.values.end(), places.at(input).begin(),
                   [](double x) { return static_cast<Real>(x); });
}

}  // namespace gradwright
