// The public face of training and of what was trained, against steps and predictions by hand.
#include <gradwright/training.h>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

using namespace gw;

namespace {

/// One weight: ∂L/∂w = (w·x − y)·x.
Sheet line() {
  return Sheet::read("x : R[1]\ny : R\nparam w : R[1] ~ zeros\np = w'*x\nL = 1/2*(p - y)^2\nminimize L\n");
}

TrainingOptions plain_steps(int epochs, int batch) {
  return {.epochs = epochs,
          .batch = batch,
          .rate = 0.1,
          .test = 0,
          .scaling = Scaling::none,
          .precision = Precision::float64,
          .backend = Backend::interpreter};
}

std::string code_of(const Result<Trained>& trained) { return trained ? "trained" : trained.error().code; }

/// A file of its own, gone with the test.
struct Scratch {
  std::string path;
  explicit Scratch(const char* ending)
      : path((std::filesystem::temp_directory_path() / "gradwright_public_training").string() + ending) {}
  Scratch(const char* ending, const char* text) : Scratch(ending) { REQUIRE(save_text(path, text).has_value()); }
  ~Scratch() { std::remove(path.c_str()); }
};

/// y = 3·(x − 2) + 1 on two samples: scaled features −1 and 1, and as many parameters as samples, so that the loss goes to 0.
Trained straight_line() {
  const Sheet sheet = Sheet::read(
      "x : R[1]\ny : R\nparam w : R[1] ~ zeros\nparam b : R ~ zeros\np = w'*x + b\nL = 1/2*(p - y)^2\nminimize L\n");
  TrainingOptions options = plain_steps(400, 2);
  options.scaling = Scaling::standard;
  const auto trained = train(sheet, Array{{2, 1}, {1, 3}}, Array{{2}, {-2, 4}}, options);
  REQUIRE_MESSAGE(trained.has_value(), trained.error().message);
  return *trained;
}

}  // namespace

TEST_CASE("steps of gradient descent on one sample are those by hand") {
  // w = 0: L = 9/2, ∂L/∂w = −6, w ← 0.6; then L = 1.8²/2, ∂L/∂w = −3.6, w ← 0.96
  std::vector<double> told;
  const auto trained = train(line(), Array{{1, 1}, {2}}, Array{{1}, {3}}, plain_steps(2, 1), [&](const Epoch& epoch) {
    CHECK(epoch.number == static_cast<int>(told.size()) + 1);
    told.push_back(epoch.loss);
  });
  REQUIRE_MESSAGE(trained.has_value(), trained.error().message);
  REQUIRE(told.size() == 2);
  CHECK(told[0] == doctest::Approx(4.5).epsilon(1e-12));
  CHECK(told[1] == doctest::Approx(1.62).epsilon(1e-12));
  CHECK(trained->parameters().at("w").values.at(0) == doctest::Approx(0.96).epsilon(1e-12));
  CHECK(trained->epochs().size() == 2);
  CHECK(trained->training_samples() == 1);
  CHECK(trained->test_samples() == 0);
}

TEST_CASE("a step takes the mean of the gradients of its samples") {
  // w = 0: gradients −1·1 and 0·2, mean −1/2; losses 1/2 and 0, mean 1/4
  const auto trained = train(line(), Array{{2, 1}, {1, 2}}, Array{{2}, {1, 0}}, plain_steps(1, 2));
  REQUIRE_MESSAGE(trained.has_value(), trained.error().message);
  CHECK(trained->epochs()[0].loss == doctest::Approx(0.25).epsilon(1e-12));
  CHECK(trained->parameters().at("w").values.at(0) == doctest::Approx(0.05).epsilon(1e-12));
}

TEST_CASE("clipping, decay and a schedule come before the lines of the optimiser") {
  // w = 1, x = 2, y = 3: g = (2 − 3)·2 = −2
  const Sheet sheet = Sheet::read("x : R[1]\ny : R\nparam w : R[1] ~ ones\np = w'*x\nL = 1/2*(p - y)^2\nminimize L\n");
  const auto weight_after = [&](TrainingOptions options) {
    const auto trained = train(sheet, Array{{1, 1}, {2}}, Array{{1}, {3}}, options);
    REQUIRE_MESSAGE(trained.has_value(), trained.error().message);
    return trained->parameters().at("w").values.at(0);
  };
  TrainingOptions options = plain_steps(1, 1);
  CHECK(weight_after(options) == doctest::Approx(1.2).epsilon(1e-12));
  options.clip = 0.5;  // g of norm 2 becomes −0.5
  CHECK(weight_after(options) == doctest::Approx(1.05).epsilon(1e-12));
  options.clip = 0;
  options.clip_value = 1.5;
  CHECK(weight_after(options) == doctest::Approx(1.15).epsilon(1e-12));
  options.decay = 0.25;  // after clipping: g = −1.5 + 0.25·1
  CHECK(weight_after(options) == doctest::Approx(1.125).epsilon(1e-12));
  options.schedule = "1/(1 + t)";  // half the rate at step 1
  CHECK(weight_after(options) == doctest::Approx(1.0625).epsilon(1e-12));
}

