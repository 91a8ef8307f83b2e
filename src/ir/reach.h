// How far affine indices reach, for all sizes: what certainly lies inside of an axis, and what certainly outside.
#pragma once

#include "ir/expr.h"

namespace gradwright {

/// The first and the last entry, counted from 0, that an index reads while the axes that it counts run over `out`.
struct Reach {
  Dim first, last;
};
[[nodiscard]] Reach reach_of(DimTable&, const AffineIndex&, const Shape& out);

/// At least 0 whatever the dimension symbols are (1 at least): n − 1, n·m − n. False where that is not seen.
[[nodiscard]] bool is_nonnegative(const DimTable&, Dim);
/// At least 0 by something that the sheet takes for granted: n − m beside `x[1:m]`.
[[nodiscard]] bool is_granted(const DimTable&, Dim);

/// The index reads inside of an axis of `extent` entries: for all sizes, or for those that the sheet it stands in takes for granted.
[[nodiscard]] bool reads_inside(DimTable&, const AffineIndex&, const Shape& out, Dim extent);

/// Along an axis every entry that is read lies before the first, or behind the last.
[[nodiscard]] bool reads_nothing(DimTable&, const std::vector<AffineIndex>& axes, const Shape& out, const Shape& in);

}  // namespace gradwright
