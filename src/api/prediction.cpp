#include "api/prediction.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "api/compiled_sheet.h"
#include "api/evaluated.h"
#include "api/train_task.h"
#include "base/axis_order.h"
#include "data/bytes.h"
#include "train/border.h"
#include "train/declared.h"
#include "train/sample_shape.h"

namespace gradwright {
namespace {

constexpr std::int64_t rows_at_once = 256;  ///< of a sheet that speaks of a batch

/// What is said of a prediction.
class Answer {
 public:
  /// `border` parts two classes.
  Answer(const DataRecord& record, bool probabilities, std::size_t width, double border)
      : record_(record), probabilities_(probabilities), width_(width), border_(border) {}

  /// G0545: the sheet's prediction is of no classes.
  [[nodiscard]] std::optional<Diagnostic> misfit() const {
    if (!probabilities_) return std::nullopt;
    if (record_.kind == TargetKind::numbers)
      return error("G0545", "the target is a number, and no class has a probability")
          .help("ask for the prediction itself, without probabilities");
    if (record_.kind != TargetKind::two || border_ != 0) return std::nullopt;
    return error("G0545", "the prediction tells two classes apart by its sign, and is no probability")
        .help("name the probability below it: `p = sigmoid(z)`");
  }

  [[nodiscard]] std::vector<std::string> columns() const {
    const std::string name = record_.target.empty() ? "prediction" : record_.target;
    const std::size_t count = probabilities_ || record_.kind == TargetKind::numbers ? width_ : 1;
    std::vector<std::string> names;
    for (std::size_t k = 0; k < count; ++k) {
      names.push_back(probabilities_
                          ? fmt::format("p({})", record_.kind == TargetKind::two ? class_named(1) : class_named(k))
                      : count > 1 ? fmt::format("{}[{}]", name, k + 1)
                                  : name);
    }
    return names;
  }

  /// G0507, G0545: no number, or no probability.
  template <class Real>
  [[nodiscard]] tl::expected<PredictedRow, Diagnostic> row(std::span<const Real> prediction, std::size_t number) const {
    if (!std::ranges::all_of(prediction, [](Real x) { return std::isfinite(x); }))
      return tl::unexpected(error("G0507", fmt::format("the prediction for row {} is not finite", number))
                                .help("see `gradwright eval` for the values on the way"));
    PredictedRow row{{prediction.begin(), prediction.end()}, {}};
    if (probabilities_) {
      if (!are_probabilities(prediction))
        return tl::unexpected(error("G0545", fmt::format("the prediction for row {} is no probability: {}", number,
                                                         fmt::join(prediction, ", ")))
                                  .help("the prediction is the last definition of the target's size: let it be "
                                        "`softmax(z)`, or `sigmoid(z)`"));
    } else if (record_.kind == TargetKind::two) {
      row.label = class_named(row.numbers[0] > border_ ? 1 : 0);
    } else if (record_.kind != TargetKind::numbers) {
      row.label = class_named(static_cast<std::size_t>(std::ranges::max_element(prediction) - prediction.begin()));
    }
    return row;
  }

 private:
  [[nodiscard]] std::string class_named(std::size_t number) const {
    if (number < record_.classes.size()) return record_.classes[number];
    if (record_.kind != TargetKind::two || record_.is_mapped) return fmt::format("{}", number);
    return fmt::format("{}", number == 0 ? record_.low : record_.high);
  }

  template <class Real>
  static bool are_probabilities(std::span<const Real> prediction) {
    double sum = 0;
    for (const Real x : prediction) {
      if (!(x >= 0 && x <= 1 + 1e-5)) return false;
      sum += static_cast<double>(x);
    }
    return prediction.size() == 1 || std::fabs(sum - 1) < 1e-3;
  }

  const DataRecord& record_;
  bool probabilities_;
  std::size_t width_;
  double border_;
};

/// The network, compiled for one sample, or for so many as are taken at once; rows wait until it is full.
template <class Real>
class Predictor {
 public:
  Predictor(CompiledSheet<Real>& program, const std::string& input, const Samples& samples, const Slot& output,
            const Answer& answer, const EachPredicted& each)
      : program_(program),
        place_(program.input(input)),
        features_(samples.features),
        output_(output),
        answer_(answer),
        each_(each),
        at_once_(samples.is_batched ? static_cast<std::size_t>(rows_at_once) : 1),
        places_(row_major_places(features_.extents)) {}

  std::optional<Diagnostic> take(std::span<const double> features) {
    std::vector<Real> row(features.size());
    for (std::size_t k = 0; k < row.size(); ++k) row[k] = static_cast<Real>(features[places_[k]]);
    waiting_.push_back(std::move(row));
    return waiting_.size() < at_once_ ? std::nullopt : run();
  }
  std::optional<Diagnostic> finish() { return waiting_.empty() ? std::nullopt : run(); }

 private:
  std::optional<Diagnostic> run() {
    const std::size_t count = waiting_.size();
    pack(
        features_, at_once_, [&](std::size_t i) { return std::span<const Real>(waiting_[std::min(i, count - 1)]); },
        place_.data());
    program_.run();
    const std::span<const Real> found = program_.output(program_.outputs()[0].name);
    const std::vector<std::size_t> places = row_major_places(output_.extents);
    std::vector<Real> prediction(output_.width);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t k = 0; k < output_.width; ++k)
        prediction[places[k]] = found[output_.samples_first ? i + k * at_once_ : i * output_.width + k];
      const auto row = answer_.row(std::span<const Real>(prediction), ++told_);
      if (!row) return row.error();
      if (auto fault = each_(*row)) return fault;
    }
    waiting_.clear();
    return std::nullopt;
  }

