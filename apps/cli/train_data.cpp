#include "train_data.h"

#include <fmt/format.h>

namespace gradwright::cli {

DatasetSpec spec_of(const TrainCommand& command) {
  DatasetSpec spec = command.data;
  spec.missing = command.missing == "drop"   ? Missing::drop
                 : command.missing == "mean" ? Missing::mean
                                             : Missing::refuse;
  return spec;
}

Normalise normalise_named(const std::string& name) {
  return name == "minmax" ? Normalise::minmax : name == "none" ? Normalise::none : Normalise::standard;
}

std::string about_data(const Dataset& data) {
  constexpr std::size_t shown = 10;
  std::string text;
  if (data.dropped > 0) text += fmt::format("lines left out for a missing value: {}\n", data.dropped);
  if (data.filled > 0) text += fmt::format("missing values replaced by the mean: {}\n", data.filled);
  if (data.classes.empty()) return text;
  text += "classes: ";
  for (std::size_t i = 0; i < data.classes.size() && i < shown; ++i)
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", i, in_backticks(data.classes[i]));
  return text + (data.classes.size() > shown ? fmt::format(", and {} more\n", data.classes.size() - shown) : "\n");
}

}  // namespace gradwright::cli
