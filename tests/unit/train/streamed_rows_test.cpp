// Streamed training: where all samples fit the window, the bits of a training in memory; where they do not, the same samples in blocks.
#include "train/streamed_rows.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <map>
#include <set>

#include "affine_network.h"
#include "data/npy.h"
#include "data/streamed.h"

using namespace gradwright;

namespace {

/// The files of a data set: features (i, sin i, cos i), targets (2i, −i); as many as asked.
struct Files {
  Folder scratch;
  std::size_t count;
  std::string x = scratch.path("x.npy"), y = scratch.path("y.npy");

  explicit Files(std::size_t samples) : count(samples) {
    Array inputs{{static_cast<std::int64_t>(samples), 3}, {}}, targets{{static_cast<std::int64_t>(samples), 2}, {}};
    for (std::size_t i = 0; i < samples; ++i) {
      const auto n = static_cast<double>(i);
      inputs.data.insert(inputs.data.end(), {n / 100, std::sin(n), std::cos(n)});
      targets.data.insert(targets.data.end(), {n / 50, -n / 100});
    }
    std::ofstream(x, std::ios::binary) << npy_text(inputs);
    std::ofstream(y, std::ios::binary) << npy_text(targets);
  }
  [[nodiscard]] DatasetSpec spec() const { return {x + "," + y, ""}; }
};

constexpr std::size_t large = std::size_t{1} << 26U;
/// 3 + 2 numbers in float64 and a place: 48 bytes. So 320 samples are together, in 64 blocks of 5.
constexpr std::size_t small = std::size_t{48} * 320;

template <class Data>
Samples samples_from(const Data& data, const SplitOptions& options, std::uint64_t seed = 3) {
  AffineNetwork it;
  Generator random(seed);
  auto found = samples_of(it.pool, it.task, data, options, random);
  REQUIRE_MESSAGE(found, (found ? "" : found.error().message));
  return *std::move(found);
}

template <class Data>
Trained run(const Data& data, const TrainOptions& options) {
  AffineNetwork it;
  auto found = trained(it.pool, it.task, data, options, {});
  REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
  return *std::move(found);
}

TrainOptions options_for(std::size_t window, bool oracle = false) {
  TrainOptions options;
  options.epochs = 4;
  options.batch = 7;
  options.rule = momentum;
  options.engine.compile.backend = Backend::interpreter;
  options.engine.oracle = oracle;
  options.split.validation_fraction = 0.1;
  options.split.window_bytes = window;
  return options;
}

}  // namespace

TEST_CASE("samples that fit the window are those in memory") {
  const Files files(97);
  const auto loaded = load_dataset(files.spec()).value();
  const auto streamed = stream_dataset(files.spec()).value();
  for (const Normalise how : {Normalise::standard, Normalise::minmax, Normalise::none}) {
    for (const bool single : {true, false}) {
      const SplitOptions options{0.2, 0.1, how, single, 48 * 97};
      const Samples here = samples_from(loaded, options), there = samples_from(streamed, options);
      CHECK(there.blocks.rows == 1);
      CHECK(here.training == there.training);
      CHECK(here.validation == there.validation);
      CHECK(here.test == there.test);
      for (std::size_t s = 0; s < 97; ++s) {
        CHECK(std::ranges::equal(here.input(s), there.input(s)));
        CHECK(std::ranges::equal(here.truth(s), there.truth(s)));
      }
    }
  }
}

TEST_CASE("samples in blocks: each row once, in one part, scaled by the training part, wherever the window stands") {
  const Files files(1003);
  const auto loaded = load_dataset(files.spec()).value();
  const auto streamed = stream_dataset(files.spec()).value();
  const SplitOptions raw{0.2, 0.1, Normalise::none, false, small};
  const Samples plain = samples_from(streamed, raw);
  CHECK(plain.blocks.rows == 5);
  CHECK(plain.blocks.together == 64);
  CHECK(plain.training == samples_from(loaded, raw).training);
  std::vector<std::size_t> rows;  // of the file, by sample
  for (std::size_t s = 0; s < 1003; ++s) {
    const auto row = static_cast<std::size_t>(std::lround(plain.input(s)[0] * 100));
    REQUIRE(row < 1003);
    rows.push_back(row);
    CHECK(std::ranges::equal(plain.input(s), std::span(loaded.inputs.data).subspan(3 * row, 3)));
    CHECK(std::ranges::equal(plain.truth(s), std::span(loaded.targets.data).subspan(2 * row, 2)));
  }
  CHECK(std::set(rows.begin(), rows.end()).size() == 1003);
  CHECK(!std::ranges::is_sorted(rows));

  const Samples scaled = samples_from(streamed, {0.2, 0.1, Normalise::standard, false, small});
  double mean = 0, square = 0;
  for (std::size_t s = 0; s < scaled.training; ++s) mean += static_cast<double>(rows[s]) / 100;
  mean /= static_cast<double>(scaled.training);
  for (std::size_t s = 0; s < scaled.training; ++s) square += std::pow(static_cast<double>(rows[s]) / 100 - mean, 2);
  const double deviation = std::sqrt(square / static_cast<double>(scaled.training));
  for (std::size_t i = 0; i < 1003; ++i) {
    const std::size_t s = i * 401 % 1003;  // back and forth: blocks leave the window and come again
    CHECK(scaled.input(s)[0] == doctest::Approx((static_cast<double>(rows[s]) / 100 - mean) / deviation));
    CHECK(scaled.truth(s)[0] == doctest::Approx(static_cast<double>(rows[s]) / 50));
  }
  const Samples other = samples_from(streamed, raw, 4);
  CHECK(!std::ranges::equal(other.input(0), plain.input(0)));
}

