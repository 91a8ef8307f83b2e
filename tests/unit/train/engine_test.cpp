// The compiled engine against the evaluator: the same seed, the same parameters to rounding; batched, sample by sample, or as a batch
// that the sheet speaks of itself.
#include "train/engine.h"

#include <doctest/doctest.h>

#include <cmath>

#include "ir/make.h"
#include "train/initial.h"
#include "train/train.h"

using namespace gradwright;

namespace {

/// L = ½‖W·x − y‖² for one sample, or ½‖X·Wᵀ − Y‖²/n for a batch of rows; gradients by hand.
struct Regression {
  Pool pool;
  TrainTask task;

  explicit Regression(bool of_batch, bool with_inverse = false) {
    DimTable& dims = pool.dims();
    const Dim d = dims.constant(3), k = dims.constant(2), one = dims.one(), n = dims.symbol("n");
    const Expr W = make_input(pool, {"W", Role::parameter, Property::none, {k, d}});
    if (of_batch) {
      const Expr X = make_input(pool, {"X", Role::data, Property::none, {n, d}});
      const Expr Y = make_input(pool, {"Y", Role::data, Property::none, {n, k}});
      const Expr P = make_einsum(pool, {0, 1}, {{X, {0, 2}}, {W, {1, 2}}}, {n, k, d});
      const Expr E = difference_of(pool, P, Y);
      const Expr inverse = make_power(pool, make_size(pool, n), -1);
      task.loss =
          scaled(pool, Rational(1, 2), make_einsum(pool, {}, {{inverse, {}}, {E, {0, 1}}, {E, {0, 1}}}, {n, k}));
      task.gradients = {make_einsum(pool, {0, 1}, {{inverse, {}}, {E, {2, 0}}, {X, {2, 1}}}, {k, d, n})};
      task.features = X;
      task.target = Y;
      task.prediction = P;
      task.batch = "n";
    } else {
      const Expr x = make_input(pool, {"x", Role::data, Property::none, {d, one}});
      const Expr y = make_input(pool, {"y", Role::data, Property::none, {k, one}});
      // det((x·xᵀ) + 1): a matrix algorithm over a sample has no batched form. It does not depend on W.
      const Expr outer = make_einsum(pool, {0, 1}, {{x, {0}}, {x, {1}}}, {d, d});
      const Expr weight = with_inverse
                              ? make_matrix(pool, MatrixKind::determinant, sum_of(pool, outer, make_identity(pool, d)))
                              : make_literal(pool, 1);
      const Expr p = make_einsum(pool, {0}, {{W, {0, 1}}, {x, {1}}}, {k, d});
      const Expr e = difference_of(pool, p, y);
      task.loss = scaled(pool, Rational(1, 2), make_einsum(pool, {}, {{weight, {}}, {e, {0}}, {e, {0}}}, {k}));
      task.gradients = {make_einsum(pool, {0, 1}, {{weight, {}}, {e, {0}}, {x, {1}}}, {k, d})};
      task.features = x;
      task.target = y;
      task.prediction = p;
    }
    task.parameters = {{"W", W, "normal", {0, 1}}};
  }
};

/// y = A·x for a fixed A, 41 samples: no batch divides it.
Dataset line_data() {
  Dataset data;
  data.inputs.shape = {41, 3};
  data.targets.shape = {41, 2};
  for (int i = 0; i < 41; ++i) {
    const double x[] = {std::sin(i), std::cos(3 * i), std::sin(7 * i + 1)};
    data.inputs.data.insert(data.inputs.data.end(), x, x + 3);
    data.targets.data.insert(data.targets.data.end(), {x[0] - 2 * x[1], 0.5 * x[2] + x[0]});
  }
  return data;
}

Trained trained_by(bool of_batch, bool with_inverse, const EngineOptions& engine, int epochs = 3, double rate = 0.1) {
  Regression it(of_batch, with_inverse);
  TrainOptions options;
  options.epochs = epochs;
  options.batch = 7;
  options.rate = rate;
  options.engine = engine;
  options.split.normalise = Normalise::none;  // a shift of the features would need a bias
  auto found = trained(it.pool, it.task, line_data(), options, {});
  REQUIRE_MESSAGE(found.has_value(), found.error().message);
  return *std::move(found);
}

EngineOptions oracle() {
  EngineOptions options;
  options.oracle = true;
  return options;
}

EngineOptions compiled(Precision precision, Backend backend = Backend::automatic) {
  EngineOptions options;
  options.precision = precision;
  options.compile.backend = backend;
  return options;
}

double apart(const Trained& a, const Trained& b) {
  double largest = 0;
  for (std::size_t p = 0; p < a.parameters.size(); ++p) {
    REQUIRE(a.parameters[p].extents == b.parameters[p].extents);
    for (std::size_t k = 0; k < a.parameters[p].values.size(); ++k)
      largest = std::max(largest, std::fabs(a.parameters[p].values[k] - b.parameters[p].values[k]));
  }
  for (std::size_t e = 0; e < a.epochs.size(); ++e) {
    largest = std::max(largest, std::fabs(a.epochs[e].loss - b.epochs[e].loss));
    largest = std::max(largest, std::fabs(a.epochs[e].test_loss - b.epochs[e].test_loss));
    largest = std::max(largest, std::fabs(a.epochs[e].test_rmse - b.epochs[e].test_rmse));
  }
  return largest;
}

}  // namespace

