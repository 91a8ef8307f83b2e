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
  CHECK(measured(Measure::accuracy, classes, 1, {0, {}, {0.9, 0.1, 0.4, 0.6, 0.7, 0.3}}) == doctest::Approx(2.0 / 3));
  const Samples signs = with_targets(1, {-1, 1, 1, -1});
  CHECK(measured(Measure::accuracy, signs, 1, {0, {}, {-0.2, 0.2, 0.7, 0.1}}) == 0.75);
  const Samples bits = with_targets(1, {0, 1, 1, 0});
  CHECK(measured(Measure::accuracy, bits, 1, {0, {}, {-0.2, 0.2, 0.7, 0.1}}) == 0.75);
  const Samples numbers = with_targets(2, {1, 2, 3, 4});
  CHECK(measured(Measure::rmse, numbers, 1, {0, {}, {1, 4, 6, 4}}) == doctest::Approx(std::sqrt((4.0 + 9.0) / 4)));
  CHECK(std::isnan(measured(Measure::none, numbers, 1, {})));
}
