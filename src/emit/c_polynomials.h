// Elementwise functions by polynomials in C: the coefficients of LLVM's text (llvm_polynomials.cpp), for numbers one by one as for the lanes
// of whatever vectors a compiler makes of the loop around them.
#pragma once

#include <set>
#include <string>

#include "emit/c.h"

namespace gradwright::emitting {

/// The name of the function that computes the operation by a polynomial; empty where <math.h> does it.
[[nodiscard]] std::string polynomial_name(Op, Precision);
/// The text of these functions, and of what they call, each once.
[[nodiscard]] std::string polynomial_text(const std::set<Op>&, Precision);

}  // namespace gradwright::emitting
