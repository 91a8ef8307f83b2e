// One plan as several, run one after another over the one workspace: each makes some outputs, those first that need the least. What
// takes outputs away can begin while the rest is computed.
#pragma once

#include "lower/plan.h"

namespace gradwright {

using OutputGroups = std::vector<std::vector<std::size_t>>;

/// For a plan without states: its outputs, by place, each once, those first that need the fewest further kernels, the later one where
/// two need equally many. A group ends when it has `least` numbers or more; the last one has the rest.
[[nodiscard]] OutputGroups output_groups(const Plan&, std::int64_t least);
/// A plan for each group: kernels that its outputs need and that have not run before; buffers and workspace of the whole.
[[nodiscard]] std::vector<Plan> cut(Plan, const OutputGroups&);

}  // namespace gradwright
