// The parameters that `train --save` or a checkpoint holds, and how the data they were trained on became numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "data/array.h"
#include "data/record.h"
#include "sheet/session.h"

namespace gradwright {

struct KeptParameters {
  std::string path;  ///< what messages call them
  std::vector<std::pair<std::string, Array>> arrays;
  std::optional<DataRecord> record;
  bool are_single = false;  ///< kept in float32

  [[nodiscard]] const Array* find(std::string_view name) const;
  /// Whether values of this input were scaled in the training.
  [[nodiscard]] bool scales(std::string_view input) const;
};

/// Name and numbers of each parameter in a safetensors file. G0505, G0520, G0507; G0306: the sheet does not declare it.
[[nodiscard]] tl::expected<KeptParameters, Diagnostic> kept_parameters(const std::string& path, const Session&);
/// The same of the bytes of one, which messages call `name`.
[[nodiscard]] tl::expected<KeptParameters, Diagnostic> parse_parameters(std::string_view bytes, const std::string& name,
                                                                        const Session&);
/// `numbers` are those of an input that is scaled, the last axis fastest: from here on as the network sees them. G0545: they are not samples of so
/// many features.
[[nodiscard]] std::optional<Diagnostic> scale_as_trained(const KeptParameters&, std::vector<double>& numbers);

}  // namespace gradwright
