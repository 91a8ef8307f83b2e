#include "train_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <optional>
#include <stdexcept>

#include "data/memory.h"
#include "data/sources.h"
#include "effect.h"

namespace gradwright::cli {
namespace {

DatasetSpec spec_of(const TrainCommand& command) {
  DatasetSpec spec = command.data;
  spec.missing = command.missing == "drop"   ? Missing::drop
                 : command.missing == "mean" ? Missing::mean
                                             : Missing::refuse;
  return spec;
}

std::string gigabytes(std::uint64_t bytes) {
  return bytes < 100'000'000 ? fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6)
                             : fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

/// Nothing where the data fit into the memory, or cannot be streamed.
std::optional<std::string> why_streamed(const DatasetSpec& spec) {
  constexpr std::uint64_t most_loaded = 2 * LoadLimits{}.bytes;
  const auto needed = bytes_to_load(spec);
  if (!needed) return std::nullopt;
  const std::uint64_t there = memory_of_process();
  if (*needed > there / 2)
    return fmt::format(
        "streamed: in memory the data would take {}, more than half of the {} that this process may have\n",
        gigabytes(*needed), gigabytes(there));
  if (*needed > most_loaded) return fmt::format("streamed: in memory the data would take {}\n", gigabytes(*needed));
  return std::nullopt;
}

std::string counts_and_classes(const Dataset& data) {
  constexpr std::size_t shown = 10;
  std::string text;
  if (data.dropped > 0) text += fmt::format("lines left out for a missing value: {}\n", data.dropped);
  if (data.filled > 0) text += fmt::format("missing values replaced by the mean: {}\n", data.filled);
  if (data.classes.empty()) return text;
  text += "classes: ";
  for (std::size_t i = 0; i < data.classes.size() && i < shown; ++i)
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", i, gw::in_backticks(data.classes[i]));
  return text + (data.classes.size() > shown ? fmt::format(", and {} more\n", data.classes.size() - shown) : "\n");
}

/// The place where a memory that does not suffice for data or training ends.
template <class Work>
auto within_memory(const std::string& source, bool is_streamed, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
  } catch (const std::length_error&) {
  }
  return tl::unexpected(
      fault("G0505", fmt::format("no memory to train on {}", gw::in_backticks(source)),
            is_streamed ? "take smaller steps (`--batch`) or a smaller window (`--window`)"
                        : "`--stream` reads the samples where they are wanted, and keeps few of them in memory"));
}

}  // namespace

gw::Result<TrainData> TrainData::of(const TrainCommand& command) {
  const DatasetSpec spec = spec_of(command);
  const bool takes_all = command.options.engine.full_batch != nullptr;
  TrainData found;
  found.source_ = spec.source;
  if (command.stream && takes_all)
    return tl::unexpected(fault("G0523", "a method that takes all samples a step keeps them all in memory",
                                "leave `--stream` out, or take an optimiser that takes some: adam, sgd"));
  if (!command.stream && !command.in_memory && !takes_all) found.why_streamed_ = why_streamed(spec).value_or("");
  const bool is_streamed = command.stream || !found.why_streamed_.empty();
  if (command.has_window && !is_streamed)
    return tl::unexpected(without_effect("--window", "the data are not streamed", "leave it out, or add `--stream`"));
  if (spec.missing != Missing::refuse && !sources::may_be_csv(spec.source))
    return tl::unexpected(without_effect("--missing", "only a CSV has missing values", "leave it out"));
  return within_memory(spec.source, is_streamed, [&]() -> gw::Result<TrainData> {
    if (is_streamed) {
      auto streamed = stream_dataset(spec);
      if (!streamed) return tl::unexpected(in_public(streamed.error()));
      found.data_ = *std::move(streamed);
    } else {
      auto loaded = load_dataset(spec);
      if (!loaded) return tl::unexpected(in_public(loaded.error()));
      found.data_ = *std::move(loaded);
    }
    return std::move(found);
  });
}

std::string TrainData::about() const {
  const auto* streamed = std::get_if<StreamedDataset>(&data_);
  return why_streamed_ + counts_and_classes(streamed != nullptr ? streamed->about : std::get<Dataset>(data_));
}

gw::Result<Trained> TrainData::trained(const gw::Sheet& sheet, const TrainTask& task, const TrainOptions& options,
                                       const std::function<void(const EpochReport&)>& report) const {
  Session& session = sheet.state().session;
  return within_memory(source_, std::holds_alternative<StreamedDataset>(data_), [&]() -> gw::Result<Trained> {
    auto found = std::visit(
        [&](const auto& data) { return gradwright::trained(session.pool(), task, data, options, report); }, data_);
    if (!found) return tl::unexpected(in_public(found.error(), session.text()));
    return *std::move(found);
  });
}

Normalise normalise_named(const std::string& name) {
  return name == "minmax" ? Normalise::minmax : name == "none" ? Normalise::none : Normalise::standard;
}

}  // namespace gradwright::cli
