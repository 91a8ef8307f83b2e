// What a request asks for: differentiated, simplified, told as a chain, presented and verified.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sheet/session.h"

namespace gradwright {

/// Reads a sheet with derivatives inside expressions; `cuts` and `unconstrained` as in ReadOptions.
[[nodiscard]] ReadOptions reading_options(std::set<std::string, std::less<>> cuts = {},
                                          std::set<std::string, std::less<>> unconstrained = {});
/// The sheet as what is to be differentiated by these variables: none of their facts is used.
[[nodiscard]] Program without_facts_of(const Text&, Pool&, const Program&, const std::vector<const Declaration*>&);
/// One result for each `wrt` of the request; what the reader found fault with is left out.
[[nodiscard]] std::vector<Derived> derivatives(const Text&, Pool&, const Program&, const Request&,
                                               const DeriveOptions&);

}  // namespace gradwright
