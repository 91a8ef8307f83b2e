// Metrics and early stopping of a sheet, against sums by hand.
#include <doctest/doctest.h>

#include <cmath>

#include "api/optimiser.h"
#include "api/train_task.h"
#include "train/train.h"

using namespace gradwright;

namespace {

Dataset waves() {
  Dataset data;
  data.inputs.shape = {23, 2};
  data.targets.shape = {23, 1};
  for (int i = 0; i < 23; ++i) {
    data.inputs.data.insert(data.inputs.data.end(), {std::sin(i), std::cos(2 * i)});
    data.targets.data.push_back(std::sin(3 * i + 1));
  }
  return data;
}

constexpr const char* of_sample =
    "x : R[2]\ny : R\nparam w : R[2] ~ ones\nz = w'*x\nmae = abs(z - y)\nsize = dot(w,w)\nL = (z - y)^2\nminimize L\n";
constexpr const char* of_batch =
    "X : R[n,2]\nY : R[n,1]\nparam w : R[2] ~ ones\nZ = X*w\nmae = sum(abs(Z - Y))/n\nsize = dot(w,w)\n"
    "L = sum((Z - Y)^2)/n\nminimize L\n";
// A determinant of a sample: no batched form.
constexpr const char* of_split =
    "x : R[2]\ny : R\nparam w : R[2] ~ ones\nz = w'*x\nmae = abs(z - y)*det(x*x' + eye(2))/(1 + x'*x)\nsize = "
    "dot(w,w)\n"
    "L = (z - y)^2\nminimize L\n";

TrainOptions options_with(bool oracle) {
  TrainOptions options;
  options.epochs = 1;
  options.batch = 4;
  options.split.normalise = Normalise::none;
  options.split.test_fraction = 0.3;
  options.engine.oracle = oracle;
  options.engine.precision = Precision::float64;
  options.rule = update_rule({{"mine.gw", "theta := theta + 0*g\n"}, {}, {}});
  return options;
}

}  // namespace

TEST_CASE("the mean of a metric over the test part, by hand") {
  for (const char* sheet : {of_sample, of_batch, of_split}) {
    for (const bool oracle : {true, false}) {
      CAPTURE(sheet);
      CAPTURE(oracle);
      Session session(Text("sheet.gw", sheet));
      REQUIRE(!session.has_errors());
      const auto task = train_task(session, {"mae", "size", "L"});
      REQUIRE_MESSAGE(task.has_value(), task.error().message);
      const TrainOptions options = options_with(oracle);
      Generator random(options.seed);
      const auto samples = samples_of(session.pool(), *task, waves(), options.split, random);
      REQUIRE(samples);
      double error = 0, square = 0;
      for (std::size_t i = samples->training; i < samples->training + samples->test; ++i) {
        const double apart = samples->input(i)[0] + samples->input(i)[1] - samples->truth(i)[0];  // w = 1, 1
        error += std::fabs(apart) / static_cast<double>(samples->test);
        square += apart * apart / static_cast<double>(samples->test);
      }
      const auto result = trained(session.pool(), *task, waves(), options, {});
      REQUIRE_MESSAGE(result.has_value(), result.error().message);
      const EpochReport& line = result->epochs[0];
      REQUIRE(line.metrics.size() == 3);
      CHECK(line.metrics[0].first == "mae");
      CHECK(line.metrics[0].second == doctest::Approx(error));
      CHECK(line.metrics[1].second == doctest::Approx(2));
      CHECK(line.metrics[2].second == doctest::Approx(square));
      CHECK(line.test_loss == doctest::Approx(square));
      CHECK(line.test_rmse == doctest::Approx(std::sqrt(square)));
      CHECK(std::isnan(line.test_accuracy));
    }
  }
}

TEST_CASE("what is no metric is refused") {
  Session session(Text("sheet.gw", of_sample));
  CHECK(train_task(session, {"q"}).error().code == "G0306");
  CHECK(train_task(session, {"x"}).error().code == "G0306");
  Session vector(Text("sheet.gw", "x : R[2]\ny : R\nparam w : R\nv = w*x\nL = (sum(v) - y)^2\nminimize L\n"));
  CHECK(train_task(vector, {"v"}).error().code == "G0210");
}

TEST_CASE("patience takes the parameters of the best epoch") {
  // w grows by 1 an epoch from 0, and (w - 3)² is least after epoch 3.
  Session session(Text("sheet.gw", "x : R\ny : R\nparam w : R\nL = (w - 3)^2 + 0*x*y\nminimize L\n"));
  const auto task = train_task(session);
  REQUIRE_MESSAGE(task.has_value(), task.error().message);
  Dataset data;
  data.inputs.shape = {8, 1};
  data.targets.shape = {8};
  data.inputs.data.assign(8, 1);
  data.targets.data.assign(8, 1);
  for (const bool oracle : {true, false}) {
    TrainOptions options = options_with(oracle);
    options.rule = update_rule({{"mine.gw", "theta := theta + 0*g + 1\n"}, {}, {}});
    options.batch = 8;
    options.epochs = 20;
    options.patience = 4;
    const auto result = trained(session.pool(), *task, data, options, {});
    REQUIRE_MESSAGE(result.has_value(), result.error().message);
    CHECK(result->epochs.size() == 7);
    CHECK(result->stopped_early);
    CHECK(result->best_epoch == 3);
    CHECK(result->parameters[0].values[0] == 3);
    options.patience = 0;
    const auto whole = trained(session.pool(), *task, data, options, {});
    CHECK(whole->epochs.size() == 20);
    CHECK(!whole->stopped_early);
    CHECK(whole->parameters[0].values[0] == 20);
  }
}

TEST_CASE("progress is told of every part of an epoch, and changes no bit") {
  Session session(Text("sheet.gw", of_sample));
  const auto task = train_task(session);
  TrainOptions options = options_with(false);
  options.epochs = 2;
  options.rule = update_rule({{"mine.gw", "theta := theta - 0.1*g\n"}, {}, {}});
  const auto silent = trained(session.pool(), *task, waves(), options, {});
  std::vector<Progress> told;
  options.on_progress = [&](const Progress& now) { told.push_back(now); };
  const auto result = trained(session.pool(), *task, waves(), options, {});
  REQUIRE(result);
  CHECK(result->parameters[0].values == silent->parameters[0].values);
  REQUIRE(!told.empty());
  CHECK(told.front().epoch == 1);
  CHECK(told.back().epoch == 2);
  CHECK(told.back().samples == 17);
  CHECK(told.back().of == 17);
  CHECK(told.back().steps == 5);  // four of 4 and one of 1
  CHECK(told.back().loss == doctest::Approx(result->epochs[1].loss));
}
