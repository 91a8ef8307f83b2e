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

inline const std::vector<Known> known_faults{};

[[nodiscard]] inline bool is_known(const std::string& verb, const std::string& what,
                                   const std::set<std::string>& constructs) {
  return std::any_of(known_faults.begin(), known_faults.end(), [&](const Known& known) {
    return verb.starts_with(known.verb) && what.starts_with(known.what) &&
           (known.constructs.empty() || std::any_of(known.constructs.begin(), known.constructs.end(),
                                                    [&](const std::string& one) { return constructs.contains(one); }));
  });
}

}  // namespace gradwright::laws
