// Array: numbers on a rectangular grid, as a data file holds them. Table: an array of rows whose columns have names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gradwright {

/// Row-major (C order): data[((i·shape[1]) + j)·shape[2] + k …]; every number is finite. A scalar has an empty shape.
struct Array {
  std::vector<std::int64_t> shape;
  std::vector<double> data;
};

struct Table {
  std::vector<std::string> columns;  ///< from the header line, else `column1`, `column2`, …
  Array values;                      ///< rows × columns
};

}  // namespace gradwright
