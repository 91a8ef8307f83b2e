// `--parameters` of `run` and `eval`: what a training kept, beside the values that are given.
#pragma once

#include <gradwright/training.h>

#include <string>

#include "commands.h"

namespace gradwright::cli {

/// Values given for inputs, with the parameters of a file where they are not given, and features scaled as in its training, unless they are `raw`;
/// which a note says. An empty path: the values as they are. Errors of gw::Model::load and scaled.
[[nodiscard]] gw::Result<gw::Inputs> with_parameters(const gw::Sheet&, const std::string& path, bool raw, gw::Inputs);

}  // namespace gradwright::cli
