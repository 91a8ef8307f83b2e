// Mistake: what a repair says about the claim: its name, the smallest wrong place, and a sentence with sizes.
//   wrong-order missing-transpose hadamard-vs-matmul missing-factor extra-factor missing-slope sign wrong-variable wrong-function
//   missing-path extra-term wrong-sum layout-mix index scalar-for-identity vector-for-diagonal other
#pragma once

#include "check/edit_search.h"

namespace gradwright::check {

[[nodiscard]] std::vector<Mistake> mistakes_of(const RepairTask&, Writings&, const Hit&);

}  // namespace gradwright::check
