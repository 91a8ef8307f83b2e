#include "train/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "train/initial.h"

namespace gradwright {
namespace {

bool is_right(std::span<const double> prediction, std::span<const double> target) {
  if (target.size() == 1) return (prediction[0] > 0.5) == (target[0] > 0.5);
  const auto place = [](std::span<const double> v) { return std::max_element(v.begin(), v.end()) - v.begin(); };
  return place(prediction) == place(target);
}

double accuracy(const Samples& samples, std::size_t first, const Evaluation& evaluation) {
  const std::size_t width = samples.target.width;
  if (evaluation.predictions.empty() || width == 0) return std::nan("");
  const std::size_t count = evaluation.predictions.size() / width;
  std::size_t right = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::span<const double> prediction{evaluation.predictions.data() + i * width, width};
    right += is_right(prediction, samples.truth(first + i)) ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(count);
}

}  // namespace

tl::expected<Trained, Diagnostic> trained(Pool& pool, const TrainTask& task, const Dataset& data,
                                          const TrainOptions& options,
                                          const std::function<void(const EpochReport&)>& report) {
  const auto started = std::chrono::steady_clock::now();
  Generator random(options.seed);
  const auto samples = samples_of(pool, task, data, options.split, random);
  if (!samples) return tl::unexpected(samples.error());
  EngineOptions how = options.engine;
  how.batch = static_cast<std::size_t>(std::max(1, options.batch));
  const UpdateRule rule = options.rule ? options.rule : gradient_descent(options.rate);
  const auto engine = engine_for(pool, task, rule, *samples, how);
  if (!engine) return tl::unexpected(engine.error());
  (*engine)->set(initial_values(pool, task.parameters, samples->dims, random));

  Trained result;
  result.training_samples = samples->training;
  result.test_samples = samples->test;
  result.note = (*engine)->note();
  std::vector<std::size_t> turn(samples->training);
  std::iota(turn.begin(), turn.end(), std::size_t{0});
  for (int epoch = 1; epoch <= options.epochs; ++epoch) {
    std::shuffle(turn.begin(), turn.end(), random);
    EpochReport line;
    line.epoch = epoch;
    line.loss = (*engine)->trained(turn) / static_cast<double>(samples->training);
    if (!std::isfinite(line.loss))
      return tl::unexpected(Diagnostic{"G0507",
                                       Severity::error,
                                       fmt::format("the loss is {} in epoch {}", line.loss, epoch),
                                       {},
                                       {},
                                       {},
                                       {"lower the learning rate (--rate)"},
                                       {}});
    const Evaluation test = (*engine)->evaluated(samples->training, samples->test);
    line.test_loss = test.loss / static_cast<double>(samples->test);
    line.test_accuracy = accuracy(*samples, samples->training, test);
    line.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    result.epochs.push_back(line);
    if (report) report(line);
  }
  result.parameters = (*engine)->values();
  result.parameters.resize(task.parameters.size());
  return result;
}

}  // namespace gradwright
