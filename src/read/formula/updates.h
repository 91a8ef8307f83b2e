// Sheets whose lines may update: `name := expr` gives a name a new value, of the size it has. A name that only updates give a value is a
// state: an input as large as another one. An optimiser is such a sheet.
#pragma once

#include "read/formula/program.h"

namespace gradwright {

struct UpdatingProgram {
  Program program;
  std::vector<Definition> updates;  ///< in order
  /// The last one of a name: the value that holds.
  [[nodiscard]] const Definition* update(std::string_view name) const;
};
[[nodiscard]] UpdatingProgram read_updates(const Text&, Pool&, const ReadOptions&, const std::string& states_like);

/// A line `name = value` or `name := value` as it stands.
struct Assignment {
  std::string name;
  Span span, value;
  bool is_update = false;
};
/// Those that can be parsed.
[[nodiscard]] std::vector<Assignment> assignments_of(const Text&);

}  // namespace gradwright
