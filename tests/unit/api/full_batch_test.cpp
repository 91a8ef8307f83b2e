// Newton, Gauss–Newton and L-BFGS: one step on a quadratic, quadratic convergence, the same minimum, and a valley.
#include "train/full_batch.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "api/curvature.h"
#include "api/optimiser.h"
#include "api/train_task.h"
#include "data/load.h"
#include "train/averages.h"
#include "train/train.h"

using namespace gradwright;

namespace {

constexpr const char* linear =
    "x : R[3]\ny : R[2]\nparam W : R[2,3]\nparam b : R[2]\np = W*x + b\nL = 1/2*sum((p - y).^2)\nminimize L\n";
constexpr const char* logistic =
    "x : R[30]\ny : R binary\nparam w : R[30]\nparam b : R\nz = w'*x + b\np = sigmoid(z)\n"
    "L = -(y*log(p) + (1 - y)*log(1 - p)) + 0.01*l2(w)\nminimize L\n";
constexpr const char* network =
    "x : R[3]\ny : R[2]\nparam V : R[4,3]\nparam W : R[2,4]\nparam b : R[2]\na = tanh(V*x)\np = W*a + b\n"
    "L = 1/2*sum((p - y).^2)\nminimize L\n";
constexpr const char* classes =
    "x : R[3]\ny : R[2] prob\nparam V : R[2,3]\nparam b : R[2]\nz = V*x + b\np = softmax(z)\nL = -sum(y .* "
    "log(p))\nminimize L\n";

Dataset made_data(std::int64_t inputs, std::int64_t targets) {
  Dataset data;
  data.inputs.shape = {40, inputs};
  data.targets.shape = {40, targets};
  for (int i = 0; i < 40 * inputs; ++i) data.inputs.data.push_back(std::sin(1.7 * i) + 0.3 * std::cos(0.2 * i));
  for (int i = 0; i < 40 * targets; ++i) data.targets.data.push_back(std::fabs(std::cos(2.3 * i + 1)));
  return data;
}

/// The targets of each sample add up to 1.
Dataset with_probabilities(Dataset data) {
  const auto width = static_cast<std::size_t>(data.targets.shape[1]);
  for (std::size_t k = 0; k < data.targets.data.size(); k += width) {
    const double total = std::accumulate(data.targets.data.begin() + static_cast<std::ptrdiff_t>(k),
                                         data.targets.data.begin() + static_cast<std::ptrdiff_t>(k + width), 0.0);
    for (std::size_t i = k; i < k + width; ++i) data.targets.data[i] /= total;
  }
  return data;
}

/// A sheet, its samples, a method, and where it stands.
struct Bench {
  Session session;
  TrainTask task;
  Samples samples;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Averages> averages;
  std::vector<std::size_t> all;

  Bench(const char* sheet, const Dataset& data, const std::string& method, bool oracle = false)
      : session(Text("sheet.gw", sheet)) {
    REQUIRE_FALSE(session.has_errors());
    task = train_task(session).value();
    Generator random(1);
    samples = samples_of(session.pool(), task, data, {}, random).value();
    all.resize(samples.training);
    std::iota(all.begin(), all.end(), std::size_t{0});
    EngineOptions options;
    options.oracle = oracle;
    averages = Averages::of(session.pool(), task, {}, samples, options, samples.training).value();
    const auto optimiser = optimiser_named(method, [](const std::string&) { return std::nullopt; });
    REQUIRE(optimiser.has_value());
    const auto made = full_batch_method(*optimiser);
    REQUIRE(made.has_value());
    options.full_batch = *made;
    options.batch = samples.training;
    auto found = engine_for(session.pool(), task, {}, samples, options);
    REQUIRE_MESSAGE(found.has_value(), found.error().message);
    engine = *std::move(found);
  }
  void begin_at(const std::function<double(std::size_t)>& number) {
    std::vector<Tensor> values = engine->values();
    values.resize(task.parameters.size());
    std::size_t k = 0;
    for (Tensor& one : values) {
      for (double& x : one.values) x = number(k++);
    }
    engine->set(values);
  }
  std::vector<Tensor> parameters() const {
    std::vector<Tensor> values = engine->values();
    values.resize(task.parameters.size());
    return values;
  }
  double gradient_norm() {
    double sum = 0;
    for (const double g : averages->at(parameters(), all).gradient) sum += g * g;
    return std::sqrt(sum);
  }
  double step() { return engine->trained(all); }
};

Dataset breast_cancer() {
  DatasetSpec spec;
  spec.source = std::string(GRADWRIGHT_SOURCE_DIR) + "/examples/logistic/breast_cancer.csv";
  return load_dataset(spec).value();
}

}  // namespace

