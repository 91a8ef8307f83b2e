// A name that code assigns several times: `dW = …` then `dW += …`, `dz = …` then `dz[z <= 0] = 0`. Which of the assignments is the claim?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "read/numpy/numpy.h"

namespace gradwright::check {

/// As a whole name: not the `e` of `relu`.
[[nodiscard]] bool stands_in(std::string_view formula, std::string_view name);

/// The assignment of the same target that this one goes on from; null where there is none. Both of one list.
[[nodiscard]] const NumpyAssignment* continued(const std::vector<NumpyAssignment>&, const NumpyAssignment&);
/// The new value is the old one plus something: `dW + …`. A gradient is summed up, and the last value is what is claimed.
/// Otherwise the name goes on to another node (a mask, a slope), or to what it claims (`d /= m`).
[[nodiscard]] bool adds_to(std::string_view formula, std::string_view name);

}  // namespace gradwright::check
