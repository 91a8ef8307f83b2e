// `gradwright train`: epochs told as they pass, the curve of the loss at the end.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "api/choices.h"
#include "api/chosen_optimiser.h"
#include "api/train_task.h"
#include "data_table.h"
#include "effect.h"
#include "outputs.h"
#include "progress.h"
#include "ranks.h"
#include "train_checkpoint.h"
#include "train_command.h"
#include "train_data.h"
#include "train_report.h"

namespace gradwright::cli {
namespace {

void print(std::FILE* stream, const std::string& text) { std::fwrite(text.data(), 1, text.size(), stream); }

/// ▁▂▃▄▅▆▇█, one bar an epoch (or a few), height by the logarithm of the loss, or by the loss where it is not always positive.
std::string loss_curve(const std::vector<EpochReport>& epochs, bool unicode) {
  const bool is_positive = std::all_of(epochs.begin(), epochs.end(), [](const EpochReport& e) { return e.loss >= 0; });
  const auto level = [&](const EpochReport& line) { return is_positive ? std::log(line.loss + 1e-12) : line.loss; };
  double low = INFINITY;
  double high = -INFINITY;
  for (const EpochReport& line : epochs) {
    low = std::min(low, level(line));
    high = std::max(high, level(line));
  }
  static constexpr const char* bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static constexpr const char* plain[] = {"_", ".", ".", "-", "-", "=", "=", "#"};
  std::string curve;
  const std::size_t stride = epochs.size() / 60 + 1;
  for (std::size_t i = 0; i < epochs.size(); i += stride) {
    const double height = high > low ? (level(epochs[i]) - low) / (high - low) : 0;
    curve += (unicode ? bars : plain)[static_cast<std::size_t>(height * 7.999)];
  }
  return curve;
}

/// The optimiser of the command line, with what is said beside it.
OptimiserChoice choice_of(const TrainCommand& command, const Streams& streams) {
  OptimiserChoice choice;
  choice.optimiser = command.optimiser;
  if (command.given.values.contains("--rate")) choice.rate = command.options.rate;
  choice.schedule = command.schedule;
  choice.clip = command.clip;
  choice.clip_value = command.clip_value;
  choice.decay = command.decay;
  choice.name = [](std::string_view field) {
    std::string name = fmt::format("--{}", field);
    std::ranges::replace(name, '_', '-');
    return name;
  };
  choice.lines_of = [&](const std::string& path) -> std::optional<std::string> {
    return path.find('.') == std::string::npos ? std::nullopt : text_in(path, streams);
  };
  return choice;
}

/// An optimiser as a fact of a checkpoint.
std::string digest_of(const OptimiserOptions& options) {
  std::string text = options.lines.text;
  for (const Lines& before : options.before) text += before.text;
  for (const auto& [name, value] : options.values) text += name + " = " + value + "\n";
  return digest(text);
}

/// `test accuracy  94.44 %`, `test RMSE 0.123`; metrics of the sheet after it.
std::string measured_text(const EpochReport& line) {
  if (line.held.empty()) return "";
  std::string text = !std::isnan(line.test_accuracy)
                         ? fmt::format("{} accuracy {:>6.2f} %", line.held, 100 * line.test_accuracy)
                     : !std::isnan(line.test_rmse) ? fmt::format("{} RMSE {:.5g}", line.held, line.test_rmse)
                                                   : fmt::format("{} loss {:.5f}", line.held, line.test_loss);
  for (const auto& [name, value] : line.metrics) text += fmt::format("   {} {:.5g}", name, value);
  return text;
}

void summarise(const Trained& result, const Streams& streams) {
  const auto say = [&](const std::string& text) { print(stdout, gw::fitted(text, streams.out.width)); };
  say(fmt::format("\nloss {} {:.5f} → {:.5f}\n", loss_curve(result.epochs, streams.out.unicode),
                  result.epochs.front().loss, result.epochs.back().loss));
  if (result.best_epoch != result.epochs.back().epoch || result.stopped_early)
    say(fmt::format("{}the parameters are those of epoch {}, the best by the {} loss\n",
                    result.stopped_early ? "stopped early: " : "", result.best_epoch, result.epochs.back().held));
  const auto at_best = static_cast<std::size_t>(result.best_epoch - result.epochs.front().epoch);
  const EpochReport& best = result.tested ? *result.tested : result.epochs[at_best];
  if (result.test_samples == 0) {
    say(fmt::format("trained on {} samples{}; none is kept for the test\n", result.training_samples,
                    result.validation_samples > 0 ? fmt::format(", validated on {}", result.validation_samples) : ""));
    return;
  }
  const std::string measured = !std::isnan(best.test_accuracy)
                                   ? fmt::format("accuracy {:.2f} %", 100 * best.test_accuracy)
                               : !std::isnan(best.test_rmse) ? fmt::format("RMSE {:.5g}", best.test_rmse)
                                                             : fmt::format("loss {:.5f}", best.test_loss);
  std::string metrics;
  for (const auto& [name, value] : best.metrics) metrics += fmt::format("{} {:.5g}, ", name, value);
  say(fmt::format("trained on {} samples,{} tested on {}: {}{}\n", result.training_samples,
                  result.validation_samples > 0 ? fmt::format(" validated on {},", result.validation_samples) : "",
                  result.test_samples, metrics, measured));
}

/// Nothing that is read is written over, and each file is what its name says.
std::optional<gw::Diagnostic> fault_of_outputs(const TrainCommand& command) {
  std::vector<NamedFile> inputs = files_of("`--data`", command.data.source);
  inputs.push_back({"the sheet", command.file});
  inputs.push_back({"`--optimizer`", command.optimiser});
  const NamedFile log{"`--log`", command.log}, plot{"`--plot`", command.plot}, save{"`--save`", command.save},
      checkpoint{"`--checkpoint`", command.options.checkpoint.path};
  if (auto fault = lost_file(inputs, {log, plot, save, checkpoint})) return fault;
  if (auto fault = misnamed(log, {".jsonl", ".json", ".txt"})) return fault;
  if (auto fault = misnamed(plot, {".svg"})) return fault;
  if (auto fault = misnamed(save, {".safetensors"})) return fault;
  return misnamed(checkpoint, {".safetensors"});
}

}  // namespace

int run_train(TrainCommand command, const Streams& streams) {
  const auto sheet = sheet_in(command.file, streams);
  if (!sheet) return environment_fault;
  if (const auto fault = fault_of_outputs(command)) return show_fault(*fault, streams);
  show(sheet->diagnostics(), streams);
  if (sheet->has_errors()) return input_fault;
  const auto sizes = sizes_of(command.sizes, *sheet);
  if (!sizes) return show_fault(sizes.error(), streams);
  Session& session = sheet->state().session;
  auto task = train_task(session, command.metrics);
  if (!task) return show_fault(in_public(task.error(), session.text()), streams);
  if (task->batch && sizes->contains(*task->batch))
    return show_fault(
        without_effect("--size " + *task->batch, "the size counts the samples of a step", "give that by `--batch`"),
        streams);
  task->fixed.dims.insert(sizes->begin(), sizes->end());
  TrainOptions& options = command.options;
  if (options.split.test_fraction == 0 && options.split.validation_fraction == 0) {
    const char* idle = options.patience > 0 ? "--patience" : !command.metrics.empty() ? "--metric" : nullptr;
    if (idle != nullptr)
      return show_fault(
          without_effect(idle, "no sample is kept to tell it by", "keep some: `--test 0.2`, `--validation 0.1`"),
          streams);
  }
  options.split.normalise = normalise_named(command.normalise);
  options.engine.oracle = command.backend == "oracle";
  options.engine.precision = command.precision == "float64" ? Precision::float64 : Precision::float32;
  options.engine.compile.backend = gw::backend_of(backend_named(command.backend));
  const auto optimiser = chosen_optimiser(session.pool(), task->parameters, choice_of(command, streams));
  if (!optimiser) return show_fault(in_public(optimiser.error().diagnostic, *optimiser.error().text), streams);
  command.given.takes_all_samples = optimiser->full_batch != nullptr;
  if (const auto idle = idle_option(command.given)) return show_fault(*idle, streams);
  options.engine.full_batch = optimiser->full_batch;
  options.rule = optimiser->rule;
  options.checkpoint.facts["optimizer"] = digest_of(optimiser->options);
  const auto data = TrainData::of(command);
  if (!data) return show_fault(data.error(), streams);
  options.checkpoint.leaves = [ranks = options.engine.ranks] { return is_to_leave(ranks); };
  options.checkpoint.failed = show_failed_checkpoint;
  TrainLogs logs;
  if (const auto fault = logs.open(command)) return show_fault(*fault, streams);
  const bool is_told = !command.quiet && !command.json;
  if (is_told) print(stdout, gw::fitted(data->about(), streams.out.width));
  std::string table;
  options.on_prepared = [&](const DataRecord& record) { table = data_table(record); };
  ProgressLine progress(!command.quiet);
  if (progress.is_shown()) options.on_progress = [&](const Progress& now) { progress.show(now, options.epochs); };
  std::vector<EpochReport> epochs;
  options.on_start = [&](const TrainState& state, std::size_t samples, const std::vector<EpochReport>& earlier) {
    epochs = earlier;
    logs.restore(earlier);
    if (is_told) print(stdout, gw::fitted(table, streams.out.width));
    if (!is_told || !options.checkpoint.resume) return;
    print(stdout, state.steps > 0 ? resumed_text(options.checkpoint.path, state, samples)
                                  : fmt::format("`{}` begins with epoch 1\n", options.checkpoint.path));
    std::fflush(stdout);
  };
  if (!options.checkpoint.path.empty()) note_signals();
  const auto result = data->trained(*sheet, *task, options, [&](const EpochReport& line) {
    epochs.push_back(line);
    logs.write(line);
    if (!is_told) return;
    progress.clear();
    print(stdout, gw::fitted(fmt::format("epoch {:>3}/{}   loss {:.5f}   {}{}{:.1f} s\n", line.epoch, options.epochs,
                                         line.loss, measured_text(line), line.held.empty() ? "" : "   ", line.seconds),
                             streams.out.width));
    std::fflush(stdout);
  });
  progress.clear();
  if (command.json) print(stdout, train_json(epochs, result ? &*result : nullptr, result ? nullptr : &result.error()));
  const auto unwritten = logs.finish(command, epochs, result ? result->best_epoch : 0);
  if (!result) return show_fault(result.error(), streams);
  if (result->note && !command.quiet) show_note(in_public(*result->note));
  if (is_told && !result->interrupted) summarise(*result, streams);
  const int code = finish_training(command, *result, streams);
  if (unwritten) return std::max(code, show_fault(*unwritten, streams));
  return code;
}

}  // namespace gradwright::cli