TEST_CASE("an optimiser is a file of formulas too, and a training takes a file of data") {
  const Scratch lines(".txt", "theta := theta - g/2\n"), data(".csv", "x,y\n1,1\n1,1\n");
  TrainingOptions options = plain_steps(1, 1);
  options.rate.reset();
  options.optimiser = lines.path;
  const auto trained = train(line(), data.path, options);
  REQUIRE_MESSAGE(trained.has_value(), trained.error().message);
  // w = 0: g = −1, w = 1/2; then g = −1/2, w = 3/4
  CHECK(trained->parameters().at("w").values.at(0) == doctest::Approx(0.75).epsilon(1e-12));
  options.rate = 0.1;
  CHECK(code_of(train(line(), data.path, options)) == "G0540");  // its lines speak of no rate
  options.optimiser = lines.path + ".none";
  CHECK(code_of(train(line(), data.path, options)) == "G0303");
}

TEST_CASE("lines with a gap are refused, left out or filled in") {
  const Scratch data(".csv", "x,y\n1,1\n,2\n3,0\n");
  TrainingOptions options = plain_steps(1, 1);
  CHECK(code_of(train(line(), data.path, options)) == "G0506");
  options.missing = Missing::drop;
  CHECK(train(line(), data.path, options)->training_samples() == 2);
  options.missing = Missing::mean;
  CHECK(train(line(), data.path, options)->training_samples() == 3);
}

TEST_CASE("what would change no step of an optimiser is refused beside it") {
  const auto with = [](const char* optimiser, void (*change)(TrainingOptions&)) {
    TrainingOptions options = plain_steps(1, 1);
    options.rate.reset();
    options.optimiser = optimiser;
    change(options);
    return code_of(train(line(), Array{{1, 1}, {2}}, Array{{1}, {3}}, options));
  };
  const auto rate = [](TrainingOptions& options) { options.rate = 0.1; };
  const auto decay = [](TrainingOptions& options) { options.decay = 0.1; };
  CHECK(with("lbfgs", rate) == "G0540");
  CHECK(with("lbfgs", decay) == "G0540");
  CHECK(with("newton", decay) == "G0540");
  CHECK(with("adam(rate=0.01)", rate) == "G0540");
  CHECK(with("adam(rate=0.01)", decay) == "trained");
  CHECK(with("adam", rate) == "trained");
  CHECK(with("newtom", rate) == "G0303");
}

TEST_CASE("arrays that are no samples with their targets are refused") {
  const auto on = [](const Array& features, const Array& targets) {
    return code_of(train(line(), features, targets, plain_steps(1, 1)));
  };
  CHECK(on({{2, 1}, {1, 2}}, {{1}, {1}}) == "G0502");
  CHECK(on({{2, 1}, {1}}, {{2}, {1, 0}}) == "G0502");
  CHECK(code_of(train(Sheet::read("x : R[1]\ny = 2*x\n"), Array{{1, 1}, {2}}, Array{{1}, {3}})) == "G0405");
}

TEST_CASE("new features are scaled as those of the training were") {
  // features 1 and 3: mean 2, deviation 1; the least loss has w = 3 and b = 1 of the scaled feature
  const Model model = straight_line().model();
  CHECK(model.parameters().at("w").values.at(0) == doctest::Approx(3).epsilon(1e-6));
  CHECK(model.parameters().at("b").values.at(0) == doctest::Approx(1).epsilon(1e-6));
  CHECK(model.knows_data());
  CHECK(model.scales("x"));
  CHECK_FALSE(model.scales("y"));
  CHECK(model.precision() == Precision::float64);
  CHECK(model.scaled("x", Array{{1}, {5}})->values.at(0) == doctest::Approx(3).epsilon(1e-12));
  CHECK(model.scaled("y", Array{{}, {5}})->values.at(0) == 5);
  const auto predicted = model.predict(Array{{2, 1}, {2, 5}});
  REQUIRE_MESSAGE(predicted.has_value(), predicted.error().message);
  CHECK(predicted->columns == std::vector<std::string>{"y"});
  REQUIRE(predicted->rows.size() == 2);
  CHECK(predicted->rows[0].numbers.at(0) == doctest::Approx(1).epsilon(1e-6));
  CHECK(predicted->rows[1].numbers.at(0) == doctest::Approx(10).epsilon(1e-6));
  CHECK(predicted->rows[0].label.empty());
}