TEST_CASE("Newton and Gauss-Newton reach the minimum of a quadratic in one step") {
  for (const char* method : {"newton", "gauss_newton"}) {
    for (const bool oracle : {false, true}) {
      Bench bench(linear, made_data(3, 2), method, oracle);
      bench.begin_at([](std::size_t k) { return std::sin(3.0 * static_cast<double>(k)); });
      CHECK(bench.gradient_norm() > 0.1);
      (void)bench.step();
      CHECK_MESSAGE(bench.gradient_norm() < 1e-12, method);
    }
  }
}

TEST_CASE("Newton converges quadratically on logistic regression, and L-BFGS ends where Newton does") {
  Bench newton(logistic, breast_cancer(), "newton");
  std::vector<double> norms{newton.gradient_norm()};
  for (int i = 0; i < 15 && norms.back() > 1e-13; ++i) {
    (void)newton.step();
    norms.push_back(newton.gradient_norm());
  }
  CHECK(norms.back() < 1e-13);
  CHECK(norms.size() < 14);
  int squared = 0;  // near the minimum the norm goes as its own square
  for (std::size_t i = 1; i < norms.size(); ++i) {
    if (norms[i - 1] < 1e-2 && norms[i] > 1e-14) squared += norms[i] < 30 * norms[i - 1] * norms[i - 1] ? 1 : -100;
  }
  CHECK(squared >= 1);

  Bench lbfgs(logistic, breast_cancer(), "lbfgs");
  double norm = 1;
  for (int i = 0; i < 400 && norm > 1e-9; ++i) {
    (void)lbfgs.step();
    norm = lbfgs.gradient_norm();
  }
  CHECK(norm < 1e-8);
  const std::vector<Tensor> a = newton.parameters(), b = lbfgs.parameters();
  for (std::size_t p = 0; p < a.size(); ++p) {
    for (std::size_t k = 0; k < a[p].values.size(); ++k)
      CHECK(a[p].values[k] == doctest::Approx(b[p].values[k]).epsilon(1e-5));
  }
}

TEST_CASE("Gauss-Newton goes down on a network, and its matrix is that of Newton where the prediction is linear") {
  Bench bench(network, made_data(3, 2), "gauss_newton");
  bench.begin_at([](std::size_t k) { return 0.4 * std::sin(5.0 * static_cast<double>(k) + 1); });
  double last = bench.step();
  const double first = last;
  for (int i = 0; i < 30; ++i) {
    const double now = bench.step();
    CHECK(now <= last * (1 + 1e-10));
    last = now;
  }
  CHECK(last < 0.9 * first);

  for (const char* sheet : {linear, classes, logistic}) {
    Bench one(sheet, sheet == logistic ? breast_cancer() : with_probabilities(made_data(3, 2)), "newton");
    Pool& pool = one.session.pool();
    const auto hessian = Averages::of(pool, one.task, hessian_blocks(pool, one.task), one.samples, {}, 8).value();
    const auto gauss_newton =
        Averages::of(pool, one.task, gauss_newton_blocks(pool, one.task).value(), one.samples, {}, 8).value();
    one.begin_at([](std::size_t k) { return 0.2 * std::cos(static_cast<double>(k)); });
    const auto a = hessian->at(one.parameters(), one.all).others;
    const auto b = gauss_newton->at(one.parameters(), one.all).others;
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      for (std::size_t k = 0; k < a[i].size(); ++k) CHECK(std::fabs(a[i][k] - b[i][k]) < 1e-11);
    }
  }
}

