#include "train/history.h"

#include <fmt/format.h>

#include <cmath>

#include "data/streamed.h"
#include "ir/print.h"

namespace gradwright {
namespace {

/// The numbers of a report in a record; metrics follow.
std::vector<double> row_of(const EpochReport& line) {
  std::vector<double> row{line.loss,      line.test_loss,        line.test_accuracy,
                          line.test_rmse, line.samples_a_second, line.seconds};
  for (const auto& [name, value] : line.metrics) row.push_back(value);
  return row;
}

void append_row(TrainState& state, const EpochReport& line) {
  const std::vector<double> row = row_of(line);
  state.records["epochs"].insert(state.records["epochs"].end(), row.begin(), row.end());
}

}  // namespace

void record_history(TrainState& state, const EpochReport& line, const Patience& patience) {
  append_row(state, line);
  patience.record(state.records);
}

bool restore_history(TrainState& state, const TrainTask& task, const char* held, std::vector<EpochReport>& epochs,
                     Patience& patience) {
  const auto found = state.records.find("epochs");
  const std::span<const double> told = found == state.records.end() ? std::span<const double>() : found->second;
  const auto count = static_cast<std::size_t>(state.epoch - 1);
  const std::size_t least = row_of({}).size();
  if (count == 0) return told.empty();
  const std::size_t width = told.size() / count;
  if (width < least || width * count != told.size()) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::span<const double> row = told.subspan(i * width, width);
    EpochReport line;
    line.epoch = static_cast<int>(i) + 1;
    line.held = held;
    line.loss = row[0];
    line.test_loss = row[1];
    line.test_accuracy = row[2];
    line.test_rmse = row[3];
    line.samples_a_second = row[4];
    line.seconds = row[5];
    for (std::size_t m = 0; m < task.metrics.size(); ++m)
      line.metrics.emplace_back(task.metrics[m].name,
                                width == least + task.metrics.size() ? row[least + m] : std::nan(""));
    epochs.push_back(std::move(line));
  }
  state.records["epochs"].clear();  // in rows as this training has them
  if (!patience.restore(state.records, state.values, state.epoch - 1)) return false;
  for (const EpochReport& line : epochs) append_row(state, line);
  return true;
}

std::string digest_of(const Dataset& data) { return digest(data.inputs.data) + digest(data.targets.data).substr(1); }

std::string digest_of(const StreamedDataset& data) {
  return fmt::format("#{:016x}{:016x}", data.inputs_hash, data.targets_hash);
}

Facts facts_of(const Pool& pool, const TrainTask& task, const Samples& samples, const std::string& data,
               const TrainOptions& options) {
  Facts facts;
  facts["sheet"] = digest(graph_text(pool, {task.loss}));
  facts["data"] = data;
  if (const auto [rows, together] = samples.blocks; rows > 1)
    facts["window"] = fmt::format("{} blocks of {} samples", together, rows);
  facts["batch"] = options.engine.full_batch ? "all samples" : fmt::format("{}", options.batch);
  facts["pieces"] = fmt::format("{}", options.engine.pieces);
  facts["seed"] = fmt::format("{}", options.seed);
  facts["test share"] = fmt::format("{}", options.split.test_fraction);
  facts["validation share"] = fmt::format("{}", options.split.validation_fraction);
  facts["features"] = options.split.normalise == Normalise::standard ? "standardised"
                      : options.split.normalise == Normalise::minmax ? "from 0 to 1"
                                                                     : "raw";
  facts["precision"] = options.engine.oracle                            ? "that of the oracle"
                       : options.engine.precision == Precision::float64 ? "float64"
                                                                        : "float32";
  if (!options.rule && !options.engine.full_batch)
    facts["optimizer"] = fmt::format("gradient descent by {}", options.rate);
  return facts;
}

}  // namespace gradwright
