// What `gradwright train` asks of data, and what it says of them.
#pragma once

#include "commands.h"

namespace gradwright::cli {

[[nodiscard]] DatasetSpec spec_of(const TrainCommand&);
/// standard, minmax, none
[[nodiscard]] Normalise normalise_named(const std::string&);
/// Lines for what the person may not know: gaps, and which number a class has; empty where there is nothing.
[[nodiscard]] std::string about_data(const Dataset&);

}  // namespace gradwright::cli
