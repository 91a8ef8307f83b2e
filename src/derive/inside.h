// Inside: points at which formulas have values. Random ones may all lie outside: acos of a sum of many products nearly never has one.
#pragma once

#include "derive/points.h"

namespace gradwright {

/// Moves a point to where all roots are finite, as the facts of its inputs allow it: a walk that never adds to how far operands lie outside the
/// domains of their functions. The same from the same point, of bounded work. False where it finds none; the point is then as it was.
[[nodiscard]] bool move_inside(Bindings&, const Pool&, const std::vector<Expr>& roots);

/// `random_bindings`, moved inside where they can be.
[[nodiscard]] Bindings bindings_inside(const Pool&, const std::vector<Expr>& roots, std::uint64_t seed);

}  // namespace gradwright
