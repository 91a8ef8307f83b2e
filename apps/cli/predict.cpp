// `gradwright predict`: what a trained network says of new data, row by row.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "api/compiled_sheet.h"
#include "api/evaluated.h"
#include "api/train_task.h"
#include "base/axis_order.h"
#include "commands.h"
#include "data/durable_file.h"
#include "data/sources.h"
#include "outputs.h"
#include "parameters.h"
#include "train/border.h"
#include "train/declared.h"
#include "train/sample_shape.h"

namespace gradwright::cli {
namespace {

constexpr std::int64_t rows_at_once = 256;  ///< of a sheet that speaks of a batch
constexpr std::size_t bytes_at_once = std::size_t{1} << 16U;

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r;") == std::string::npos && !text.empty()) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

/// What a row of the output says of a prediction.
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
          .help("leave `--probabilities` out");
    if (record_.kind != TargetKind::two || border_ != 0) return std::nullopt;
    return error("G0545", "the prediction tells two classes apart by its sign, and is no probability")
        .help("name the probability below it: `p = sigmoid(z)`");
  }

  [[nodiscard]] std::string header() const {
    const std::string name = record_.target.empty() ? "prediction" : record_.target;
    std::vector<std::string> names;
    for (std::size_t k = 0; k < columns(); ++k) {
      names.push_back(probabilities_
                          ? fmt::format("p({})", record_.kind == TargetKind::two ? class_named(1) : class_named(k))
                      : columns() > 1 ? fmt::format("{}[{}]", name, k + 1)
                                      : name);
    }
    return line(names);
  }

  /// G0507, G0545: no number, or no probability.
  template <class Real>
  [[nodiscard]] tl::expected<std::string, Diagnostic> row(std::span<const Real> prediction, std::size_t number) const {
    if (!std::ranges::all_of(prediction, [](Real x) { return std::isfinite(x); }))
      return tl::unexpected(error("G0507", fmt::format("the prediction for row {} is not finite", number))
                                .help("see `gradwright eval` for the values on the way"));
    std::vector<std::string> cells;
    if (probabilities_) {
      if (!are_probabilities(prediction))
        return tl::unexpected(error("G0545", fmt::format("the prediction for row {} is no probability: {}", number,
                                                         fmt::join(prediction, ", ")))
                                  .help("the prediction is the last definition of the target's size: let it be "
                                        "`softmax(z)`, or `sigmoid(z)`"));
      for (const Real x : prediction) cells.push_back(fmt::format("{}", x));
    } else if (record_.kind == TargetKind::numbers) {
      for (const Real x : prediction) cells.push_back(fmt::format("{}", x));
    } else if (record_.kind == TargetKind::two) {
      cells.push_back(class_named(static_cast<double>(prediction[0]) > border_ ? 1 : 0));
    } else {
      cells.push_back(class_named(static_cast<std::size_t>(std::ranges::max_element(prediction) - prediction.begin())));
    }
    return line(cells);
  }

 private:
  [[nodiscard]] std::size_t columns() const {
    return probabilities_ || record_.kind == TargetKind::numbers ? width_ : 1;
  }

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

  static std::string line(const std::vector<std::string>& cells) {
    std::string text;
    for (const std::string& cell : cells) text += (text.empty() ? "" : ",") + csv_cell(cell);
    return text + "\n";
  }

  const DataRecord& record_;
  bool probabilities_;
  std::size_t width_;
  double border_;
};

/// To a file that is there whole at the end, or to standard output.
class Sink {
 public:
  [[nodiscard]] std::optional<Diagnostic> open(const std::string& path) {
    is_file_ = !path.empty();
    return is_file_ ? file_.open(path) : std::nullopt;
  }
  [[nodiscard]] std::optional<Diagnostic> put(const std::string& text) {
    pending_ += text;
    return pending_.size() < bytes_at_once ? std::nullopt : flush();
  }
  [[nodiscard]] std::optional<Diagnostic> finish() {
    if (auto fault = flush()) return fault;
    return is_file_ ? file_.finish() : std::nullopt;
  }

