// Classes of samples, one a row: p[np.arange(m), y] -= 1, and y as np.argmax(Y, axis=1) of the matrix of classes.
#pragma once

#include <optional>
#include <string>

#include "read/numpy/python.h"

namespace gradwright::numpy {

/// The matrix whose largest entry of each row is taken, `np.argmax(Y, axis=1)` or `Y.argmax(1)`; empty for anything else.
[[nodiscard]] std::string argmax_of_rows(Py);

struct OneOffEachRow {
  Py count = nullptr;    ///< the argument of range or arange
  Py classes = nullptr;  ///< where in its row
};
/// Of `target -= 1` whose index is a range of rows, and a place in each.
[[nodiscard]] std::optional<OneOffEachRow> one_off_each_row(const PyStatement&, const PyNode& target);

}  // namespace gradwright::numpy
