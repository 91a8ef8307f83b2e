// The curve of the loss as a picture: plain SVG that a browser shows light or dark, as its reader has it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "train/train.h"

namespace gradwright {

/// Training and held part over the epochs; a logarithmic axis where the losses are positive and span a factor of ten. `best_epoch`: marked
/// where it is not the last. What is not finite is left out.
[[nodiscard]] std::string curve_svg(const std::vector<EpochReport>&, std::string_view title, int best_epoch);

}  // namespace gradwright
