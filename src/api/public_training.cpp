// The public face of training: gw::train.
#include <gradwright/training.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "api/choices.h"
#include "api/chosen_optimiser.h"
#include "api/public_model.h"
#include "api/train_task.h"
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
  Model model;
};

/// One training, from the options to what is found.
struct Training {
  const Sheet& sheet;
  const TrainingOptions& options;
  const std::function<void(const Epoch&)>& each;

  /// At its place in the lines of the optimiser.
  [[nodiscard]] static tl::unexpected<Diagnostic> fault(const gradwright::OptimiserFault& one) {
    return tl::unexpected(public_fault(one.diagnostic, std::make_shared<const Source>(*one.text)));
  }
  [[nodiscard]] Result<Trained> on(const gradwright::Dataset& data) const;
  [[nodiscard]] Result<Trained> told(gradwright::Trained found, std::vector<Epoch> epochs) const;
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

/// Why these are no samples with their targets.
std::optional<gradwright::Diagnostic> misfit(const Array& features, const Array& targets) {
  if (auto wrong = miscounted("the array of features", features)) return wrong;
  if (auto wrong = miscounted("the array of targets", targets)) return wrong;
  if (!features.extents.empty() && !targets.extents.empty() && features.extents[0] == targets.extents[0])
    return std::nullopt;
  const auto rows = [](const Array& array) { return array.extents.empty() ? 0 : array.extents[0]; };
  return gradwright::error("G0502", fmt::format("there are {} samples and {} targets", rows(features), rows(targets)))
      .help("features are samples × features, targets samples or samples × outputs");
}

gradwright::OptimiserChoice choice_of(const TrainingOptions& options) {
  return {options.optimiser,
          options.rate,
          options.schedule,
          options.clip,
          options.clip_value,
          options.decay,
          [](std::string_view field) { return std::string(field); },
          [](const std::string& path) -> std::optional<std::string> {
            if (path.find('.') == std::string::npos) return std::nullopt;
            const auto lines = text_of(path);
            return lines ? std::optional(*lines) : std::nullopt;
          }};
}

gradwright::Missing missing_of(Missing missing) {
  return missing == Missing::drop   ? gradwright::Missing::drop
         : missing == Missing::mean ? gradwright::Missing::mean
                                    : gradwright::Missing::refuse;
}

}  // namespace

Result<Trained> Training::told(gradwright::Trained found, std::vector<Epoch> epochs) const {
  auto kept = gradwright::parse_parameters(parameters_text(found.parameters, found.layout), "the training",
                                           sheet.state().session);
  if (!kept) return fault_of(sheet, kept.error());
  auto state = std::make_shared<Trained::State>();
  state->source = sheet.state().source;
  state->model.state_ = std::make_shared<const Model::State>(sheet, *std::move(kept));
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
  if (const auto error = first_error(sheet)) return tl::unexpected(*error);
  gradwright::Session& session = sheet.state().session;
  auto task = train_task(session, options.metrics);
  if (!task) return fault_of(sheet, task.error());
  task->fixed.dims.insert(options.sizes.begin(), options.sizes.end());
  gradwright::TrainOptions how = train_options(options);
  const auto optimiser = chosen_optimiser(session.pool(), task->parameters, choice_of(options));
  if (!optimiser) return fault(optimiser.error());
  how.engine.full_batch = optimiser->full_batch;
  how.rule = optimiser->rule;
  std::vector<Epoch> epochs;
  auto found = gradwright::trained(session.pool(), *task, data, how, [&](const gradwright::EpochReport& report) {
    epochs.push_back(public_epoch(report));
    if (each) each(epochs.back());
  });
  if (!found) return fault_of(sheet, found.error());
  return told(*std::move(found), std::move(epochs));
}

const std::vector<Epoch>& Trained::epochs() const& { return state_->epochs; }
const std::map<std::string, Array>& Trained::parameters() const& { return state_->parameters; }
int Trained::best_epoch() const { return state_->found.best_epoch; }
bool Trained::stopped_early() const { return state_->found.stopped_early; }
std::size_t Trained::training_samples() const { return state_->found.training_samples; }
std::size_t Trained::test_samples() const { return state_->found.test_samples; }
const std::optional<Epoch>& Trained::tested() const { return state_->tested; }
Model Trained::model() const { return state_->model; }

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
  spec.missing = missing_of(options.missing);
  const auto loaded = gradwright::load_dataset(spec);
  if (!loaded) return fault_of(sheet, loaded.error());
  return training.on(*loaded);
}

Result<Trained> train(const Sheet& sheet, const Array& features, const Array& targets, const TrainingOptions& options,
                      const std::function<void(const Epoch&)>& each) {
  const Training training{sheet, options, each};
  if (const auto wrong = misfit(features, targets)) return fault_of(sheet, *wrong);
  gradwright::Dataset data;
  data.inputs = {features.extents, features.by_rows()};
  data.targets = {targets.extents, targets.by_rows()};
  return training.on(data);
}

}  // namespace gw
