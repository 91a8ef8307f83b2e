// Witness: small inputs at which two expressions have different values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ir/evaluate.h"

namespace gradwright {

struct Witness {
  Bindings at;
  std::vector<std::int64_t> entry;  ///< indices from 1 of the first entry that differs, one for each axis
  double claimed = 0, truth = 0;    ///< the values there
};

}  // namespace gradwright
