// The longest text that is read as a worksheet.
#pragma once

#include <optional>

#include "source/diagnostic.h"

namespace gradwright {

/// G0115 for a text that is longer than any worksheet: formatted() leaves it as it is, read_formula() says so.
[[nodiscard]] std::optional<Diagnostic> too_long(const Text&);

}  // namespace gradwright
