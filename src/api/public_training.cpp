// The public face of training: gw::train.
#include <gradwright/training.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "api/choices.h"
#include "api/optimiser.h"
#include "api/train_task.h"
#include "base/axis_order.h"
#include "data/durable_file.h"
#include "sheet/public_values.h"
#include "train/checkpoint.h"
#include "train/train.h"

namespace gw {

struct Trained::State {
  SharedSource source;
  std::vector<Epoch> epochs;
  std::map<std::string, Array> parameters;
  std::optional<Epoch> tested;
  gradwright::Trained found;
};

/// One training, from the options to what is found.
struct Training {
  const Sheet& sheet;
  const TrainingOptions& options;
  const std::function<void(const Epoch&)>& each;

  [[nodiscard]] tl::unexpected<Diagnostic> fault(const gradwright::Diagnostic& one) const {
    return tl::unexpected(public_fault(one, sheet.state().source));
  }
  /// At its place in the lines of the optimiser.
  [[nodiscard]] static tl::unexpected<Diagnostic> fault(const gradwright::OptimiserFault& one) {
    return tl::unexpected(public_fault(one.diagnostic, std::make_shared<const Source>(*one.text)));
  }
  [[nodiscard]] Result<Trained> on(const gradwright::Dataset& data) const;
  [[nodiscard]] static Trained told(gradwright::Trained found, SharedSource source, std::vector<Epoch> epochs);
};

namespace {

std::optional<double> known(double value) { return std::isnan(value) ? std::nullopt : std::optional(value); }

Epoch public_epoch(const gradwright::EpochReport& report) {
  Epoch epoch{
      report.epoch, report.loss,   report.held, report.test_loss, known(report.test_accuracy), known(report.test_rmse),
      {},           report.seconds};
  epoch.metrics.insert(report.metrics.begin(), report.metrics.end());
  return epoch;
}

gradwright::Normalise normalise_of(Scaling scaling) {
  return scaling == Scaling::minmax ? gradwright::Normalise::minmax
         : scaling == Scaling::none ? gradwright::Normalise::none
                                    : gradwright::Normalise::standard;
}

gradwright::TrainOptions train_options(const TrainingOptions& options) {
  gradwright::TrainOptions how;
  how.epochs = options.epochs;
  how.batch = options.batch;
  how.seed = options.seed;
  how.split.test_fraction = options.test;
  how.split.validation_fraction = options.validation;
  how.split.normalise = normalise_of(options.scaling);
  how.patience = options.patience;
  how.engine.precision = precision_of(options.precision);
  how.engine.compile.backend = backend_of(options.backend);
  how.engine.compile.threads = options.threads;
  return how;
}

/// The last axis running fastest, as files have it.
gradwright::Array row_major(const Array& array) {
  gradwright::Array found{array.extents, std::vector<double>(array.values.size())};
  const std::vector<std::size_t> places = gradwright::row_major_places(array.extents);
  for (std::size_t at = 0; at < places.size(); ++at) found.data[places[at]] = array.values[at];
  return found;
}

std::size_t count_of(const Array& array) {
  std::size_t count = 1;
  for (const std::int64_t extent : array.extents) count *= static_cast<std::size_t>(std::max<std::int64_t>(extent, 0));
  return count;
}

/// Why these are no samples with their targets.
std::optional<gradwright::Diagnostic> misfit(const Array& features, const Array& targets) {
  const auto fault = [](std::string message) {
    return gradwright::error("G0502", std::move(message))
        .help("features are samples × features, targets samples or samples × outputs");
  };
  if (features.extents.empty() || count_of(features) != features.values.size())
    return fault("the features have another number of numbers than their extents say");
  if (targets.extents.empty() || count_of(targets) != targets.values.size())
    return fault("the targets have another number of numbers than their extents say");
  if (features.extents[0] != targets.extents[0])
    return fault(fmt::format("there are {} samples and {} targets", features.extents[0], targets.extents[0]));
  return std::nullopt;
}

}  // namespace

Trained Training::told(gradwright::Trained found, SharedSource source, std::vector<Epoch> epochs) {
  auto state = std::make_shared<Trained::State>();
  state->source = std::move(source);
  state->epochs = std::move(epochs);
  for (std::size_t i = 0; i < found.layout.parameters; ++i)
    state->parameters.emplace(found.layout.names[i], Array{found.parameters[i].extents, found.parameters[i].values});
  if (found.tested) state->tested = public_epoch(*found.tested);
  state->found = std::move(found);
  Trained trained;
  trained.state_ = std::move(state);
  return trained;
}

Result<Trained> Training::on(const gradwright::Dataset& data) const {
  if (has_errors(sheet.diagnostics()))
    return tl::unexpected(*std::ranges::find(sheet.diagnostics(), Severity::error, &Diagnostic::severity));
  gradwright::Session& session = sheet.state().session;
  auto task = train_task(session, options.metrics);
  if (!task) return fault(task.error());
  task->fixed.dims.insert(options.sizes.begin(), options.sizes.end());
  gradwright::TrainOptions how = train_options(options);
  auto optimiser = gradwright::optimiser_named(options.optimiser, [](const std::string&) { return std::nullopt; });
  if (!optimiser) return fault(optimiser.error());
  if (options.rate) optimiser->values["rate"] = fmt::format("{}", *options.rate);
  const auto full_batch = full_batch_method(*optimiser);
  if (!full_batch) return fault(full_batch.error());
  how.engine.full_batch = *full_batch;
  if (!*full_batch) {
    if (const auto wrong = optimiser_fault(session.pool(), *optimiser, task->parameters)) return fault(*wrong);
    how.rule = update_rule(*optimiser);
  }
  std::vector<Epoch> epochs;
  auto found = gradwright::trained(session.pool(), *task, data, how, [&](const gradwright::EpochReport& report) {
    epochs.push_back(public_epoch(report));
    if (each) each(epochs.back());
  });
  if (!found) return fault(found.error());
  return told(*std::move(found), sheet.state().source, std::move(epochs));
}

const std::vector<Epoch>& Trained::epochs() const& { return state_->epochs; }
const std::map<std::string, Array>& Trained::parameters() const& { return state_->parameters; }
int Trained::best_epoch() const { return state_->found.best_epoch; }
bool Trained::stopped_early() const { return state_->found.stopped_early; }
std::size_t Trained::training_samples() const { return state_->found.training_samples; }
std::size_t Trained::test_samples() const { return state_->found.test_samples; }
const std::optional<Epoch>& Trained::tested() const { return state_->tested; }

Result<void> Trained::save(const std::string& path) const {
  if (const auto fault =
          gradwright::write_durably(path, parameters_text(state_->found.parameters, state_->found.layout)))
    return tl::unexpected(public_fault(*fault, state_->source));
  return {};
}

Result<Trained> train(const Sheet& sheet, const std::string& data, const TrainingOptions& options,
                      const std::function<void(const Epoch&)>& each) {
  const Training training{sheet, options, each};
  gradwright::DatasetSpec spec;
  spec.source = data;
  spec.label = options.label;
  const auto loaded = gradwright::load_dataset(spec);
  if (!loaded) return training.fault(loaded.error());
  return training.on(*loaded);
}

Result<Trained> train(const Sheet& sheet, const Array& features, const Array& targets, const TrainingOptions& options,
                      const std::function<void(const Epoch&)>& each) {
  const Training training{sheet, options, each};
  if (const auto wrong = misfit(features, targets)) return training.fault(*wrong);
  gradwright::Dataset data;
  data.inputs = row_major(features);
  data.targets = row_major(targets);
  return training.on(data);
}

}  // namespace gw
