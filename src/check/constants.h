// Constants by their values: `6*w` is right beside `const c : R = 3` and `c*sum(w.^2)`, and is no formula in c.
#pragma once

#include <optional>

#include "source/text.h"

namespace gradwright::check {

/// The sheet with `c = 3` for `const c : R = 3`; nothing where it has no constant.
[[nodiscard]] std::optional<Text> with_values_of_constants(const Text& sheet);

}  // namespace gradwright::check
