// Mistakes made on purpose: every place of a true formula, every kind of slip that people make there.
#pragma once

#include <string>
#include <vector>

namespace gradwright::check {

struct Mutant {
  std::string gw;
  std::string slip;
};

/// Single slips of a formula; `names` are what may stand where another name belongs.
[[nodiscard]] std::vector<Mutant> mutants_of(const std::string& gw, const std::vector<std::string>& names);

}  // namespace gradwright::check
