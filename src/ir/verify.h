// verify: the canonical form that ir/make.h keeps, as a predicate.
#pragma once

#include <string>

#include "ir/pool.h"

namespace gradwright {

/// Shapes agree with labels and payload, labels are numbered by first use, operands are sorted, constants are floated out.
[[nodiscard]] bool is_canonical(const Pool&, const Node&);
/// The first law the node breaks, in words; empty when it is canonical.
[[nodiscard]] std::string broken_law(const Pool&, const Node&);

}  // namespace gradwright
