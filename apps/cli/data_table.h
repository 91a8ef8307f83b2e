// How the data of a training become numbers, told before it begins.
#pragma once

#include <string>

#include "data/record.h"

namespace gradwright::cli {

/// A line a column, of wide data a few; what became of the labels.
[[nodiscard]] std::string data_table(const DataRecord&);

}  // namespace gradwright::cli