namespace {

/// L = ½‖W·x − y‖² with W 80×100, on batches of 64: its products of matrices are work for several threads.
std::vector<double> wide_weights(Backend backend, int threads) {
  Regression it(false);
  Pool& pool = it.pool;
  const Dim d = pool.dims().constant(100), k = pool.dims().constant(80), one = pool.dims().one();
  const Expr W = make_input(pool, {"W", Role::parameter, Property::none, {k, d}});
  const Expr x = make_input(pool, {"x", Role::data, Property::none, {d, one}});
  const Expr y = make_input(pool, {"y", Role::data, Property::none, {k, one}});
  const Expr e = difference_of(pool, make_einsum(pool, {0}, {{W, {0, 1}}, {x, {1}}}, {k, d}), y);
  TrainTask task;
  task.loss = scaled(pool, Rational(1, 2), make_einsum(pool, {}, {{e, {0}}, {e, {0}}}, {k}));
  task.gradients = {make_einsum(pool, {0, 1}, {{e, {0}}, {x, {1}}}, {k, d})};
  task.features = x;
  task.target = y;
  task.parameters = {{"W", W, "normal", {0, 1}}};
  Dataset data;
  data.inputs.shape = {150, 100};
  data.targets.shape = {150, 80};
  for (int i = 0; i < 150 * 100; ++i) data.inputs.data.push_back(std::sin(i));
  for (int i = 0; i < 150 * 80; ++i) data.targets.data.push_back(std::cos(i));
  TrainOptions options;
  options.epochs = 2;
  options.batch = 64;
  options.rate = 0.01;
  options.engine = compiled(Precision::float32, backend);
  options.engine.compile.threads = threads;
  const auto found = trained(pool, task, data, options, {});
  REQUIRE_MESSAGE(found.has_value(), found.error().message);
  std::vector<double> all = found->parameters[0].values;
  for (const EpochReport& epoch : found->epochs) all.insert(all.end(), {epoch.loss, epoch.test_loss});
  return all;
}

}  // namespace

TEST_CASE("any number of threads trains the same bits") {
  for (const Backend backend : {Backend::c, Backend::automatic}) {
    const std::vector<double> one = wide_weights(backend, 1);
    CHECK(one.size() == 80 * 100 + 4);
    for (const int threads : {0, 2, 3, 8}) CHECK(wide_weights(backend, threads) == one);
  }
}

TEST_CASE("compiled steps have the numbers of the evaluator") {
  for (const bool of_batch : {false, true}) {
    CAPTURE(of_batch);
    const Trained expected = trained_by(of_batch, false, oracle());
    CHECK(apart(trained_by(of_batch, false, compiled(Precision::float64)), expected) < 1e-12);
    CHECK(apart(trained_by(of_batch, false, compiled(Precision::float64, Backend::interpreter)), expected) < 1e-12);
    CHECK(apart(trained_by(of_batch, false, compiled(Precision::float32)), expected) < 1e-5);
  }
}

TEST_CASE("a formula without a batched form is added up sample by sample") {
  const Trained expected = trained_by(false, true, oracle(), 3, 0.01);
  CHECK(apart(trained_by(false, true, compiled(Precision::float64, Backend::interpreter), 3, 0.01), expected) < 1e-12);
  CHECK(apart(trained_by(false, true, compiled(Precision::float64), 3, 0.01), expected) < 1e-12);
}

TEST_CASE("a sheet for one sample and one for a batch train the same network") {
  CHECK(apart(trained_by(false, false, compiled(Precision::float64)),
              trained_by(true, false, compiled(Precision::float64))) < 1e-12);
}

TEST_CASE("descent finds the map behind the data") {
  const Trained found = trained_by(false, false, compiled(Precision::float32), 200);
  CHECK(found.epochs.back().loss < 1e-8);
  CHECK(found.epochs.back().test_loss < 1e-8);
}

TEST_CASE("the same seed gives the same parameters, bit for bit") {
  const Trained first = trained_by(false, false, compiled(Precision::float32));
  const Trained second = trained_by(false, false, compiled(Precision::float32));
  CHECK(apart(first, second) == 0);
}

TEST_CASE("a loss that is no longer finite ends the training") {
  Regression it(false);
  TrainOptions options;
  options.rate = 1e6;
  options.epochs = 50;
  const auto found = trained(it.pool, it.task, line_data(), options, {});
  REQUIRE(!found);
  CHECK(found.error().code == "G0507");
}

TEST_CASE("epochs are told by the validation part, and the parameters by the test part") {
  for (const EngineOptions& engine : {oracle(), compiled(Precision::float64)}) {
    Regression it(false);
    TrainOptions options;
    options.epochs = 2;
    options.batch = 7;
    options.engine = engine;
    options.split = {.test_fraction = 0.25, .validation_fraction = 0.2, .normalise = Normalise::none};
    const auto found = trained(it.pool, it.task, line_data(), options, {});
    REQUIRE_MESSAGE(found, (found ? "" : found.error().message));
    Generator random(options.seed);
    const Samples samples = samples_of(it.pool, it.task, line_data(), options.split, random).value();
    CHECK(samples.test == 10);
    CHECK(samples.validation == 8);
    // W is 2×3, its first axis fastest.
    const auto mean_loss = [&](std::size_t first, std::size_t count) {
      double loss = 0;
      for (std::size_t s = first; s < first + count; ++s) {
        for (std::size_t i = 0; i < 2; ++i) {
          double error = -samples.truth(s)[i];
          for (std::size_t j = 0; j < 3; ++j) error += found->parameters[0].values[i + 2 * j] * samples.input(s)[j];
          loss += error * error / 2;
        }
      }
      return loss / static_cast<double>(count);
    };
    CHECK(found->epochs.back().held == "validation");
    CHECK(found->epochs.back().test_loss == doctest::Approx(mean_loss(samples.training, 8)));
    REQUIRE(found->tested.has_value());
    CHECK(found->tested->held == "test");
    CHECK(found->tested->test_loss == doctest::Approx(mean_loss(samples.training + 8, 10)));
  }
}
