// A trained network applied to new data: rows of features to predictions, many at once.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "api/kept_parameters.h"
#include "run/executable.h"

namespace gradwright {

/// Shows rows of features as they were measured, scaled by the record, until one is refused.
using Rows = std::function<std::optional<Diagnostic>(const DataRecord&, const NewRow&)>;

struct PredictionRequest {
  bool probabilities = false;
  Backend backend = Backend::automatic;
  std::int64_t width = 0;  ///< numbers of a row, where the parameters do not say it
  std::function<void(const Diagnostic&)> note;
};

struct PredictedRow {
  std::vector<double> numbers;
  std::string label;  ///< of the class; empty: the numbers are what is asked for
};
/// Takes a row, and what its columns are called.
using EachPredicted = std::function<std::optional<Diagnostic>(const PredictedRow&)>;
/// Hears what the columns are called, before the first row.
using Columns = std::function<void(const std::vector<std::string>&)>;

/// What the last definition of the target's size is for each row. G0306: there is none; G0501, G0502: the parameters are of another sheet; G0545: the
/// rows are not those of the training, or a probability is asked for and there is none; G0507: a prediction is not finite; G0543; errors of a program.
[[nodiscard]] std::optional<Diagnostic> predict(Session&, const KeptParameters&, const PredictionRequest&, const Rows&,
                                                const Columns&, const EachPredicted&);

}  // namespace gradwright
