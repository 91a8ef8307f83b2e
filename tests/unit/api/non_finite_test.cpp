// A training that stops being finite: which formula of the sheet is named, on which line, for which sample, in which step.
#include <doctest/doctest.h>

#include "api/optimiser.h"
#include "api/train_task.h"
#include "train/train.h"

using namespace gradwright;

namespace {

/// x counts from 1, but sample `odd` has another; y is 1.
Dataset counted(int count, int odd = -1, double value = 0) {
  Dataset data;
  data.inputs.shape = {count, 1};
  data.targets.shape = {count};
  for (int i = 0; i < count; ++i) {
    data.inputs.data.push_back(i == odd ? value : i + 1);
    data.targets.data.push_back(1);
  }
  return data;
}

struct Case {
  std::string sheet;
  Dataset data;
  TrainOptions options;
  std::string optimiser = "theta := theta + 0*g\n";
};

TrainOptions one_step(int batch) {
  TrainOptions options;
  options.epochs = 1;
  options.batch = batch;
  options.split.normalise = Normalise::none;
  options.split.test_fraction = 0.01;  // one sample
  return options;
}

struct Told {
  Diagnostic fault;
  std::string line;  ///< of the sheet, at the place of the fault
  [[nodiscard]] bool says(const std::string& words) const {
    for (const auto* texts : {&fault.notes, &fault.helps}) {
      for (const std::string& text : *texts) {
        if (text.find(words) != std::string::npos) return true;
      }
    }
    return fault.message.find(words) != std::string::npos;
  }
};

std::optional<Told> told(const Case& it, bool oracle = false, Precision precision = Precision::float32) {
  Session session(Text("sheet.gw", it.sheet));
  REQUIRE(!session.has_errors());
  const auto task = train_task(session);
  REQUIRE_MESSAGE(task.has_value(), task.error().message);
  TrainOptions options = it.options;
  options.engine.oracle = oracle;
  options.engine.precision = precision;
  const OptimiserOptions own{{"mine.gw", it.optimiser}, {}, {}};
  options.engine.full_batch = full_batch_method(own).value();
  if (!options.engine.full_batch) options.rule = update_rule(own);
  const auto result = trained(session.pool(), *task, it.data, options, {});
  if (result) return std::nullopt;
  CHECK(result.error().code == "G0507");
  const std::size_t line = session.text().place(result.error().span.begin).line;
  return Told{result.error(), std::string(session.text().line(line))};
}

}  // namespace

TEST_CASE("the definition with the logarithm of zero is named, with the sample") {
  const std::string sheet =
      "x : R\ny : R\nparam w : R ~ ones\nq = w*abs(x)\nr = log(q)\ns = exp(-q)\nL = (r + s - y)^2\nminimize L\n";
  for (const bool oracle : {true, false}) {
    const Case it{sheet, counted(20, 7, 0), one_step(100)};
    const auto found = told(it, oracle);
    // Among 20 samples one is kept for the test: if it is the odd one nothing goes wrong in the training.
    REQUIRE(found);
    CHECK(found->line == "r = log(q)");
    CHECK(found->says("`r` is not finite in step 1 of epoch 1: log(0) is -inf"));
    CHECK(found->says("of the 19 of the step, with `x` = 0"));
    CHECK(found->says("it is computed from `q`"));
  }
}

TEST_CASE("what overflows in float32 is found in float32, and float64 goes on") {
  const Case it{"x : R\ny : R\nparam w : R ~ ones\ne = exp(w*x)\nL = (1e-9*e - y)^2\nminimize L\n", counted(5, 2, 100),
                [] {
                  TrainOptions options = one_step(2);
                  options.split.test_fraction = 0.2;
                  return options;
                }()};
  const auto found = told(it);
  REQUIRE(found);
  CHECK(found->line == "e = exp(w*x)");
  CHECK(found->says("exp(100) is inf"));
  CHECK(found->says("--precision float64"));
  CHECK(!told(it, false, Precision::float64));
}

