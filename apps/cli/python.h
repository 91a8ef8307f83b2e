// A Python program run beside this one: JSON goes in, JSON comes back.
#pragma once

#include <gradwright/diagnostic.h>

#include <string>
#include <vector>

namespace gradwright::cli {

/// What `python3 -c SCRIPT ARGUMENTS…` writes on standard output, given `input` on standard input; its standard error is ours. The
/// interpreter is that of the environment variable GRADWRIGHT_PYTHON, else the first `python3` of PATH.
/// Errors: G0720 there is no interpreter; G0721 it did not end well; G0508 no temporary file.
[[nodiscard]] gw::Result<std::string> python_output(const char* script, const std::vector<std::string>& arguments,
                                                    const std::string& input);

}  // namespace gradwright::cli
