// A compiled loss on random numbers, against the slope of the formula as the sheet says it. Once a program, before it is given away.
#pragma once

#include <optional>

#include "api/compile.h"
#include "run/compiled_plans.h"

namespace gradwright {

struct CompiledLoss {
  const LossComputation& loss;
  const Computation&
      computation;  ///< the loss is its first output; its gradients follow, or `rate` says how far they move the inputs
  std::vector<BufferId> streamed{};
  DimValues sizes{};
  std::optional<double> rate{};
};

/// G0904 where value or gradients differ; not tried where one evaluation of the loss takes longer than some milliseconds.
template <class Real>
[[nodiscard]] std::optional<Diagnostic> checked_compiled(const Pool&, const CompiledLoss&, const CompiledPlans<Real>&);
/// The same of what `loss_program` plans.
[[nodiscard]] std::optional<Diagnostic> checked_loss_program(Session&, const DimValues& sizes, Precision);

}  // namespace gradwright