TEST_CASE("the valley of Rosenbrock") {
  // Features and targets are without weight: the loss is (1 − u)² + 100(v − u²)².
  constexpr const char* valley =
      "x : R[3]\ny : R[2]\nparam u, v : R\nL = (1 - u)^2 + 100*(v - u^2)^2 + 0*sum(x) + 0*sum(y)\nminimize L\n";
  for (const char* method : {"lbfgs", "newton"}) {
    Bench bench(valley, made_data(3, 2), method);
    bench.begin_at([](std::size_t k) { return k == 0 ? -1.2 : 1.0; });
    int steps = 0;
    while (steps < 200 && bench.gradient_norm() > 1e-9) {
      (void)bench.step();
      ++steps;
    }
    CHECK_MESSAGE(steps < 100, method);
    CHECK(bench.parameters()[0].values[0] == doctest::Approx(1).epsilon(1e-8));
    CHECK(bench.parameters()[1].values[0] == doctest::Approx(1).epsilon(1e-8));
  }
}

TEST_CASE("what a method keeps is among its values: a run that is taken up goes on bit for bit") {
  for (const char* method : {"lbfgs(history=3)", "newton"}) {
    Bench whole(network, made_data(3, 2), method), part(network, made_data(3, 2), method);
    const auto begin = [](std::size_t k) { return 0.3 * std::sin(2.0 * static_cast<double>(k)); };
    whole.begin_at(begin);
    for (int i = 0; i < 5; ++i) (void)whole.step();
    part.engine->set(whole.engine->values());
    for (int i = 0; i < 5; ++i) CHECK(whole.step() == part.step());
    for (std::size_t p = 0; p < whole.parameters().size(); ++p)
      CHECK(whole.parameters()[p].values == part.parameters()[p].values);
  }
}

TEST_CASE("what a method that takes all samples lacks is a diagnostic") {
  const auto named = [](const std::string& text) {
    return *optimiser_named(text, [](const std::string&) { return std::nullopt; });
  };
  OptimiserOptions options = named("lbfgs");
  options.before = {{"--clip", "g := g*min(1, 1/norm)\n"}};
  CHECK(full_batch_method(options).error().diagnostic.code == "G0304");
  CHECK(full_batch_method(named("lbfgs(history=many)")).error().diagnostic.code == "G0304");
  options = {{"mine.gw", "theta := theta - solve(H, G)\n"}, {}, {}};
  CHECK(full_batch_method(options).error().diagnostic.code == "G0301");
  CHECK(full_batch_method(named("adam")).value() == nullptr);
  Session large(Text("large.gw", "x : R[50]\ny : R[50]\nparam W : R[50,50]\nL = sum((W*x - y).^2)\nminimize L\n"));
  const TrainTask task = train_task(large).value();
  Dataset data;
  data.inputs = {{10, 50}, std::vector<double>(500, 0.5)};
  data.targets = data.inputs;
  Generator random(1);
  const Samples samples = samples_of(large.pool(), task, data, {}, random).value();
  EngineOptions how;
  how.full_batch = full_batch_method(named("newton")).value();
  const auto engine = engine_for(large.pool(), task, {}, samples, how);
  REQUIRE_FALSE(engine.has_value());
  CHECK(engine.error().code == "G0510");
}

TEST_CASE("a method that takes all samples is not divided") {
  Bench bench(network, made_data(3, 2), "newton");
  for (const char* method : {"newton", "lbfgs"}) {
    EngineOptions how;
    how.pieces = 8;
    how.full_batch = full_batch_method(*optimiser_named(method, {})).value();
    const auto engine = engine_for(bench.session.pool(), bench.task, {}, bench.samples, how);
    REQUIRE_FALSE(engine.has_value());
    CHECK(engine.error().code == "G0531");
  }
}

TEST_CASE("the options of a training need not say that all samples are one step, in float64") {
  const auto losses = [](int batch, Precision precision) {
    Session session(Text("net.gw", network));
    const TrainTask task = train_task(session).value();
    TrainOptions options;
    options.epochs = 3;
    options.batch = batch;
    options.engine.precision = precision;
    options.engine.full_batch = full_batch_method(*optimiser_named("lbfgs", {})).value();
    const auto found = trained(session.pool(), task, made_data(3, 2), options, {});
    REQUIRE(found.has_value());
    CHECK(found->layout.type == Element::f64);
    std::vector<double> all;
    for (const EpochReport& line : found->epochs) all.push_back(line.loss);
    return all;
  };
  CHECK(losses(4, Precision::float32) == losses(1'000'000, Precision::float64));
}
