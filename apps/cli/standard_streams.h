// Standard input, output and error of the command: how text on them looks, and what is done where one is closed or full.
#pragma once

#include <gradwright/diagnostic.h>

#include <string>

namespace gradwright::cli {

/// `colour`: auto, always, never. NO_COLOR, the locale and the width of the terminal are honoured.
[[nodiscard]] gw::Style style_for(int descriptor, const std::string& colour);
/// A descriptor that is closed is taken by /dev/full, so that no file opened later gets what is meant for it, and
/// writing fails.
void hold_standard_descriptors();
/// The exit code, once the output has been written: a full disk or a closed output is a fault of the environment.
[[nodiscard]] int written(int code);

}  // namespace gradwright::cli