TEST_CASE("a derivative that is not finite where the loss is") {
  const Case it{"x : R[2]\ny : R\nparam w : R[2] ~ zeros\nq = norm2(w)\nL = (q - y)^2 + sum(x)^2\nminimize L\n",
                [] {
                  Dataset data = counted(6);
                  data.inputs.shape = {3, 2};
                  data.targets.shape = {3};
                  data.targets.data.resize(3);
                  return data;
                }(),
                one_step(1), "theta := theta - 0.125*g\n"};
  for (const bool oracle : {true, false}) {
    const auto found = told(it, oracle);
    REQUIRE(found);
    CHECK(found->line == "param w : R[2] ~ zeros");
    CHECK(found->says("`∂L/∂w` is not finite in step 1 of epoch 1: a division by 0"));
    CHECK(found->says("2 of its 2 entries: [1], [2]"));
    CHECK(found->says("the loss itself is finite"));
  }
}

TEST_CASE("a new parameter that is not finite where loss and gradients are") {
  // s stays 0, and 1/√0 is infinite: one step, whose loss was taken before.
  Case it{"x : R\ny : R\nparam w : R ~ ones\nL = (w*x - y)^2 + w\nminimize L\n", counted(4), one_step(100)};
  it.optimiser = "s := 0.5*s\ntheta := theta - g ./ sqrt(s)\n";
  for (const bool oracle : {true, false}) {
    const auto found = told(it, oracle);
    REQUIRE(found);
    CHECK(found->line == "param w : R ~ ones");
    CHECK(found->says("the new `w` is not finite after step 1 of epoch 1: a division by 0"));
    CHECK(found->says("loss and gradients are finite"));
  }
}

TEST_CASE("the step is the right one, after many epochs and copies") {
  // The update of step 20001 sets w to exp(70): the square of it overflows in the step after, the second of epoch 21.
  Case it{"x : R\ny : R\nparam w : R ~ ones\nz = w*x\nL = (z - y)^2\nminimize L\n", counted(1001), one_step(1)};
  it.options.split.test_fraction = 0.0001;
  it.options.epochs = 30;
  it.optimiser = "theta := theta + 0*g + exp(70*(t > 20000)) - 1\n";
  const auto found = told(it);
  REQUIRE(found);
  CHECK(found->line == "L = (z - y)^2");
  CHECK(found->says("`L` is not finite in step 2 of epoch 21"));
  CHECK(found->says("the loss of the steps before"));
  Case larger = it;  // 700 = 43 steps of 16 and one of 12: step 264 is the last of epoch 6
  larger.data = counted(701);
  larger.options.batch = 16;
  larger.optimiser = "theta := theta + 0*g + exp(70*(t > 262)) - 1\n";
  const auto last = told(larger);
  REQUIRE(last);
  CHECK(last->says("in step 44 of epoch 6"));
  CHECK(last->says("of the 12 of the step"));
}

TEST_CASE("a sheet that speaks of a batch") {
  const Case it{
      "X : R[n,1]\nY : R[n,1]\nparam w : R ~ ones\nQ = abs(w*X)\nR = log(Q)\nL = sum((R - Y)^2)/n\nminimize L\n",
      [] {
        Dataset data = counted(20, 3, 0);
        data.targets.shape = {20, 1};
        return data;
      }(),
      one_step(100)};
  const auto found = told(it);
  REQUIRE(found);
  CHECK(found->line == "R = log(Q)");
  CHECK(found->says("1 of its 19 entries"));
}

TEST_CASE("a logarithm that the compiled program never takes is not blamed") {
  // p underflows to 0, and log(p) of the softmax is computed without it; what goes wrong is the last term.
  const std::string sheet =
      "x : R\ny : R\nparam w : R ~ ones\nz = [w*x; -w*x]\np = softmax(z)\nc = -log(p[1])\ne = exp(w*x)\nL = c + e*0 + "
      "cos(e)\nminimize L\n";
  const auto found = told({sheet, counted(6, 4, 200), one_step(100)});
  REQUIRE(found);
  CHECK(found->line == "e = exp(w*x)");
}

