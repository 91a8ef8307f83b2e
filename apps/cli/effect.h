// Options that could change nothing beside the others: refused, not ignored.
#pragma once

#include <gradwright/diagnostic.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gradwright::cli {

/// G0540, of an option and why it would do nothing.
[[nodiscard]] gw::Diagnostic without_effect(const std::string& option, const std::string& why, const std::string& help);
/// The options of a command that were given, with their values: `--to`, and `FILE` for what stands alone.
struct GivenOptions {
  std::string command;
  std::map<std::string, std::vector<std::string>, std::less<>> values;
  bool takes_all_samples =
      false;  ///< a step of the optimiser does, as far as is known: that of a file is known when it is read
};
/// The first option of a command that the others leave without effect, as far as the command line alone can tell.
[[nodiscard]] std::optional<gw::Diagnostic> idle_option(const GivenOptions&);

}  // namespace gradwright::cli
