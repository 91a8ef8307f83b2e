// From formulas about one sample to formulas about many: the data inputs get one more axis, the last, and so does all that depends on them.
#pragma once

#include <optional>
#include <vector>

#include "ir/pool.h"

namespace gradwright {

struct Batched {
  std::vector<Expr> inputs;  ///< parallel to the data inputs
  std::vector<Expr>
      each;  ///< parallel to the roots: with the batch axis last; a root that does not depend on the data as it is
  std::vector<Expr> total;  ///< parallel to the roots: summed over the samples
};

/// Nothing where a node has no batched form: a matrix algorithm, or a look-up in a table that depends on the data.
[[nodiscard]] std::optional<Batched> batched(Pool&, const std::vector<Expr>& roots, const std::vector<Expr>& data,
                                             Dim batch);

}  // namespace gradwright
