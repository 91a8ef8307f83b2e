// Which lines of a file are read.
#pragma once

#include <vector>

#include "read/numpy/python.h"

namespace gradwright::numpy {

/// The lines to read: those of the function that holds the backward pass, or all outside of functions.
[[nodiscard]] std::vector<const PyStatement*> lines_of(const PyProgram&);

}  // namespace gradwright::numpy
