// What an evaluation takes, before it is begun.
#pragma once

#include <vector>

#include "ir/pool.h"

namespace gradwright {

struct Work {
  double operations = 0;
  double numbers = 0;  ///< that are held at a time, inputs among them
  Expr largest;        ///< the node that holds the most
  double largest_count = 0;
};
[[nodiscard]] Work work_of(const Pool&, const std::vector<Expr>& roots, const DimValues& sizes);

}  // namespace gradwright
