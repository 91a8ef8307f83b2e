// The left side of an equation: which derivative, or which name of the person's own, it speaks of.
#pragma once

#include "read/latex/interpreter.h"

namespace gradwright::latex {

/// Fills the side; indices of entries become free in the scope. What is returned is an expression still to be read: the left side itself, or
/// what is derived (`\frac{\partial x^TAx}{\partial x}`); empty where there is none.
[[nodiscard]] TexRow left_side(const TexRow&, Scope&, LeftSide&);

}  // namespace gradwright::latex
