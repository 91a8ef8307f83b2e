#include "train/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/hash.h"
#include "data/streamed.h"
#include "train/border.h"
#include "train/first_step.h"
#include "train/history.h"
#include "train/initial.h"
#include "train/non_finite.h"
#include "train/patience.h"
#include "train/record_of.h"
#include "train/structured.h"

namespace gradwright {
namespace {

void tell(const TrainTask& task, const HeldPart& part, Measure measure, const Figures& figures, EpochReport& line) {
  line.held = part.name;
  line.test_loss = figures.loss;
  line.test_accuracy = measure == Measure::accuracy ? figures.measured : std::nan("");
  line.test_rmse = measure == Measure::rmse ? figures.measured : std::nan("");
  for (std::size_t m = 0; m < task.metrics.size(); ++m)
    line.metrics.emplace_back(task.metrics[m].name, figures.metrics[m]);
}

/// The same where trainings go on alike.
std::uint64_t key_of(const TrainState& state, const std::vector<Tensor>& values) {
  std::uint64_t key = mixed(mixed(static_cast<std::uint64_t>(state.epoch), state.done), state.steps);
  for (const Tensor& tensor : values) key = hash_of(key, std::span(tensor.values));
  return key;
}

/// A method that takes all samples does so in float64: its samples, checkpoints and diagnostics too.
TrainOptions fitting(TrainOptions options) {
  if (!options.engine.full_batch) return options;
  options.batch = std::numeric_limits<int>::max();
  options.engine.precision = Precision::float64;
  return options;
}

SplitOptions split_of(const TrainOptions& options) {
  SplitOptions split = options.split;
  split.single = options.engine.precision == Precision::float32 && !options.engine.oracle;
  return split;
}

using Report = std::function<void(const EpochReport&)>;

/// Between two classes of one number; of others there is none.
double border_of(Pool& pool, const TrainTask& task, const Samples& samples, Measure measure) {
  return measure == Measure::accuracy && samples.target.width == 1
             ? border_between_classes(pool, task, low_class(samples))
             : 0;
}

/// `data_digest` is asked only where a checkpoint is kept.
tl::expected<Trained, Diagnostic> trained_on(Pool& pool, const TrainTask& task, const Samples& samples,
                                             const DataRecord& record, const std::function<std::string()>& data_digest,
                                             const TrainOptions& options, TrainState& state, const Report& report) {
  double before = 0;  // seconds of the training that is resumed
  const auto seconds = [&before, started = std::chrono::steady_clock::now()] {
    return before + std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  };
  Generator& random = state.random;
  EngineOptions how = options.engine;
  how.batch = static_cast<std::size_t>(std::max(1, options.batch));
  const UpdateRule rule = kept_in_structure(options.rule ? options.rule : gradient_descent(options.rate));
  const auto engine = engine_for(pool, task, rule, samples, how);
  if (!engine) return tl::unexpected(engine.error());
  const std::vector<Tensor> initial = initial_values(pool, task.parameters, samples.dims, random);
  if (auto fault = checked_before_training(pool, task, samples, how, initial)) return tl::unexpected(*std::move(fault));
  (*engine)->set(initial);

  Trained result;
  result.training_samples = samples.training;
  result.validation_samples = samples.validation;
  result.test_samples = samples.test;
  result.note = (*engine)->note();
  result.measure = measure_for(task, samples);
  result.layout = state_layout(pool, task, samples, **engine, how);
  result.layout.record = record_text(record);
  const HeldPart held = held_part(samples);
  const auto figures = [&, border = border_of(pool, task, samples, result.measure)](const HeldPart& part) {
    return figures_of(**engine, task, samples, part, result.measure, border);
  };
  Patience patience(options.patience);
  const EpochOrder order(samples.training, samples.blocks, options.seed);
  state.order.resize(order.entries());
  std::iota(state.order.begin(), state.order.end(), std::size_t{0});
  Saver saver(options.checkpoint, **engine);
  if (auto fault = saver.begin(
          state, options.checkpoint.path.empty() ? Facts() : facts_of(pool, task, samples, data_digest(), options),
          result.layout))
    return tl::unexpected(*std::move(fault));
  if (!restore_history(state, task, held.name, result.epochs, patience))
    return tl::unexpected(error("G0520", "the checkpoint does not hold what the epochs before it came to")
                              .help("go on from another one, or remove it and begin again"));
  if (!result.epochs.empty()) before = result.epochs.back().seconds;
  result.stopped_early = state.epoch > 1 && patience.is_over(state.epoch - 1);
  if (how.ranks != nullptr && how.ranks->size() > 1 &&
      !how.ranks->all_have(mixed(key_of(state, (*engine)->values()), options.checkpoint.path.empty() ? 0 : 1)))
    return tl::unexpected(
        error("G0532", "the ranks do not begin at the same place: a checkpoint is not there for all, or not the same")
            .help("give every process the same checkpoint, or train without --resume"));
  if (options.on_start) options.on_start(state, samples.training, result.epochs);
  WatchedSteps steps(**engine, samples, order, how.batch, options.on_progress);
  const Stopped stopped{
      task, rule, samples, how.batch, how.oracle ? Precision::float64 : how.precision, how.full_batch.get()};
  while (state.epoch <= options.epochs && !result.stopped_early && !result.interrupted) {
    if (state.done == 0) std::shuffle(state.order.begin(), state.order.end(), random);
    EpochReport line;
    line.epoch = state.epoch;
    const double began = seconds();
    const std::size_t done = state.done;
    result.interrupted = !steps.finished(state, saver);
    if (result.interrupted) break;
    line.loss = state.loss / static_cast<double>(samples.training);
    line.samples_a_second = static_cast<double>(state.done - done) / (seconds() - began);
    if (!std::isfinite(line.loss)) return tl::unexpected(non_finite(pool, **engine, stopped, steps.suspects()));
    tell(task, held, result.measure, figures(held), line);
    if (!std::isfinite(line.test_loss) && !steps.is_finite())
      return tl::unexpected(non_finite(pool, **engine, stopped, steps.suspects()));
    line.seconds = seconds();
    result.stopped_early = patience.ends_after(state.epoch, line.test_loss, **engine);
    result.epochs.push_back(line);
    if (report) report(line);
    state.epoch += 1;
    state.done = 0;
    state.loss = 0;
    if (!options.checkpoint.path.empty()) record_history(state, line, patience);
    result.interrupted = !saver.goes_on_after_epoch(state) && state.epoch <= options.epochs && !result.stopped_early;
  }
  if (!steps.is_finite()) return tl::unexpected(non_finite(pool, **engine, stopped, steps.suspects()));
  result.unsaved = saver.finish(state);
  if (result.interrupted) return result;
  result.best_epoch = patience.best_epoch() > 0 ? patience.best_epoch() : result.epochs.back().epoch;
  result.parameters = patience.best_epoch() > 0 ? patience.best_values() : (*engine)->values();
  result.parameters.resize(task.parameters.size());
  if (samples.validation > 0 && samples.test > 0) {
    (*engine)->set(result.parameters);
    const HeldPart part = test_part(samples);
    EpochReport& line = result.tested.emplace();
    line.epoch = result.best_epoch;
    tell(task, part, result.measure, figures(part), line);
  }
  return result;
}

const Dataset& about(const Dataset& data) { return data; }
const Dataset& about(const StreamedDataset& data) { return data.about; }

/// Numbers of classes are no measure: 2 is not twice 1.
std::optional<Diagnostic> classes_for_a_number(const Pool& pool, const TrainTask& task, const Samples& samples,
                                               const DataRecord& record) {
  if (samples.are_indices || samples.target.width != 1 || record.classes.size() < 3) return std::nullopt;
  const std::string& name = pool.payload<InputInfo>(task.target).name;
  return error("G0502", fmt::format("the target of the data is one of {} texts, and `{}` is a number",
                                    record.classes.size(), name))
      .help(fmt::format("declare `{} : R[{}] onehot`, and predict by `softmax(z)`", name, record.classes.size()));
}

/// `Data`: loaded or streamed.
template <class Data>
tl::expected<Trained, Diagnostic> trained_by(Pool& pool, const TrainTask& task, const Data& data,
                                             const TrainOptions& asked, const Report& report) {
  const TrainOptions options = fitting(asked);
  TrainState state;
  state.random.seed(options.seed);
  const auto samples = samples_of(pool, task, data, split_of(options), state.random);
  if (!samples) return tl::unexpected(samples.error());
  try {
    const DataRecord record = record_of(pool, task, *samples, about(data));
    if (auto misfit = classes_for_a_number(pool, task, *samples, record)) return tl::unexpected(*std::move(misfit));
    if (options.on_prepared) options.on_prepared(record);
    return trained_on(
        pool, task, *samples, record, [&] { return digest_of(data); }, options, state, report);
  } catch (const StreamFault& fault) {
    return tl::unexpected(fault.diagnostic);
  }
}

}  // namespace

tl::expected<Trained, Diagnostic> trained(Pool& pool, const TrainTask& task, const Dataset& data,
                                          const TrainOptions& options, const Report& report) {
  return trained_by(pool, task, data, options, report);
}

tl::expected<Trained, Diagnostic> trained(Pool& pool, const TrainTask& task, const StreamedDataset& data,
                                          const TrainOptions& options, const Report& report) {
  return trained_by(pool, task, data, options, report);
}

}  // namespace gradwright
