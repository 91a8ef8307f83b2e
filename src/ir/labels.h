// Labels of an Einsum, made.
#pragma once

#include <numeric>

#include "ir/expr.h"

namespace gradwright {

/// 0, 1, … count − 1: each axis its own label.
[[nodiscard]] inline Labels counted(std::size_t count) {
  Labels labels(count);
  std::iota(labels.begin(), labels.end(), Label{0});
  return labels;
}

}  // namespace gradwright
