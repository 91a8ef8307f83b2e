// Mistake: what a repair says about the claim: a name, the smallest wrong place, a sentence with sizes.
//   wrong-order missing-transpose layout-mix hadamard-vs-matmul missing-factor extra-factor missing-slope slope-elsewhere sign
//   wrong-variable wrong-function missing-function times-for-over missing-path missing-term extra-term wrong-sum index scalar-for-identity vector-for-diagonal
//   softmax-entrywise other
#pragma once

#include "check/edit_search.h"

namespace gradwright::check {

/// One for each edit, what stands in the way of a size first; without a hit, what the claim itself shows.
[[nodiscard]] std::vector<Mistake> mistakes_of(const RepairTask&, const SyntaxTrees&, const Hit*);

}  // namespace gradwright::check
