// simplify: from what differentiation leaves to what a person would write. Each rewrite is a named row (simplify/rules.h) that fires only
// where its condition holds and the cost strictly falls; flattening dissolves unnamed products and sums into their user.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "ir/names.h"
#include "ir/pool.h"
#include "ir/trace.h"

namespace gradwright {

/// Equal in value to `roots`, same shapes. Named nodes stay boundaries; their own definitions are not rewritten away.
[[nodiscard]] std::vector<Expr> simplified(Pool&, const std::vector<Expr>& roots, const Names&, Trace&);

}  // namespace gradwright
