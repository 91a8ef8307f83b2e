// Products of a straight-line program, multiplied in the order in which their factors become known: what a step waits for comes last.
#pragma once

#include "emit/straight_line.h"

namespace gradwright::emitting {

/// The same numbers but for rounding. Two factors that may both be large meet only when no factor of at most 1 is left, so that nothing
/// overflows that did not.
[[nodiscard]] StraightLine with_early_products(const StraightLine&);

}  // namespace gradwright::emitting
