// NPY, the format of numpy.save, versions 1 to 3: \x93NUMPY major minor, length of the header, the header, the numbers.
// The header is a Python literal: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
// Read: bool and integers of 1, 2, 4, 8 bytes, floats of 4 and 8, little- and big-endian, C and Fortran order.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "data/array.h"
#include "data/bytes.h"
#include "source/diagnostic.h"

namespace gradwright {

[[nodiscard]] bool is_npy(std::string_view bytes);
/// Of a file that begins with these bytes.
[[nodiscard]] tl::expected<NumbersLayout, Diagnostic> npy_layout(std::string_view bytes, std::string_view name);
/// `name` is the file in diagnostics (G0506, G0507).
[[nodiscard]] tl::expected<Array, Diagnostic> parse_npy(std::string_view bytes, std::string_view name,
                                                        const LoadLimits& = {});
/// A file of version 1 with float64 numbers, little-endian, in C order.
[[nodiscard]] std::string npy_text(const Array&);

}  // namespace gradwright
