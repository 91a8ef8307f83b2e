#include "train_report.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "data/durable_file.h"
#include "train/curve_svg.h"
#include "train/event_file.h"

namespace gradwright::cli {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

/// `test_loss` stands beside `loss` in one group: loss/test and loss/training.
std::string tag_of(const std::string& name, const std::string& held) {
  return name == "loss" ? "loss/training" : name.substr(held.size() + 1) + "/" + held;
}

}  // namespace

std::optional<gw::Diagnostic> TrainLogs::open(const TrainCommand& command) {
  log_ = command.log;
  for (const std::string& path : {command.log, command.plot, command.save}) {
    if (path.empty()) continue;
    if (const auto fault = unwritable(path)) return in_public(*fault);
  }
  if (command.tensorboard.empty()) return std::nullopt;
  std::error_code ignored;
  std::filesystem::create_directories(command.tensorboard, ignored);
  const double time = now();
  auto file = created_file(command.tensorboard + "/" + event_file_name(time));
  if (!file) return in_public(file.error());
  events_ = *std::move(file);
  has_failed_ = !put(events_.get(), record(version_event(time)));
  return std::nullopt;
}

void TrainLogs::restore(const std::vector<EpochReport>& epochs) {
  if (log_.empty()) return;
  std::string lines;
  for (const EpochReport& line : epochs) lines += epoch_json(line) + "\n";
  has_failed_ = has_failed_ || write_durably(log_, lines);
  if (auto file = appended_file(log_))
    lines_ = *std::move(file);
  else
    has_failed_ = true;
}

void TrainLogs::write(const EpochReport& line) {
  if (lines_ && !put_whole(lines_.get(), epoch_json(line) + "\n")) has_failed_ = true;
  if (!events_) return;
  auto tagged = measurements(line);
  for (auto& [name, value] : tagged) name = tag_of(name, line.held);
  if (!put_whole(events_.get(), record(scalars_event(now(), line.epoch, tagged)))) has_failed_ = true;
}

std::optional<gw::Diagnostic> TrainLogs::finish(const TrainCommand& command, const std::vector<EpochReport>& epochs,
                                                int best_epoch) {
  if (!command.plot.empty() && !epochs.empty()) {
    const std::string name = std::filesystem::path(command.file).filename().string();
    if (const auto saved = gw::save_text(command.plot, curve_svg(epochs, name, best_epoch)); !saved)
      return saved.error();
  }
  if (!has_failed_) return std::nullopt;
  return fault("G0508", "a log or the picture could not be written", "check the disk");
}

std::string train_json(const std::vector<EpochReport>& epochs, const Trained* result, const gw::Diagnostic* fault) {
  std::string json = "{\"schema\":\"gradwright/train/1\",\"epochs\":[";
  for (std::size_t i = 0; i < epochs.size(); ++i) json += (i == 0 ? "\n  " : ",\n  ") + epoch_json(epochs[i]);
  json += "],\n";
  if (result != nullptr)
    json += fmt::format(
        " \"training_samples\":{},\"validation_samples\":{},\"test_samples\":{},\"best_epoch\":{},\"stopped_early\":{},"
        "\n",
        result->training_samples, result->validation_samples, result->test_samples, result->best_epoch,
        result->stopped_early);
  if (result != nullptr && result->tested) json += " \"tested\":" + epoch_json(*result->tested) + ",\n";
  std::vector<gw::Diagnostic> diagnostics;
  if (fault != nullptr) diagnostics.push_back(*fault);
  if (result != nullptr && result->note) diagnostics.push_back(in_public(*result->note));
  return json + " \"diagnostics\":" + gw::json(diagnostics) + "}\n";
}

}  // namespace gradwright::cli
