// The index of a window solved for the axes of its result: out[o] = in[p] with p = offset + Σ c·o, by elimination over the integers.
#pragma once

#include <optional>
#include <vector>

#include "ir/expr.h"

namespace gradwright {

/// The out axes as affine(p, other out axes), none where one stays free; their parts number operand axes first, then out axes.
/// None where an operand axis has no out axis left with a coefficient of ±1.
[[nodiscard]] std::optional<std::vector<std::optional<AffineIndex>>> solved_for_out(DimTable&, const WindowIndex&,
                                                                                    std::size_t out);

}  // namespace gradwright
