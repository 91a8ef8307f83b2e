// An optimiser with what is said beside it: its rate, and what becomes of gradients and rate before its lines.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "api/optimiser.h"

namespace gradwright {

struct OptimiserChoice {
  std::string optimiser = "sgd";                      ///< as optimiser_named reads it
  std::optional<double> rate = {};                    ///< in place of its own
  std::string schedule = {};                          ///< a factor of the rate, a formula in the step t; empty: none
  double clip = 0, clip_value = 0, decay = 0;         ///< 0: none
  std::function<std::string(std::string_view)> name;  ///< what messages call `clip_value`
  std::function<std::optional<std::string>(const std::string&)> lines_of;
};

struct ChosenOptimiser {
  OptimiserOptions options;
  std::shared_ptr<const FullBatch> full_batch;  ///< none: `rule` makes a step
  UpdateRule rule;
};

/// Errors of optimiser_named, full_batch_method and optimiser_fault; G0540: what is said beside it changes no step.
[[nodiscard]] tl::expected<ChosenOptimiser, OptimiserFault> chosen_optimiser(Pool&, const std::vector<Parameter>&,
                                                                             const OptimiserChoice&);

}  // namespace gradwright
