// A file that is there whole or not at all: written beside its place, brought to the disk, then put in its place. Whatever ends the
// program, and when, the path names the old content or the new.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "source/diagnostic.h"

namespace gradwright {

/// G0508 where it could not be written; then the old content stays. It is written as `path` with `.new` at its end.
[[nodiscard]] std::optional<Diagnostic> write_durably(const std::string& path, std::string_view content);

}  // namespace gradwright
