// Faults of the program that are known and not mended yet, by what fails and where. Each is a debt: the list is empty in the end.
// They are counted beside the others, in a column of their own.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace gradwright::laws {

struct Known {
  std::string verb;                       ///< begins so
  std::string what;                       ///< begins so
  std::vector<std::string> constructs{};  ///< one of them stands in the sheet; empty: any
};

inline const std::vector<Known> known_faults{
    // On the edge of a domain a slope divides by 0 or multiplies 0 by infinity: of a product of entries where one is 0, of sqrt(relu(x)).
    {"", "the printed formula has no value"},
    {"", "a step has no value"},
    {"", "a batch has a gradient without a value"},
};

[[nodiscard]] inline bool is_known(const std::string& verb, const std::string& what,
                                   const std::set<std::string>& constructs) {
  return std::any_of(known_faults.begin(), known_faults.end(), [&](const Known& known) {
    return verb.starts_with(known.verb) && what.starts_with(known.what) &&
           (known.constructs.empty() || std::any_of(known.constructs.begin(), known.constructs.end(),
                                                    [&](const std::string& one) { return constructs.contains(one); }));
  });
}

}  // namespace gradwright::laws
