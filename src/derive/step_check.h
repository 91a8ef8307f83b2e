// Every step of a trace, checked by numbers: a rewrite has one value on both sides; what a node hands to its operand is its adjoint times the
// finite differences of the node by that operand.
#pragma once

#include "derive/differences.h"
#include "ir/trace.h"

namespace gradwright {

/// `points` 0: no random point with finite values was found, or there is nothing to check.
[[nodiscard]] NumericCheck checked_step(Pool&, const Step&, std::uint64_t seed);

}  // namespace gradwright
