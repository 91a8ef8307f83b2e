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

/// Between the two classes: 0 where they are -1 and 1, a half where they are 0 and 1.
double threshold(const Samples& samples) {
  for (std::size_t i = samples.training; i < samples.training + samples.validation + samples.test; ++i) {
    if (samples.truth(i)[0] < 0) return 0;
  }
  return 0.5;
}

bool is_right(std::span<const double> prediction, std::span<const double> target, double threshold) {
  if (target.size() == 1) return (prediction[0] > threshold) == (target[0] > threshold);
  const auto place = [](std::span<const double> v) { return std::max_element(v.begin(), v.end()) - v.begin(); };
  return place(prediction) == place(target);
}

}  // namespace

HeldPart held_part(const Samples& samples) {
  return samples.validation > 0 ? HeldPart{"validation", samples.training, samples.validation} : test_part(samples);
}

HeldPart test_part(const Samples& samples) { return {"test", samples.training + samples.validation, samples.test}; }

Measure measure_for(const TrainTask& task, const Samples& samples) {
  if (task.prediction.is_none() || samples.target.width == 0) return Measure::none;
  const HeldPart part{"held", samples.training, samples.validation + samples.test};
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

double measured(Measure measure, const Samples& samples, std::size_t first, const Evaluation& evaluation) {
  if (measure == Measure::none || evaluation.predictions.empty()) return std::nan("");
  const std::size_t width = samples.target.width;
  const std::size_t count = evaluation.predictions.size() / width;
  const double half_way = width == 1 ? threshold(samples) : 0;
  double right = 0, square = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::span<const double> prediction{evaluation.predictions.data() + i * width, width};
    const std::span<const double> truth = samples.truth(first + i);
    if (measure == Measure::accuracy) right += is_right(prediction, truth, half_way) ? 1 : 0;
    for (std::size_t k = 0; k < width && measure == Measure::rmse; ++k) square += std::pow(prediction[k] - truth[k], 2);
  }
  return measure == Measure::accuracy ? right / static_cast<double>(count)
                                      : std::sqrt(square / static_cast<double>(count * width));
}

}  // namespace gradwright
