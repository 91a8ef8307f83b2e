// The memory of a training does not grow with its steps: allocations are counted by operators of this program.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <numeric>

#include "ir/make.h"
#include "train/initial.h"
#include "train/train.h"

namespace {

std::atomic<std::int64_t> made{0}, ended{0};

void* counted(std::size_t size, std::align_val_t least = std::align_val_t{1}) {
  ++made;
  const std::size_t alignment = std::max(static_cast<std::size_t>(least), alignof(std::max_align_t));
  void* const place =
      std::aligned_alloc(alignment, (std::max<std::size_t>(size, 1) + alignment - 1) / alignment * alignment);
  if (place == nullptr) std::abort();
  return place;
}
void end(void* place) {
  if (place != nullptr) ++ended;
  std::free(place);
}

std::int64_t alive() { return made - ended; }

}  // namespace

// All forms: the runtime of a sanitizer has each of its own.
void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new(std::size_t size, std::align_val_t alignment) { return counted(size, alignment); }
void* operator new[](std::size_t size, std::align_val_t alignment) { return counted(size, alignment); }
void operator delete(void* place) noexcept { end(place); }
void operator delete[](void* place) noexcept { end(place); }
void operator delete(void* place, std::size_t) noexcept { end(place); }
void operator delete[](void* place, std::size_t) noexcept { end(place); }
void operator delete(void* place, const std::nothrow_t&) noexcept { end(place); }
void operator delete[](void* place, const std::nothrow_t&) noexcept { end(place); }
void operator delete(void* place, std::align_val_t) noexcept { end(place); }
void operator delete[](void* place, std::align_val_t) noexcept { end(place); }
void operator delete(void* place, std::size_t, std::align_val_t) noexcept { end(place); }
void operator delete[](void* place, std::size_t, std::align_val_t) noexcept { end(place); }

using namespace gradwright;

namespace {

/// L = ½‖W·x − y‖² for one sample; the gradient by hand.
struct Line {
  Pool pool;
  TrainTask task;

  Line() {
    const Dim d = pool.dims().constant(3), k = pool.dims().constant(2), one = pool.dims().one();
    const Expr W = make_input(pool, {"W", Role::parameter, Property::none, {k, d}});
    const Expr x = make_input(pool, {"x", Role::data, Property::none, {d, one}});
    const Expr y = make_input(pool, {"y", Role::data, Property::none, {k, one}});
    const Expr p = make_einsum(pool, {0}, {{W, {0, 1}}, {x, {1}}}, {k, d});
    const Expr e = difference_of(pool, p, y);
    task.loss = scaled(pool, Rational(1, 2), make_einsum(pool, {}, {{e, {0}}, {e, {0}}}, {k}));
    task.gradients = {make_einsum(pool, {0, 1}, {{e, {0}}, {x, {1}}}, {k, d})};
    task.features = x;
    task.target = y;
    task.prediction = p;
    task.parameters = {{"W", W, "normal", {0, 1}}};
  }
};

/// 64 samples are trained, 16 are not.
Dataset some_data() {
  Dataset data;
  data.inputs.shape = {80, 3};
  data.targets.shape = {80, 2};
  for (int i = 0; i < 80; ++i) {
    const double x[] = {std::sin(i), std::cos(3 * i), std::sin(7 * i + 1)};
    data.inputs.data.insert(data.inputs.data.end(), x, x + 3);
    data.targets.data.insert(data.targets.data.end(), {x[0] - 2 * x[1], 0.5 * x[2] + x[0]});
  }
  return data;
}

/// An engine with its samples; batches of 5, the last of 4: 13 steps an epoch.
struct Running {
  Line line;
  std::optional<Samples> samples;
  std::unique_ptr<Engine> engine;
  std::vector<std::size_t> order;

  explicit Running(EngineOptions options) {
    Generator random(1);
    samples = *samples_of(line.pool, line.task, some_data(), {}, random);
    options.batch = 5;
    auto found = engine_for(line.pool, line.task, gradient_descent(0.01), *samples, options);
    REQUIRE_MESSAGE(found, found.error().message);
    engine = *std::move(found);
    engine->set(initial_values(line.pool, line.task.parameters, samples->dims, random));
    order.resize(samples->training);
    std::iota(order.begin(), order.end(), std::size_t{0});
  }
  /// Allocations made by the steps alone, and how many more of them are alive after these.
  std::pair<std::int64_t, std::int64_t> allocations_of(int epochs) {
    const std::int64_t made_before = made, alive_before = alive();
    double loss = 0;
    for (int i = 0; i < epochs; ++i) loss += engine->trained(order);
    const std::pair found(made - made_before, alive() - alive_before);
    REQUIRE(std::isfinite(loss));
    return found;
  }
};

EngineOptions options_of(Precision precision, std::size_t pieces = 0, bool oracle = false) {
  EngineOptions options;
  options.precision = precision;
  options.pieces = pieces;
  options.oracle = oracle;
  return options;
}

}  // namespace

TEST_CASE("the counter counts") {
  const std::int64_t before = alive();
  const std::int64_t made_before = made;
  {
    const std::vector<double> some(100);
    const auto one = std::make_unique<std::string>(100, 'x');
    CHECK(alive() == before + 3);
  }
  CHECK(alive() == before);
  CHECK(made == made_before + 3);
}

TEST_CASE("a hundred thousand compiled steps allocate nothing") {
  for (const Precision precision : {Precision::float32, Precision::float64}) {
    Running running(options_of(precision));
    (void)running.allocations_of(77);  // 1001 steps
    const auto found = running.allocations_of(7693);
    CHECK(found.first == 0);
    CHECK(found.second == 0);
  }
}

TEST_CASE("steps in pieces and steps of the evaluator keep nothing") {
  for (const EngineOptions& options : {options_of(Precision::float32, 3), options_of(Precision::float64, 0, true)}) {
    Running running(options);
    (void)running.allocations_of(77);
    CHECK(running.allocations_of(options.oracle ? 385 : 7693).second == 0);
  }
}

TEST_CASE("a training of many epochs with checkpoints and reports keeps no more allocations late than early") {
  std::string folder = (std::filesystem::temp_directory_path() / "gradwright-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  Line line;
  TrainOptions options;
  options.epochs = 8000;
  options.batch = 5;
  options.rate = 0.01;
  options.patience = 8000;
  options.checkpoint.path = folder + "/c";
  options.checkpoint.every = {.epochs = 400};
  std::int64_t early = 0, late = 0;  // the most at once; some of them come and go with the parameters that are kept
  const auto found = trained(line.pool, line.task, some_data(), options, [&](const EpochReport& epoch) {
    if (epoch.epoch <= 2000) early = std::max(early, alive());
    if (epoch.epoch > 6000) late = std::max(late, alive());
  });
  std::filesystem::remove_all(folder);
  REQUIRE(found);
  CHECK(found->epochs.size() == 8000);  // 104 000 steps
  CHECK(late == early);
}
