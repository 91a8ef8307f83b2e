// One plan as several, run one after another over the one workspace: each makes some outputs, those first that need the least. What
// takes outputs away can begin while the rest is computed.
#pragma once

#include "lower/plan.h"

namespace gradwright {

struct Cut {
  Plan plan;                         ///< kernels of this part; buffers, inputs, outputs and workspace of the whole
  std::vector<std::size_t> outputs;  ///< those that are complete after it, by place; all parts together: each once
};

/// For a plan without states. A part ends when its outputs have `least` numbers or more; the last one has the rest. Among outputs that
/// need equally much, the later one comes first.
[[nodiscard]] std::vector<Cut> cut_by_outputs(Plan, std::int64_t least);

}  // namespace gradwright
