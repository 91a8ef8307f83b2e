// The step that went wrong, found by taking the suspect steps again one by one.
#pragma once

#include <optional>

#include "train/watched_steps.h"

namespace gradwright {

struct BadStep {
  int epoch = 0;
  std::size_t number = 0;            ///< in the epoch, from 1
  std::vector<std::size_t> samples;  ///< of the step
  std::vector<Tensor> values;        ///< before it: parameters, then states
  std::vector<double> losses;        ///< of some steps before it, the mean over their samples
  double loss = 0;                   ///< its own; finite where only a new value is not
};

[[nodiscard]] std::optional<BadStep> first_bad_step(Engine&, const Suspects&, std::size_t batch);

}  // namespace gradwright