  CompiledSheet<Real>& program_;
  std::span<Real> place_;
  Slot features_, output_;
  const Answer& answer_;
  const EachPredicted& each_;
  std::size_t at_once_, told_ = 0;
  std::vector<std::size_t> places_;
  std::vector<std::vector<Real>> waiting_;
};

/// Parameters that say nothing of their data: features as they are, targets as they are.
DataRecord plain_record(const Pool& pool, const TrainTask& task, const Slot& features) {
  DataRecord record;
  record.input = pool.payload<InputInfo>(task.features).name;
  record.target = pool.payload<InputInfo>(task.target).name;
  record.shift.assign(features.width, 0);
  record.factor.assign(features.width, 1);
  return record;
}

/// The parameters into the program. G0543: one is not what the sheet declares.
template <class Real>
std::optional<Diagnostic> put_in(CompiledSheet<Real>& program, Session& session, const KeptParameters& kept) {
  for (const auto& [name, array] : kept.arrays) {
    const std::span<Real> place = program.input(name);
    if (place.empty()) continue;  // the loss needs it, and the prediction does not
    const auto port = std::ranges::find(program.inputs(), name, &Port::name);
    const std::vector<std::size_t> places = row_major_places(port->extents);
    for (std::size_t at = 0; at < places.size(); ++at) place[at] = static_cast<Real>(array.data[places[at]]);
    if (const Declaration* declaration = session.program().declaration(name); declaration != nullptr) {
      const std::vector<double> value(place.begin(), place.end());
      if (auto broken = undeclared(session.pool(), declaration->input, port->extents, value)) return broken;
    }
  }
  return std::nullopt;
}

/// The network, and who hears of its predictions.
struct Prediction {
  Session& session;
  const TrainTask& task;
  const KeptParameters& kept;
  const DataRecord& record;
  const Samples& samples;
  const PredictionRequest& request;
  const Rows& rows;
  const Columns& columns;
  const EachPredicted& each;

  template <class Real>
  [[nodiscard]] std::optional<Diagnostic> made() const;
};

template <class Real>
std::optional<Diagnostic> Prediction::made() const {
  CompileRequest compiled;
  compiled.values = {task.predicted};
  compiled.sizes = samples.dims;
  if (samples.is_batched) compiled.sizes[*task.batch] = rows_at_once;
  compiled.compile.backend = request.backend;
  auto program = CompiledSheet<Real>::of(session, compiled);
  if (!program) return program.error();
  if (program->note()) request.note(*program->note());
  if (auto broken = put_in(*program, session, kept)) return broken;
  const double border = record.kind == TargetKind::two ? border_between_classes(session.pool(), task, record.low) : 0;
  const Answer answer(record, request.probabilities, samples.target.width, border);
  if (auto fault = answer.misfit()) return fault;
  columns(answer.columns());
  Predictor<Real> predictor(*program, record.input, samples, samples.target, answer, each);
  if (auto fault = rows(record, [&](std::span<const double> features) { return predictor.take(features); }))
    return fault;
  return predictor.finish();
}

/// Sizes and slots, from the parameters, what they say of their data, and, where they do not, the width of a row.
tl::expected<Samples, Diagnostic> samples_like(Session& session, TrainTask& task, const KeptParameters& kept,
                                               std::int64_t width) {
  for (int round = 0; round < 2; ++round) {  // a size like 2*d waits for d
    for (const auto& [name, array] : kept.arrays) {
      if (!sizes_fit(session.pool().dims(), session.program().declaration(name)->surface, array.shape, task.fixed.dims))
        return tl::unexpected(size_misfit(session.pool().dims(),
                                          fmt::format("`{}` of {}", name, in_backticks(kept.path)),
                                          session.program().declaration(name)->surface, array.shape, task.fixed.dims)
                                  .help("give the sheet that was trained"));
    }
  }
  for (const Parameter& parameter : task.parameters) {
    if (kept.find(parameter.name) == nullptr)
      return tl::unexpected(error("G0501", fmt::format("{} holds no `{}`", in_backticks(kept.path), parameter.name))
                                .help("give the sheet that was trained"));
  }
  DataExtents extents{.count = 1, .width = 0, .target_width = 1, .largest = 0};
  if (kept.record) {
    task.fixed.dims.insert(kept.record->sizes.begin(), kept.record->sizes.end());
    extents.width = static_cast<std::int64_t>(kept.record->width());
  } else {
    extents.width = width;
  }
  return shaped(session.pool(), task, extents);
}

}  // namespace

std::optional<Diagnostic> predict(Session& session, const KeptParameters& kept, const PredictionRequest& request,
                                  const Rows& rows, const Columns& columns, const EachPredicted& each) {
  auto task = train_task(session, {});
  if (!task) return task.error();
  if (task->prediction.is_none())
    return error("G0306",
                 "the sheet has no prediction: no definition of the target's size looks at the features and not at the "
                 "target")
        .help("give the prediction a name: `p = sigmoid(z)`");
  const auto samples = samples_like(session, *task, kept, request.width);
  if (!samples) return samples.error();
  const DataRecord record = kept.record ? *kept.record : plain_record(session.pool(), *task, samples->features);
  const Prediction prediction{session, *task, kept, record, *samples, request, rows, columns, each};
  return kept.are_single ? prediction.made<float>() : prediction.made<double>();
}

}  // namespace gradwright