TEST_CASE("constants of a step whose product is no fraction of 64 bits are not dropped") {
  // By hand: the slope of 3.141592653589793*(w*x + y) is 3.141592653589793*x, and four samples move w by the mean of x, times 9.8696044.
  Session session(Text("sheet.gw", "x : R\ny : R\nparam w : R ~ ones\nL = 3.141592653589793*(w*x + y)\nminimize L\n"));
  const auto task = train_task(session);
  REQUIRE(task.has_value());
  Dataset data = counted(5);
  data.inputs.data.assign(5, 3);
  for (const bool oracle : {true, false}) {
    TrainOptions options = one_step(4);
    options.engine.oracle = oracle;
    options.rule = update_rule({{"mine.gw", "theta := theta - 3.141592653589793*g\n"}, {}, {}});
    const auto result = trained(session.pool(), *task, data, options, {});
    REQUIRE_MESSAGE(result.has_value(), result.error().message);
    CHECK(result->parameters[0].values[0] == doctest::Approx(1 - 9.869604401089358 * 3).epsilon(1e-6));
  }
}

TEST_CASE("a gradient is trained in its simple form, which saturates where the loss does not") {
  // L = log(1 + e^100) = 100 to float32, p = 1, and ∂L/∂w = (p - y)*x = 100; as a chain it is p*(1 - p)*x/(1 - p) = 0/0.
  Session session(Text("sheet.gw",
                       "x : R\ny : R binary\nparam w : R ~ ones\np = sigmoid(w*x)\n"
                       "L = -(y*log(p) + (1 - y)*log(1 - p))\nminimize L\n"));
  const auto task = train_task(session);
  REQUIRE(task.has_value());
  Dataset data;
  data.inputs.shape = {4, 1};
  data.targets.shape = {4};
  data.inputs.data.assign(4, 100);
  data.targets.data.assign(4, 0);
  for (const Precision precision : {Precision::float32, Precision::float64}) {
    TrainOptions options = one_step(3);
    options.engine.precision = precision;
    options.rate = 0.125;
    const auto result = trained(session.pool(), *task, data, options, {});
    REQUIRE_MESSAGE(result.has_value(), result.error().message);
    CHECK(result->epochs[0].loss == doctest::Approx(100));
    CHECK(result->parameters[0].values[0] == doctest::Approx(-11.5));
  }
}

TEST_CASE("a step of all samples: second derivatives that are not finite, and a step that is not where they are") {
  // (w·x)^(3/2) has the slope 0 at w = 0, and no curvature.
  const Case bent{"x : R\ny : R\nparam w : R ~ zeros\nq = abs(w*x)\nL = q^(3/2) + (0*y - 1)^2\nminimize L\n",
                  counted(4), one_step(1), "theta := theta - solve(H + damping*eye(rows(theta)), g)\n"};
  const auto curved = told(bent);
  REQUIRE(curved);
  CHECK(curved->line == "param w : R ~ zeros");
  CHECK(curved->says("`curvature by w and w`"));
  CHECK(curved->says("in step 1 of epoch 1"));
  CHECK(curved->says("of the 3 of the step"));
  // The loss does not depend on v: H has no inverse.
  const Case flat{"x : R\ny : R\nparam w, v : R ~ ones\nL = (w*x - y)^2 + 0*v\nminimize L\n", counted(4), one_step(1),
                  "theta := theta - solve(H, g)\n"};
  const auto singular = told(flat);
  REQUIRE(singular);
  CHECK(singular->says("step 1 of epoch 1 is not finite"));
  CHECK(singular->says("loss, derivatives and curvature are finite there"));
  CHECK(singular->says("damping"));
  CHECK(!told({flat.sheet, flat.data, flat.options, bent.optimiser}));
}
