// Mistakes made on purpose: every place of a true formula, every kind of slip that people make there.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace gradwright::check {

struct Mutant {
  std::string gw;
  std::string slip;
};

struct MutantNames {
  std::vector<std::string> all;                    ///< what may stand where another name belongs
  std::map<std::string, std::string> definitions;  ///< formula → name: `tanh(z1)` → a1
  std::vector<std::string> indices;                ///< free ones, of a formula of entries
};

/// Single slips of a formula.
[[nodiscard]] std::vector<Mutant> mutants_of(const std::string& gw, const MutantNames& names);

}  // namespace gradwright::check
