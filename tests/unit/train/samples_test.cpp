// Samples: parts, normalisation by the training part, and what each precision keeps.
#include "train/samples.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "ir/make.h"

using namespace gradwright;

namespace {

/// 50 samples: features (i, 7), target 100·i. A target and a first feature belong together.
Dataset ladder() {
  Dataset data;
  data.inputs.shape = {50, 2};
  data.targets.shape = {50};
  for (int i = 0; i < 50; ++i) {
    data.inputs.data.insert(data.inputs.data.end(), {static_cast<double>(i), 7.0});
    data.targets.data.push_back(100.0 * i);
  }
  return data;
}

struct Sheet {
  Pool pool;
  TrainTask task;
  Sheet() {
    const Dim one = pool.dims().one();
    task.features = make_input(pool, {"x", Role::data, Property::none, {pool.dims().constant(2), one}});
    task.target = make_input(pool, {"y", Role::data, Property::none, {one, one}});
    task.loss = make_literal(pool, 1);
  }
};

Samples samples(const SplitOptions& options, std::uint64_t seed = 3) {
  Sheet sheet;
  Generator random(seed);
  auto found = samples_of(sheet.pool, sheet.task, ladder(), options, random);
  REQUIRE_MESSAGE(found, (found ? "" : found.error().message));
  return *std::move(found);
}

}  // namespace

TEST_CASE("training, validation and test lie one after another, and no sample in two of them") {
  const Samples found = samples({.test_fraction = 0.2, .validation_fraction = 0.1, .normalise = Normalise::none});
  CHECK(found.training == 35);
  CHECK(found.validation == 5);
  CHECK(found.test == 10);
  std::set<double> seen;
  for (std::size_t s = 0; s < 50; ++s) {
    const double x = found.input(s)[0];
    seen.insert(x);
    CHECK(found.input(s)[1] == 7);
    CHECK(found.truth(s)[0] == 100 * x);
  }
  CHECK(seen.size() == 50);
  const Samples again = samples({.test_fraction = 0.2, .validation_fraction = 0.1, .normalise = Normalise::none});
  const Samples other = samples({.test_fraction = 0.2, .validation_fraction = 0.1, .normalise = Normalise::none}, 4);
  bool differs = false;
  for (std::size_t s = 0; s < 50; ++s) {
    CHECK(found.input(s)[0] == again.input(s)[0]);
    differs = differs || found.input(s)[0] != other.input(s)[0];
  }
  CHECK(differs);
}

TEST_CASE("parts that leave nothing to train on are refused") {
  Sheet sheet;
  Generator random(1);
  const auto found =
      samples_of(sheet.pool, sheet.task, ladder(), {.test_fraction = 0.5, .validation_fraction = 0.5}, random);
  REQUIRE(!found);
  CHECK(found.error().code == "G0502");
}

TEST_CASE("normalisation is by the training part; a constant feature becomes zero") {
  const Samples plain = samples({.normalise = Normalise::none});
  const Samples standard = samples({.normalise = Normalise::standard});
  const Samples minmax = samples({.normalise = Normalise::minmax});
  double mean = 0, square = 0, low = 1e9, high = -1e9;
  for (std::size_t s = 0; s < plain.training; ++s) {
    const double x = plain.input(s)[0];
    mean += x / 40;
    low = std::min(low, x);
    high = std::max(high, x);
  }
  for (std::size_t s = 0; s < plain.training; ++s) square += std::pow(plain.input(s)[0] - mean, 2) / 40;
  for (std::size_t s = 0; s < 50; ++s) {
    const double x = plain.input(s)[0];
    CHECK(standard.input(s)[0] == doctest::Approx((x - mean) / std::sqrt(square)));
    CHECK(minmax.input(s)[0] == doctest::Approx((x - low) / (high - low)));
    CHECK(standard.input(s)[1] == 0);
    CHECK(minmax.input(s)[1] == 0);
    CHECK(standard.truth(s)[0] == 100 * x);
  }
}

TEST_CASE("in float32 each row is the float64 one, rounded") {
  const Samples wide = samples({});
  const Samples narrow = samples({.single = true});
  REQUIRE(std::holds_alternative<RowTable<float>>(narrow.rows));
  REQUIRE(std::holds_alternative<RowTable<double>>(wide.rows));
  for (std::size_t s = 0; s < 50; ++s) {
    CHECK(narrow.input(s)[0] == static_cast<double>(static_cast<float>(wide.input(s)[0])));
    CHECK(narrow.truth(s)[0] == wide.truth(s)[0]);
  }
}

TEST_CASE("a label far beyond the number of samples is refused before anything as large is made") {
  Sheet sheet;
  const Dim one = sheet.pool.dims().one();
  sheet.task.target = make_input(sheet.pool, {"y", Role::data, Property::none, {sheet.pool.dims().symbol("k"), one}});
  Dataset data = ladder();
  data.targets.data.back() = 999999998;
  Generator random(3);
  const auto found = samples_of(sheet.pool, sheet.task, data, {}, random);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == "G0502");
  CHECK(found.error().message == "the largest label is 999999998: `y` would have 999999999 entries for 50 samples");
}
