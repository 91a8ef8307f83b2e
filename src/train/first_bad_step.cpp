#include "train/first_bad_step.h"

#include <algorithm>
#include <cmath>

namespace gradwright {
namespace {

constexpr std::size_t losses_told = 3;

}  // namespace

std::optional<BadStep> first_bad_step(Engine& engine, const Suspects& suspects, std::size_t batch) {
  BadStep step;
  step.values = suspects.values;
  engine.set(step.values);
  for (const StepRun& run : suspects.runs) {
    const std::span<const std::size_t> samples = run.samples;
    for (std::size_t begin = 0; begin < samples.size(); begin += batch) {
      const auto taken = samples.subspan(begin, std::min(batch, samples.size() - begin));
      step.loss = engine.trained(taken) / static_cast<double>(taken.size());
      std::vector<Tensor> after = engine.values();
      if (!std::isfinite(step.loss) || !all_finite(after)) {
        step.epoch = run.epoch;
        step.number = (run.before + begin) / batch + 1;
        step.samples.assign(taken.begin(), taken.end());
        engine.set(step.values);
        return step;
      }
      step.values = std::move(after);
      step.losses.push_back(step.loss);
      if (step.losses.size() > losses_told) step.losses.erase(step.losses.begin());
    }
  }
  return std::nullopt;
}

}  // namespace gradwright
