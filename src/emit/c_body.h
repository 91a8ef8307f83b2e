// The two ways in which a plan becomes the functions of a file.
#pragma once

#include <string>

#include "emit/c_scalar.h"

namespace gradwright::emitting {

/// Straight-line code: every number of the workspace is a variable.
[[nodiscard]] std::string unrolled_function(const CFunction&, CScalars&);
/// A function a kernel, and one that calls them in order.
[[nodiscard]] std::string loop_functions(const CFunction&, CScalars&, const COptions&);
/// `static`, or not; the head of the function that a caller sees, without `{`.
[[nodiscard]] std::string head_of(const CFunction&, const CScalars&);

}  // namespace gradwright::emitting
