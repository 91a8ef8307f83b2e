// Smaller sheets that fail in the same way: subterms for terms, variables for subterms, names opened, facts dropped.
#pragma once

#include <functional>

#include "sheet.h"

namespace gradwright::laws {

[[nodiscard]] Sheet shrunk(Sheet, const std::function<bool(const Sheet&)>& still_fails, int most_tries = 160);

}  // namespace gradwright::laws
