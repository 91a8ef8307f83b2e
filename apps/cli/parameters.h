// The parameters that `train --save` or a checkpoint holds, for `predict`, `run` and `eval`, and how the data they were trained on became numbers.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "data/array.h"
#include "data/record.h"
#include "sheet/session.h"

namespace gradwright::cli {

struct KeptParameters {
  std::string path;  ///< empty: none were asked for
  std::vector<std::pair<std::string, Array>> arrays;
  std::optional<DataRecord> record;
  bool are_single = false;  ///< kept in float32
};

/// Name and numbers of each parameter in a safetensors file; none for an empty path. G0505, G0520, G0507; G0306: the sheet does not declare it.
[[nodiscard]] tl::expected<KeptParameters, Diagnostic> parameters_in(const std::string& path, const Session&);
/// `numbers` are those of an input of the sheet, the last axis fastest. The features are scaled as in the training, which `told` says; where
/// that is not known, `told` says so. G0545: they are not samples of so many features.
[[nodiscard]] std::optional<Diagnostic> as_trained(const KeptParameters&, Session&, const std::string& input,
                                                   std::vector<double>& numbers, std::vector<Diagnostic>& told);

}  // namespace gradwright::cli