 private:
  std::optional<Diagnostic> flush() {
    const std::string text = std::move(pending_);
    pending_.clear();
    if (is_file_) return file_.write(text);
    std::fwrite(text.data(), 1, text.size(), stdout);  // a fault of it is told at the end of the program
    return std::nullopt;
  }
  bool is_file_ = false;
  DurableFile file_;
  std::string pending_;
};

/// The network, compiled for one sample, or for so many as are taken at once; rows wait until it is full.
template <class Real>
class Predictor {
 public:
  Predictor(CompiledSheet<Real>& program, const std::string& input, const Samples& samples, const Slot& output,
            const Answer& answer, Sink& sink)
      : program_(program),
        place_(program.input(input)),
        features_(samples.features),
        output_(output),
        answer_(answer),
        sink_(sink),
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
      const auto line = answer_.row(std::span<const Real>(prediction), ++told_);
      if (!line) return line.error();
      if (auto fault = sink_.put(*line)) return fault;
    }
    waiting_.clear();
    return std::nullopt;
  }

  CompiledSheet<Real>& program_;
  std::span<Real> place_;
  Slot features_, output_;
  const Answer& answer_;
  Sink& sink_;
  std::size_t at_once_, told_ = 0;
  std::vector<std::size_t> places_;
  std::vector<std::vector<Real>> waiting_;
};

/// Rows of an array, scaled by the record.
std::optional<Diagnostic> rows_of_array(const std::string& path, const DataRecord& record, const NewRow& row) {
  const auto array = load_array(path);
  if (!array) return array.error();
  const std::size_t count = array->shape.empty() ? 0 : static_cast<std::size_t>(array->shape[0]);
  const std::size_t width = count == 0 ? 0 : array->data.size() / count;
  if (count == 0 || width != record.width())
    return error("G0545", fmt::format("{} has {} numbers a row, and the training had {}", in_backticks(path), width,
                                      record.width()))
        .help("give the features that it was trained on, a row a sample");
  std::vector<double> features(width);
  for (std::size_t i = 0; i < count; ++i) {
    std::copy_n(array->data.begin() + static_cast<std::ptrdiff_t>(i * width), width, features.begin());
    record.scale(features);
    if (auto fault = row(features)) return fault;
  }
  return std::nullopt;
}

std::optional<Diagnostic> all_rows(const PredictCommand& command, const DataRecord& record, const NewRow& row) {
  if (record.columns.empty() || !sources::may_be_csv(command.data)) return rows_of_array(command.data, record, row);
  std::vector<std::string> others;
  const auto count = recorded_rows(in_file(command.data), command.data, record, row, others);
  if (!count) return count.error();
  if (!others.empty())
    show_note(
        error("G0545", fmt::format("{} has columns that the training did not have, and they are not looked at: {}",
                                   in_backticks(command.data), fmt::join(others, ", ")))
            .help("train again with them, or leave them out"));
  return std::nullopt;
}

/// Parameters that say nothing of their data: features as they are, targets as they are.
DataRecord plain_record(const Pool& pool, const TrainTask& task, const Slot& features) {
  DataRecord record;
  record.input = pool.payload<InputInfo>(task.features).name;
  record.target = pool.payload<InputInfo>(task.target).name;
  record.shift.assign(features.width, 0);
  record.factor.assign(features.width, 1);
  return record;
}

