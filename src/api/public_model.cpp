// The public face of what was trained: gw::Model.
#include "api/public_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/choices.h"
#include "api/prediction.h"
#include "data/load.h"
#include "data/sources.h"
#include "sheet/public_values.h"

namespace gw {
namespace {

using Fault = std::optional<gradwright::Diagnostic>;

std::int64_t width_of(const gradwright::Array& array) {
  if (array.shape.empty() || array.shape[0] <= 0) return 0;
  return static_cast<std::int64_t>(array.data.size()) / array.shape[0];
}

/// Rows of an array, scaled by the record; `name` is what messages call it.
Fault rows_of(const gradwright::Array& array, const std::string& name, const gradwright::DataRecord& record,
              const gradwright::NewRow& row) {
  const auto width = static_cast<std::size_t>(width_of(array));
  const std::size_t count = array.shape.empty() ? 0 : static_cast<std::size_t>(array.shape[0]);
  if (count == 0 || width != record.width())
    return gradwright::error(
               "G0545", fmt::format("{} has {} numbers a row, and the training had {}", name, width, record.width()))
        .help("give the features that it was trained on, a row a sample");
  std::vector<double> features(width);
  for (std::size_t i = 0; i < count; ++i) {
    std::copy_n(array.data.begin() + static_cast<std::ptrdiff_t>(i * width), width, features.begin());
    record.scale(features);
    if (auto fault = row(features)) return fault;
  }
  return std::nullopt;
}

/// New data in a file: columns by name where the training had them, else an array.
struct NewData {
  std::string path;
  std::optional<gradwright::Array> array = std::nullopt;  ///< where it was loaded before

  [[nodiscard]] Fault rows(const gradwright::DataRecord& record, const gradwright::NewRow& row,
                           const std::function<void(const gradwright::Diagnostic&)>& note) const {
    if (!record.columns.empty() && gradwright::sources::may_be_csv(path)) {
      std::vector<std::string> others;
      const auto count = recorded_rows(gradwright::in_file(path), path, record, row, others);
      if (!count) return count.error();
      if (!others.empty())
        note(gradwright::note(
                 "G0545", fmt::format("{} has columns that the training did not have, and they are not looked at: {}",
                                      in_backticks(path), fmt::join(others, ", ")))
                 .help("train again with them, or leave them out"));
      return std::nullopt;
    }
    if (array) return rows_of(*array, in_backticks(path), record, row);
    const auto loaded = gradwright::load_array(path);
    return loaded ? rows_of(*loaded, in_backticks(path), record, row) : Fault(loaded.error());
  }
};

/// One prediction of many rows, from the options to the table.
struct Asked {
  const Sheet& sheet;
  const gradwright::KeptParameters& kept;
  const PredictOptions& options;

  void tell(const gradwright::Diagnostic& note) const {
    if (options.note) options.note(public_fault(note, sheet.state().source));
  }

  [[nodiscard]] Result<Predictions> of(std::int64_t width, const gradwright::Rows& rows) const {
    gradwright::PredictionRequest request;
    request.probabilities = options.probabilities;
    request.backend = backend_of(options.backend);
    request.width = width;
    request.note = [&](const gradwright::Diagnostic& note) { tell(note); };
    if (!kept.record)
      tell(gradwright::note("G0546", fmt::format("{} does not say how features were scaled and what the classes are: "
                                                 "numbers are taken and written as they are",
                                                 in_backticks(kept.path)))
               .help("parameters that `train --save` writes now say it"));
    Predictions found;
    std::optional<Diagnostic> refused;  // by who takes the rows
    const auto fault = gradwright::predict(
        sheet.state().session, kept, request, rows,
        [&](const std::vector<std::string>& columns) { found.columns = columns; },
        [&](const gradwright::PredictedRow& row) -> Fault {
          const Predicted one{row.numbers, row.label};
          if (!options.each) {
            found.rows.push_back(one);
            return std::nullopt;
          }
          const Result<void> taken = options.each(found.columns, one);
          if (taken) return std::nullopt;
          refused = taken.error();
          return gradwright::error(taken.error().code, taken.error().message);
        });
    if (refused) return tl::unexpected(*refused);
    if (fault) return fault_of(sheet, *fault);
    return found;
  }
};

}  // namespace

Model::State::State(Sheet of, gradwright::KeptParameters all) : sheet(std::move(of)), kept(std::move(all)) {
  for (const auto& [name, array] : kept.arrays) parameters.emplace(name, Array::of_rows(array.shape, array.data));
}

Result<Model> Model::load(const Sheet& sheet, const std::string& path) {
  auto kept = gradwright::kept_parameters(path, sheet.state().session);
  if (!kept) return fault_of(sheet, kept.error());
  Model found;
  found.state_ = std::make_shared<const State>(sheet, *std::move(kept));
  return found;
}

const std::map<std::string, Array>& Model::parameters() const& { return state_->parameters; }

Precision Model::precision() const { return state_->kept.are_single ? Precision::float32 : Precision::float64; }

bool Model::knows_data() const { return state_->kept.record.has_value(); }

bool Model::scales(std::string_view input) const { return state_->kept.scales(input); }

Result<Array> Model::scaled(std::string_view input, const Array& values) const {
  if (!scales(input)) return values;
  if (const auto wrong = miscounted("the array of features", values)) return fault_of(state_->sheet, *wrong);
  std::vector<double> numbers = values.by_rows();
  if (const auto misfit = scale_as_trained(state_->kept, numbers)) return fault_of(state_->sheet, *misfit);
  return Array::of_rows(values.extents, numbers);
}

Result<Predictions> Model::predict(const std::string& path, const PredictOptions& options) const {
  const Asked asked{state_->sheet, state_->kept, options};
  if (const auto error = first_error(state_->sheet)) return tl::unexpected(*error);
  NewData data{path};
  if (!state_->kept.record) {
    auto loaded = gradwright::load_array(path);
    if (!loaded) return fault_of(state_->sheet, loaded.error());
    data.array = *std::move(loaded);
  }
  return asked.of(data.array ? width_of(*data.array) : 0,
                  [&](const gradwright::DataRecord& record, const gradwright::NewRow& row) {
                    return data.rows(record, row, [&](const gradwright::Diagnostic& note) { asked.tell(note); });
                  });
}

Result<Predictions> Model::predict(const Array& features, const PredictOptions& options) const {
  const Asked asked{state_->sheet, state_->kept, options};
  if (const auto error = first_error(state_->sheet)) return tl::unexpected(*error);
  if (const auto wrong = miscounted("the array of features", features)) return fault_of(state_->sheet, *wrong);
  const gradwright::Array array{features.extents, features.by_rows()};
  return asked.of(width_of(array), [&](const gradwright::DataRecord& record, const gradwright::NewRow& row) {
    return rows_of(array, "the array of features", record, row);
  });
}

}  // namespace gw
