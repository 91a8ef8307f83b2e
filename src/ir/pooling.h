// Maxima over windows that lie side by side (maxpool), and the entry of each window that its maximum is taken from.
// A tie within such a window goes to its first entry, row by row; in every other maximum the entries that are largest share the slope.
#pragma once

#include <optional>
#include <vector>

#include "ir/pool.h"

namespace gradwright {

/// The maximum of c·X over windows of X that tile it: X[h·k + p, w·l + q] over p and q.
[[nodiscard]] bool is_pooling(const Pool&, Expr fold);
/// 1 at the first entry along `axes` (the last of them runs fastest) that attains the maximum over them, 0 elsewhere.
[[nodiscard]] Expr make_first_largest(Pool&, Expr of, const std::vector<std::uint16_t>& axes);
/// That of a pooling, laid out as the windows lie: entry [h·k + p, w·l + q] is that of window [k,l] at [p,q].
[[nodiscard]] Expr make_pooling_mask(Pool&, Expr pooling);
/// The pooling whose mask this is: laid out as the windows lie, or window by window.
[[nodiscard]] std::optional<Expr> pooling_of_mask(Pool&, Expr mask);
[[nodiscard]] std::optional<Expr> pooling_of_first_largest(Pool&, Expr first);

}  // namespace gradwright
