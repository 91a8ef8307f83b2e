// cost: about how many operations a person has to read. What simplification lowers, and what decides which of two forms is shown.
#pragma once

#include <cstddef>

#include "ir/names.h"

namespace gradwright {

/// Operations in the formula of `root`, a named node (other than the root) counting nothing and a shared part once.
[[nodiscard]] std::size_t cost(const Pool&, Expr root, const Names&);

}  // namespace gradwright