TEST_CASE("a model that was saved predicts the same") {
  const Scratch file(".safetensors");
  const Trained trained = straight_line();
  REQUIRE(trained.save(file.path).has_value());
  const Sheet sheet = Sheet::read(
      "x : R[1]\ny : R\nparam w : R[1] ~ zeros\nparam b : R ~ zeros\np = w'*x + b\nL = 1/2*(p - y)^2\nminimize L\n");
  const auto model = Model::load(sheet, file.path);
  REQUIRE_MESSAGE(model.has_value(), model.error().message);
  const Array features{{3, 1}, {-1, 0.25, 7}};
  const auto kept = model->predict(features), fresh = trained.model().predict(features);
  REQUIRE(kept.has_value());
  REQUIRE(fresh.has_value());
  for (std::size_t i = 0; i < 3; ++i) CHECK(kept->rows[i].numbers == fresh->rows[i].numbers);
  const auto foreign = Model::load(Sheet::read("x : R[1]\nparam v : R[1]\nL = v'*x\nminimize L\n"), file.path);
  REQUIRE_FALSE(foreign.has_value());
  CHECK(foreign.error().code == "G0306");
  CHECK(Model::load(sheet, file.path + ".none").error().code == "G0505");
}

TEST_CASE("predictions can be taken row by row, and refused") {
  const Model model = straight_line().model();
  std::vector<double> taken;
  PredictOptions options;
  options.each = [&](const std::vector<std::string>& columns, const Predicted& row) -> Result<void> {
    CHECK(columns == std::vector<std::string>{"y"});
    if (taken.size() == 2) {
      Diagnostic full;
      full.code = "full";
      return tl::unexpected(full);
    }
    taken.push_back(row.numbers.at(0));
    return {};
  };
  const auto both = model.predict(Array{{2, 1}, {2, 3}}, options);
  REQUIRE(both.has_value());
  CHECK(both->rows.empty());
  CHECK(taken.size() == 2);
  CHECK(model.predict(Array{{1, 1}, {2}}, options).error().code == "full");
  CHECK(model.predict(Array{{2, 2}, {1, 2, 3, 4}}).error().code == "G0545");
  CHECK(model.predict(Array{{1, 1}, {2}}, {.probabilities = true}).error().code == "G0545");
}

TEST_CASE("a probability tells two classes apart at a half") {
  // one sample, its features as they are: z = w·x, ∂L/∂w = (sigmoid(z) − y)·x = −1/2 at w = 0, so w = 0.05 after a step
  const Sheet sheet = Sheet::read(
      "x : R[1]\ny : R binary\nparam w : R[1] ~ zeros\np = sigmoid(w'*x)\n"
      "L = -y*log(p) - (1 - y)*log(1 - p)\nminimize L\n");
  const auto trained = train(sheet, Array{{2, 1}, {1, 1}}, Array{{2}, {1, 0}}, plain_steps(1, 1));
  REQUIRE_MESSAGE(trained.has_value(), trained.error().message);
  const double w = trained->parameters().at("w").values.at(0);
  const auto rows = trained->model().predict(Array{{2, 1}, {4 / w, -4 / w}});
  REQUIRE_MESSAGE(rows.has_value(), rows.error().message);
  CHECK(rows->rows[0].label == "1");
  CHECK(rows->rows[1].label == "0");
  const auto shares = trained->model().predict(Array{{1, 1}, {4 / w}}, {.probabilities = true});
  REQUIRE(shares.has_value());
  CHECK(shares->columns == std::vector<std::string>{"p(1)"});
  CHECK(shares->rows[0].label.empty());
  CHECK(shares->rows[0].numbers.at(0) == doctest::Approx(1 / (1 + std::exp(-4.0))).epsilon(1e-9));
}
