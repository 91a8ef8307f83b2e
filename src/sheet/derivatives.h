// What a request asks for: differentiated, told as a chain, laid out, presented and verified.
#pragma once

#include <vector>

#include "sheet/reading.h"
#include "sheet/session.h"

namespace gradwright {

/// One result for each `wrt` of the request; what the reader found fault with is left out.
[[nodiscard]] std::vector<Derived> derivatives(const Text&, Pool&, const Program&, const Request&,
                                               const DeriveOptions&);

}  // namespace gradwright
