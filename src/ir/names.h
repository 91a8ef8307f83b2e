// Names: which nodes the person (or the program) has given a name; a side table beside the Pool.
// A named node is a boundary: simplify does not dissolve it into its user, present writes its name.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "ir/pool.h"

namespace gradwright {

struct Name {
  std::string text;
  Shape surface;  ///< size as written: {} scalar, {rows, cols}, or three and more axes
};

using Names = std::unordered_map<Expr, Name>;

/// The roots and what they are made of, ascending, without looking below a named node (other than a root): linear in what it finds.
[[nodiscard]] std::vector<Expr> reachable_within(const Pool&, const std::vector<Expr>& roots, const Names&);

}  // namespace gradwright
