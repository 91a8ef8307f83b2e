// Options that could change nothing beside the others: refused, not ignored.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "source/diagnostic.h"

namespace gradwright::cli {

/// G0540, of an option and why it would do nothing.
[[nodiscard]] Diagnostic without_effect(const std::string& option, const std::string& why, const std::string& help);
/// The first option of a command that the others leave without effect, as far as the command line alone can tell.
[[nodiscard]] std::optional<Diagnostic> idle_option(const CLI::App& command);

}  // namespace gradwright::cli
