// Constructs: all that the language can write, one row each. Functions, layers and facts come from the language's own tables, so that a new
// one joins by itself; operators, entries, blocks and index notation are written here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sheet.h"

namespace gradwright::laws {

class Drawer;

struct Construct {
  std::string name;
  int arguments = 1;                                   ///< the more, the more attempts it takes to find some that fit
  std::function<std::optional<Term>(Drawer&)> make{};  ///< one attempt
};

[[nodiscard]] const std::vector<Construct>& constructs();
/// Properties that a declaration may have.
[[nodiscard]] const std::vector<std::string>& facts();
/// What a variable may be: counted beside the constructs.
[[nodiscard]] const std::vector<std::string>& kinds_of_variables();

}  // namespace gradwright::laws