TEST_CASE(
    "a training that fits the window has the bits of one in memory, and each goes on from the other's checkpoint") {
  const Files files(97);
  const auto loaded = load_dataset(files.spec()).value();
  const auto streamed = stream_dataset(files.spec()).value();
  for (const bool oracle : {false, true}) {
    TrainOptions options = options_for(large, oracle);
    const Trained expected = run(loaded, options);
    check_same(run(streamed, options), expected);
    options.checkpoint.path = files.scratch.path("c");
    options.checkpoint.resume = true;
    options.epochs = 2;
    (void)run(loaded, options);
    options.epochs = 3;
    (void)run(streamed, options);
    options.epochs = 4;
    check_same(run(loaded, options), expected);
    std::filesystem::remove(files.scratch.path("c"));
  }
}

TEST_CASE(
    "a training by blocks takes each sample once an epoch, and computes on the rows that it would have in memory") {
  const Files files(1003);
  const auto streamed = stream_dataset(files.spec()).value();
  AffineNetwork it;
  Generator random(3);
  const Samples samples =
      samples_of(it.pool, it.task, streamed, {0.2, 0, Normalise::standard, true, small}, random).value();
  Samples kept = samples;
  RowTable<float> table{3, 2, {}, {}};
  for (std::size_t s = 0; s < 1003; ++s) {
    for (const double x : samples.input(s)) table.inputs.push_back(static_cast<float>(x));
    for (const double y : samples.truth(s)) table.targets.push_back(static_cast<float>(y));
  }
  kept.rows = std::move(table);
  EpochOrder order(samples.training, samples.blocks, 3);
  std::vector<std::size_t> drawn(order.entries()), which;
  for (std::size_t b = 0; b < drawn.size(); ++b) drawn[b] = (b * 59 + 7) % drawn.size();
  order.append(drawn, 1, 0, samples.training, which);
  CHECK(std::set(which.begin(), which.end()).size() == samples.training);
  EngineOptions how;
  how.batch = 8;
  how.compile.backend = Backend::interpreter;
  std::vector<std::vector<Tensor>> found;
  for (const Samples* one : std::initializer_list<const Samples*>{&kept, &samples}) {
    auto engine = engine_for(it.pool, it.task, momentum, *one, how).value();
    (void)engine->trained(which);
    found.push_back(engine->values());
  }
  for (std::size_t p = 0; p < found[0].size(); ++p) CHECK(found[0][p].values == found[1][p].values);
}

TEST_CASE(
    "a training by blocks that is left after any step goes on to the same bits, with another window it is refused") {
  const Files files(603);
  const auto streamed = stream_dataset(files.spec()).value();
  TrainOptions options = options_for(small);
  options.epochs = 2;
  const Trained expected = run(streamed, options);
  check_same(run(streamed, options), expected);
  options.checkpoint.path = files.scratch.path("c");
  options.checkpoint.resume = true;
  int calls = 0;
  options.checkpoint.every = {.steps = 1};
  options.checkpoint.leaves = [&] { return ++calls % 3 == 0; };
  int starts = 1;
  Trained found = run(streamed, options);
  for (; found.interrupted; ++starts) {
    REQUIRE(starts < 200);
    found = run(streamed, options);
  }
  CHECK(starts > 20);
  check_same(found, expected);
  const auto code = [&](const auto& data) {
    AffineNetwork it;
    const auto refused = trained(it.pool, it.task, data, options, {});
    REQUIRE(!refused);
    return refused.error().code;
  };
  for (const std::size_t window : {large, 2 * small}) {
    options.split.window_bytes = window;
    CHECK(code(streamed) == "G0521");
  }
  CHECK(code(load_dataset(files.spec()).value()) == "G0521");
}

TEST_CASE("a file that becomes shorter or other while it trains is told") {
  for (const bool is_shorter : {true, false}) {
    const Files files(1003);
    const auto streamed = stream_dataset(files.spec()).value();
    AffineNetwork it;
    int epochs = 0;
    const auto found = trained(it.pool, it.task, streamed, options_for(small), [&](const EpochReport&) {
      ++epochs;
      if (is_shorter)
        std::filesystem::resize_file(files.y, 2000);
      else
        std::filesystem::last_write_time(files.x, std::filesystem::last_write_time(files.x) + std::chrono::seconds(2));
    });
    REQUIRE(!found);
    CHECK(epochs == 1);
    CHECK(found.error().code == "G0505");
    CHECK(found.error().message.ends_with("has changed while it was read"));
  }
}

TEST_CASE("labels become one-hot, and one that is no class is told as in memory") {
  const Folder scratch;
  for (const bool is_bad : {false, true}) {
    const std::string path = scratch.path("t.csv");
    std::ofstream file(path);
    for (int i = 0; i < 500; ++i) file << fmt::format("{},{},{},{}\n", i, i % 7, i % 3, is_bad && i == 321 ? 2 : i % 2);
    file.close();
    const auto loaded = load_dataset({path, ""}).value();
    const auto streamed = stream_dataset({path, ""}).value();
    for (const std::size_t window : {large, small}) {
      AffineNetwork it;
      Generator random(3), again(3);
      const SplitOptions options{0.2, 0, Normalise::none, false, window};
      const auto there = samples_of(it.pool, it.task, streamed, options, again);
      if (is_bad) {
        REQUIRE(!there);
        CHECK(there.error().message == samples_of(it.pool, it.task, loaded, options, random).error().message);
        continue;
      }
      for (std::size_t s = 0; s < 500; ++s) {
        const int kind = static_cast<int>(there->input(s)[0]) % 2;
        CHECK(there->truth(s)[0] == (kind == 0 ? 1 : 0));
        CHECK(there->truth(s)[1] == (kind == 1 ? 1 : 0));
      }
    }
  }
}
