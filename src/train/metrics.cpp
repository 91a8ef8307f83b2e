#include "train/metrics.h"

#include <algorithm>
#include <cmath>

namespace gradwright {
namespace {

bool is_one_hot(std::span<const double> target) {
  const auto ones = std::count(target.begin(), target.end(), 1.0);
  return ones == 1 &&
         ones + std::count(target.begin(), target.end(), 0.0) == static_cast<std::ptrdiff_t>(target.size());
}

bool is_right(std::span<const double> prediction, std::span<const double> target, double border) {
  if (target.size() == 1) return (prediction[0] > border) == (target[0] == 1);
  const auto place = [](std::span<const double> v) { return std::max_element(v.begin(), v.end()) - v.begin(); };
  return place(prediction) == place(target);
}

/// Whose targets tell what is measured: all that are kept; where none are, those of the training.
HeldPart judged_part(const Samples& samples) {
  const std::size_t held = samples.validation + samples.test;
  return held > 0 ? HeldPart{"held", samples.training, held} : HeldPart{"training", 0, samples.training};
}

/// Of whole runs of 256, as the compiled engine takes them: 8 MiB of predictions.
std::size_t evaluated_at_once(const Samples& samples) {
  constexpr std::size_t numbers = std::size_t{1} << 20U, run = 256;
  return std::max<std::size_t>(1, numbers / std::max<std::size_t>(1, samples.target.width) / run) * run;
}

}  // namespace

HeldPart held_part(const Samples& samples) {
  return samples.validation > 0 ? HeldPart{"validation", samples.training, samples.validation} : test_part(samples);
}

HeldPart test_part(const Samples& samples) {
  return {samples.test > 0 ? "test" : "", samples.training + samples.validation, samples.test};
}

Measure measure_for(const TrainTask& task, const Samples& samples) {
  if (task.prediction.is_none() || samples.target.width == 0) return Measure::none;
  const HeldPart part = judged_part(samples);
  bool has_zero = false, has_minus = false;
  for (std::size_t i = part.first; i < part.first + part.count; ++i) {
    const std::span<const double> target = samples.truth(i);
    if (target.size() > 1 && !is_one_hot(target)) return Measure::rmse;
    if (target.size() > 1) continue;
    if (target[0] != 0 && target[0] != 1 && target[0] != -1) return Measure::rmse;
    has_zero = has_zero || target[0] == 0;
    has_minus = has_minus || target[0] == -1;
  }
  return has_zero && has_minus ? Measure::rmse : Measure::accuracy;
}

double low_class(const Samples& samples) {
  if (samples.target.width != 1) return 0;
  const HeldPart part = judged_part(samples);
  for (std::size_t i = part.first; i < part.first + part.count; ++i) {
    if (samples.truth(i)[0] < 0) return -1;
  }
  return 0;
}

Figures figures_of(Engine& engine, const TrainTask& task, const Samples& samples, const HeldPart& part, Measure measure,
                   double border) {
  Figures found;
  found.metrics.resize(task.metrics.size());
  const std::size_t width = samples.target.width;
  const std::size_t at_once = evaluated_at_once(samples);
  double right = 0, square = 0;
  std::size_t predicted = 0;
  for (std::size_t begin = part.first; begin < part.first + part.count; begin += at_once) {
    const Evaluation some = engine.evaluated(begin, std::min(at_once, part.first + part.count - begin));
    found.loss += some.loss;
    for (std::size_t m = 0; m < found.metrics.size(); ++m) found.metrics[m] += some.metrics[m];
    const std::size_t count = measure == Measure::none ? 0 : some.predictions.size() / width;
    for (std::size_t i = 0; i < count; ++i) {
      const std::span<const double> prediction{some.predictions.data() + i * width, width};
      const std::span<const double> truth = samples.truth(begin + i);
      if (measure == Measure::accuracy) right += is_right(prediction, truth, border) ? 1 : 0;
      for (std::size_t k = 0; k < width && measure == Measure::rmse; ++k)
        square += std::pow(prediction[k] - truth[k], 2);
    }
    predicted += count;
  }
  const auto count = static_cast<double>(part.count);
  found.loss /= count;
  for (double& metric : found.metrics) metric /= count;
  found.measured = predicted == 0                 ? std::nan("")
                   : measure == Measure::accuracy ? right / static_cast<double>(predicted)
                                                  : std::sqrt(square / static_cast<double>(predicted * width));
  return found;
}

}  // namespace gradwright