template <class Real>
std::optional<Diagnostic> predicted(Session& session, const PredictCommand& command, const TrainTask& task,
                                    const KeptParameters& kept, const DataRecord& record, const Samples& samples) {
  CompileRequest request;
  request.values = {task.predicted};
  request.sizes = samples.dims;
  if (samples.is_batched) request.sizes[*task.batch] = rows_at_once;
  request.compile.backend = backend_named(command.backend);
  auto program = CompiledSheet<Real>::of(session, request);
  if (!program) return program.error();
  if (program->note()) show_note(*program->note());
  for (const auto& [name, array] : kept.arrays) {
    const std::span<Real> place = program->input(name);
    if (place.empty()) continue;  // the loss needs it, and the prediction does not
    const auto port = std::ranges::find(program->inputs(), name, &Port::name);
    const std::vector<std::size_t> places = row_major_places(port->extents);
    for (std::size_t at = 0; at < places.size(); ++at) place[at] = static_cast<Real>(array.data[places[at]]);
    if (const Declaration* declaration = session.program().declaration(name); declaration != nullptr) {
      const std::vector<double> value(place.begin(), place.end());
      if (auto broken = undeclared(session.pool(), declaration->input, port->extents, value)) return broken;
    }
  }
  const double border = record.kind == TargetKind::two ? border_between_classes(session.pool(), task, record.low) : 0;
  const Answer answer(record, command.probabilities, samples.target.width, border);
  if (auto fault = answer.misfit()) return fault;
  Sink sink;
  if (auto fault = sink.open(command.output)) return fault;
  if (auto fault = sink.put(answer.header())) return fault;
  Predictor<Real> predictor(*program, record.input, samples, samples.target, answer, sink);
  if (auto fault =
          all_rows(command, record, [&](std::span<const double> features) { return predictor.take(features); }))
    return fault;
  if (auto fault = predictor.finish()) return fault;
  return sink.finish();
}

/// Sizes and slots, from the parameters, what they say of their data, and, where they do not, the width of an array.
tl::expected<Samples, Diagnostic> samples_like(Session& session, TrainTask& task, const KeptParameters& kept,
                                               const PredictCommand& command) {
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
    if (std::ranges::find(kept.arrays, parameter.name, &std::pair<std::string, Array>::first) == kept.arrays.end())
      return tl::unexpected(error("G0501", fmt::format("{} holds no `{}`", in_backticks(kept.path), parameter.name))
                                .help("give the sheet that was trained"));
  }
  DataExtents extents{.count = 1, .width = 0, .target_width = 1, .largest = 0};
  if (kept.record) {
    task.fixed.dims.insert(kept.record->sizes.begin(), kept.record->sizes.end());
    extents.width = static_cast<std::int64_t>(kept.record->width());
  } else {
    const auto array = load_array(command.data);
    if (!array) return tl::unexpected(array.error());
    if (!array->shape.empty() && array->shape[0] > 0)
      extents.width = static_cast<std::int64_t>(array->data.size()) / array->shape[0];
  }
  return shaped(session.pool(), task, extents);
}

}  // namespace

int run_predict(const PredictCommand& command, const Streams& streams) {
  const auto text = read_text(command.file, streams);
  if (!text) return environment_fault;
  const NamedFile output{"`--output`", command.output};
  std::vector<NamedFile> inputs = files_of("`--data`", command.data);
  inputs.push_back({"the sheet", command.file});
  inputs.push_back({"`--parameters`", command.parameters});
  auto fault = lost_file(inputs, {output});
  if (!fault) fault = misnamed(output, {".csv"});
  if (fault) return show_fault(*fault, *text, streams);
  Session session(*text);
  show_diagnostics(session, streams);
  if (session.has_errors()) return input_fault;
  auto task = train_task(session, {});
  if (!task) return show_fault(task.error(), *text, streams);
  if (task->prediction.is_none())
    return show_fault(error("G0306",
                            "the sheet has no prediction: no definition of the target's size looks at the features and "
                            "not at the target")
                          .help("give the prediction a name: `p = sigmoid(z)`"),
                      *text, streams);
  const auto kept = parameters_in(command.parameters, session);
  if (!kept) return show_fault(kept.error(), *text, streams);
  const auto samples = samples_like(session, *task, *kept, command);
  if (!samples) return show_fault(samples.error(), *text, streams);
  if (!kept->record)
    show_note(note("G0546", fmt::format("{} does not say how features were scaled and what the classes are: numbers "
                                        "are taken and written as they are",
                                        in_backticks(command.parameters)))
                  .help("parameters that `train --save` writes now say it"));
  const DataRecord record = kept->record ? *kept->record : plain_record(session.pool(), *task, samples->features);
  fault = kept->are_single ? predicted<float>(session, command, *task, *kept, record, *samples)
                           : predicted<double>(session, command, *task, *kept, record, *samples);
  return fault ? show_fault(*fault, *text, streams) : fine;
}

}  // namespace gradwright::cli
