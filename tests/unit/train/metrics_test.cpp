// Accuracy and RMSE by hand, and which of them targets ask for.
#include "train/metrics.h"

#include <doctest/doctest.h>

#include <cmath>

#include "ir/make.h"

using namespace gradwright;

namespace {

/// All samples are of the held part but one, whose target is 77.
Samples with_targets(std::size_t width, const std::vector<double>& targets) {
  Samples samples;
  samples.features.width = 0;
  samples.target.width = width;
  samples.training = 1;
  RowTable<double> rows{0, width, {}, std::vector<double>(width, 77)};
  rows.targets.insert(rows.targets.end(), targets.begin(), targets.end());
  samples.rows = std::move(rows);
  samples.test = targets.size() / width;
  return samples;
}

Measure asked(std::size_t width, const std::vector<double>& targets) {
  Pool pool;
  TrainTask task;
  task.prediction = make_input(pool, {"p", Role::data, Property::none, {}});
  return measure_for(task, with_targets(width, targets));
}

/// Predicts what it was told, with a loss of a half each.
struct Told : Engine {
  std::size_t width, calls = 0;
  std::vector<double> predictions;
  Told(std::size_t numbers, std::vector<double> what) : width(numbers), predictions(std::move(what)) {}
  double trained(std::span<const std::size_t>) override { return 0; }
  Evaluation evaluated(std::size_t first, std::size_t count) override {
    ++calls;
    const auto begin = predictions.begin() + static_cast<std::ptrdiff_t>((first - 1) * width);
    return {0.5 * static_cast<double>(count), {}, {begin, begin + static_cast<std::ptrdiff_t>(count * width)}};
  }
  [[nodiscard]] std::vector<Tensor> values() const override { return {}; }
  void set(const std::vector<Tensor>&) override {}
};

double measured(Measure measure, const Samples& samples, const std::vector<double>& predictions, double border = 0) {
  Told engine(predictions.empty() ? 0 : samples.target.width, predictions);
  return figures_of(engine, {}, samples, test_part(samples), measure, border).measured;
}

}  // namespace

TEST_CASE("classes ask for accuracy, numbers for RMSE") {
  CHECK(asked(3, {0, 1, 0, 1, 0, 0}) == Measure::accuracy);
  CHECK(asked(3, {0, 1, 0, 1, 1, 0}) == Measure::rmse);
  CHECK(asked(3, {0, 1, 0, 0, 0, 0}) == Measure::rmse);
  CHECK(asked(2, {0.5, 0.5}) == Measure::rmse);
  CHECK(asked(1, {0, 1, 1}) == Measure::accuracy);
  CHECK(asked(1, {-1, 1, 1}) == Measure::accuracy);
  CHECK(asked(1, {-1, 0, 1}) == Measure::rmse);
  CHECK(asked(1, {0, 1, 2}) == Measure::rmse);
  CHECK(measure_for(TrainTask{}, with_targets(1, {0, 1})) == Measure::none);
}

TEST_CASE("accuracy and RMSE by hand") {
  const Samples classes = with_targets(2, {1, 0, 0, 1, 0, 1});
  CHECK(measured(Measure::accuracy, classes, {0.9, 0.1, 0.4, 0.6, 0.7, 0.3}) == doctest::Approx(2.0 / 3));
  CHECK(measured(Measure::accuracy, with_targets(1, {-1, 1, 1, -1}), {-0.2, 0.2, 0.7, 0.1}) == 0.75);
  CHECK(measured(Measure::accuracy, with_targets(1, {0, 1, 1, 0}), {-0.2, 0.2, 0.7, 0.1}, 0.5) == 0.75);
  const Samples numbers = with_targets(2, {1, 2, 3, 4});
  CHECK(measured(Measure::rmse, numbers, {1, 4, 6, 4}) == doctest::Approx(std::sqrt((4.0 + 9.0) / 4)));
  CHECK(std::isnan(measured(Measure::none, numbers, {})));
}

TEST_CASE("a large part is told by some samples at once") {
  constexpr std::size_t width = 4096, count = 600;
  Told engine(width, std::vector<double>(width * count, 3));
  const Samples samples = with_targets(width, std::vector<double>(width * count, 1));
  const Figures found = figures_of(engine, {}, samples, test_part(samples), Measure::rmse, 0);
  CHECK(found.measured == 2);
  CHECK(found.loss == 0.5);
  CHECK(engine.calls == 3);
}
