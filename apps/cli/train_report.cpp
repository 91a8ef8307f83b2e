#include "train_report.h"

#include <fmt/format.h>

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

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

std::optional<Diagnostic> TrainLogs::open(const TrainCommand& command) {
  const auto created = [](const std::string& path, File& to) -> std::optional<Diagnostic> {
    auto file = created_file(path, true);
    if (!file) return file.error();
    to = *std::move(file);
    return std::nullopt;
  };
  if (!command.log.empty()) {
    if (auto fault = created(command.log, lines_)) return fault;
  }
  if (!command.plot.empty()) {
    File picture;
    if (auto fault = created(command.plot, picture)) return fault;
  }
  if (!command.save.empty()) {
    const std::filesystem::path folder = std::filesystem::absolute(command.save).parent_path();
    if (access(folder.c_str(), W_OK) != 0)
      return Diagnostic{"G0508",
                        Severity::error,
                        fmt::format("`{}` could not be written: {}", command.save, std::strerror(errno)),
                        {},
                        {},
                        {},
                        {"give another name for --save"},
                        {}};
  }
  if (command.tensorboard.empty()) return std::nullopt;
  std::error_code ignored;
  std::filesystem::create_directories(command.tensorboard, ignored);
  const double time = now();
  if (auto fault = created(command.tensorboard + "/" + event_file_name(time), events_)) return fault;
  has_failed_ = !put(events_.get(), record(version_event(time)));
  return std::nullopt;
}

void TrainLogs::restore(const std::vector<EpochReport>& epochs) {
  if (lines_ && ftruncate(fileno(lines_.get()), 0) != 0) has_failed_ = true;
  for (const EpochReport& line : epochs) {
    if (lines_ && !put(lines_.get(), epoch_json(line) + "\n")) has_failed_ = true;
  }
}

void TrainLogs::write(const EpochReport& line) {
  if (lines_ && !put(lines_.get(), epoch_json(line) + "\n")) has_failed_ = true;
  if (!events_) return;
  auto tagged = measurements(line);
  for (auto& [name, value] : tagged) name = tag_of(name, line.held);
  if (!put(events_.get(), record(scalars_event(now(), line.epoch, tagged)))) has_failed_ = true;
}

std::optional<Diagnostic> TrainLogs::finish(const TrainCommand& command, const std::vector<EpochReport>& epochs,
                                            int best_epoch) {
  if (!command.plot.empty() && !epochs.empty()) {
    auto picture = created_file(command.plot);
    const std::string name = std::filesystem::path(command.file).filename().string();
    if (!picture) return picture.error();
    if (!put(picture->get(), curve_svg(epochs, name, best_epoch))) has_failed_ = true;
  }
  if (!has_failed_) return std::nullopt;
  return Diagnostic{
      "G0508", Severity::error, "a log or the picture could not be written", {}, {}, {}, {"check the disk"}, {}};
}

std::string train_json(const std::vector<EpochReport>& epochs, const Trained* result, const Diagnostic* fault,
                       const Text& text) {
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
  std::vector<Diagnostic> diagnostics;
  if (fault != nullptr) diagnostics.push_back(*fault);
  if (result != nullptr && result->note) diagnostics.push_back(*result->note);
  return json + " \"diagnostics\":" + json_text(diagnostics, text) + "}\n";
}

}  // namespace gradwright::cli
