// Before the first step the compiled gradients are held to the formula: right ones pass, a broken one is told by its parameter, and nothing is written.
#include "train/first_step.h"

#include <cmath>
#include <filesystem>

#include "affine_network.h"

namespace gradwright {
namespace {

Dataset few_samples() {
  Dataset data;
  data.inputs.shape = {30, 3};
  data.targets.shape = {30, 2};
  for (int i = 0; i < 30; ++i) {
    data.inputs.data.insert(data.inputs.data.end(), {std::sin(i), std::cos(3 * i), std::sin(7 * i + 1)});
    data.targets.data.insert(data.targets.data.end(), {std::sin(2 * i), std::cos(i)});
  }
  return data;
}

tl::expected<Trained, Diagnostic> tried(AffineNetwork& network, bool oracle, Precision precision,
                                        const std::string& checkpoint = {}) {
  TrainOptions options;
  options.epochs = 1;
  options.rate = 0.001;
  options.engine.oracle = oracle;
  options.engine.precision = precision;
  options.checkpoint.path = checkpoint;
  return trained(network.pool, network.task, few_samples(), options, {});
}

}  // namespace

TEST_CASE("right gradients pass, batched or one by one") {
  for (const bool with_determinant : {false, true}) {
    for (const Precision precision : {Precision::float32, Precision::float64}) {
      for (const bool oracle : {false, true}) {
        AffineNetwork network(with_determinant);
        const auto result = tried(network, oracle, precision);
        CHECK_MESSAGE(result.has_value(), result.error().message);
      }
    }
  }
}

TEST_CASE("a broken gradient ends before anything is written") {
  const std::string path = (std::filesystem::temp_directory_path() / "first_step_test.checkpoint").string();
  std::filesystem::remove(path);
  for (const bool with_determinant : {false, true}) {
    for (const bool oracle : {false, true}) {
      for (const std::size_t broken : {std::size_t{0}, std::size_t{1}}) {
        AffineNetwork network(with_determinant);
        network.task.gradients[broken] = negated(network.pool, network.task.gradients[broken]);
        const auto result = tried(network, oracle, Precision::float32, path);
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().code == "G0904");
        CHECK(result.error().message.find("`" + network.task.parameters[broken].name + "`") != std::string::npos);
        CHECK_FALSE(std::filesystem::exists(path));
      }
    }
  }
}

TEST_CASE("a loss for which float32 has too few digits is no fault of the program") {
  // ½·(w + 10⁸)² − ½·10¹⁶: in float32 nothing of w is left of the value
  AffineNetwork network;
  Pool& pool = network.pool;
  const Expr far = summed_all(
      pool, make_power(pool,
                       sum_of(pool, network.task.parameters[1].input,
                              scaled(pool, 100000000, make_ones(pool, pool.shape(network.task.parameters[1].input)))),
                       2));
  network.task.loss = sum_of(pool, network.task.loss, scaled(pool, Rational(1, 1000000000), far));
  network.task.gradients[1] =
      sum_of(pool, network.task.gradients[1],
             scaled(pool, Rational(2, 1000000000),
                    sum_of(pool, network.task.parameters[1].input,
                           scaled(pool, 100000000, make_ones(pool, pool.shape(network.task.parameters[1].input))))));
  const auto result = tried(network, false, Precision::float32);
  CHECK((result.has_value() || result.error().code != "G0904"));
}

}  // namespace gradwright
