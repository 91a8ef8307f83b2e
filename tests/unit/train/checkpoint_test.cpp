// Checkpoints: what is written is restored, whatever is damaged is refused, and a training that is left anywhere goes on to the same bits.
#include "train/checkpoint.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <optional>

#include "../data/file_size_limit.h"
#include "affine_network.h"

using namespace gradwright;

namespace {

Dataset some_data() {
  Dataset data;
  data.inputs.shape = {41, 3};
  data.targets.shape = {41, 2};
  for (int i = 0; i < 41; ++i) {
    const double x[] = {std::sin(i), std::cos(3 * i), std::sin(7 * i + 1)};
    data.inputs.data.insert(data.inputs.data.end(), x, x + 3);
    data.targets.data.insert(data.targets.data.end(), {x[0] - 2 * x[1] + 1, 0.5 * x[2] + x[0]});
  }
  return data;
}

TrainOptions options_for(const EngineOptions& engine) {
  TrainOptions options;
  options.epochs = 4;
  options.batch = 7;
  options.rule = momentum;
  options.engine = engine;
  options.patience = 3;
  return options;
}

Trained run(const TrainOptions& options, bool with_determinant = false) {
  AffineNetwork it(with_determinant);
  auto found = trained(it.pool, it.task, some_data(), options, {});
  REQUIRE_MESSAGE(found.has_value(), found.error().message);
  return *std::move(found);
}

std::string code_of(const TrainOptions& options) {
  AffineNetwork it;
  const auto found = trained(it.pool, it.task, some_data(), options, {});
  REQUIRE(!found);
  return found.error().code;
}

EngineOptions engine(Precision precision, Backend backend, bool oracle = false) {
  EngineOptions options;
  options.precision = precision;
  options.compile.backend = backend;
  options.oracle = oracle;
  return options;
}

/// A state by hand: W = [1 2 3; 4 5 6], and one state of the optimiser like it.
TrainState some_state() {
  TrainState state;
  state.epoch = 3;
  state.done = 2;
  state.steps = 17;
  state.loss = 0.1;
  state.random.seed(5);
  state.random.discard(1000);
  state.order = {2, 0, 1};
  state.values = {{{2, 3}, {1, 4, 2, 5, 3, 6}}, {{2, 3}, {0.5, 0, 0, 0, 0, -0.25}}};
  state.records["epochs"] = {1, std::nan("")};
  return state;
}
StateLayout some_layout(Element type = Element::f32) {
  return {{"W", "optimizer.0"}, {{2, 3}, {2, 3}}, {{2, 3}, {2, 3}}, type, 1, 3, 3};
}
const Facts some_facts{{"batch", "16"}, {"sheet", "#1"}};

std::string refusal(const std::string& bytes, const Facts& facts = some_facts) {
  const auto found = parse_checkpoint(bytes, "c", facts, some_layout());
  REQUIRE(!found);
  CHECK(found.error().code == (facts == some_facts ? "G0520" : "G0521"));
  return found.error().message;
}

}  // namespace

TEST_CASE("a state is restored, and its numbers lie by rows under the names of the sheet") {
  for (const Element type : {Element::f32, Element::f64}) {
    const std::string bytes = checkpoint_text(some_state(), some_facts, some_layout(type));
    const auto file = parse_safetensors(bytes, "c");
    REQUIRE(file);
    REQUIRE(file->find("W") != nullptr);
    CHECK(reals(*file->find("W")) == std::vector<double>{1, 2, 3, 4, 5, 6});
    auto found = parse_checkpoint(bytes, "c", some_facts, some_layout(type));
    REQUIRE(found);
    TrainState expected = some_state();
    CHECK(found->epoch == 3);
    CHECK(found->done == 2);
    CHECK(found->steps == 17);
    CHECK(found->loss == 0.1);
    CHECK(found->order == expected.order);
    for (std::size_t i = 0; i < 2; ++i) CHECK(found->values[i].values == expected.values[i].values);
    for (int i = 0; i < 1000; ++i) CHECK(found->random() == expected.random());
    CHECK(found->records["epochs"][0] == 1);
    CHECK(std::isnan(found->records["epochs"][1]));
  }
}

TEST_CASE("a checkpoint that is cut short or has a wrong byte anywhere is refused") {
  const std::string whole = checkpoint_text(some_state(), some_facts, some_layout());
  const auto is_refused = [](const std::string& bytes) {
    const auto found = parse_checkpoint(bytes, "c", some_facts, some_layout());
    return !found && found.error().code == "G0520" && !found.error().helps.empty();
  };
  for (std::size_t length = 0; length < whole.size(); ++length) CHECK(is_refused(whole.substr(0, length)));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 5);
    CAPTURE(at);
    CHECK(is_refused(damaged));
  }
}

TEST_CASE("a checkpoint whose checksum is right and whose content is not") {
  const auto with = [](const auto& change) {
    TrainState state = some_state();
    change(state);
    return refusal(checkpoint_text(state, some_facts, some_layout()));
  };
  const char* order = "`c` does not hold the order of the samples";
  CHECK(with([](TrainState& state) { state.order = {0, 0, 1}; }) == order);
  CHECK(with([](TrainState& state) { state.order = {0, 1, 3}; }) == order);
  CHECK(with([](TrainState& state) { state.order = {0, 1}; }) == order);
  CHECK(with([](TrainState& state) { state.order = {0, 1, 2, 3}; }) == order);
  const char* position = "`c` does not say where the training stands";
  CHECK(with([](TrainState& state) { state.done = 4; }) == position);
  CHECK(with([](TrainState& state) { state.epoch = 0; }) == position);
  CHECK(with([](TrainState& state) { state.epoch = -1; }) == position);
  CHECK(with([](TrainState& state) { state.values.pop_back(); }) ==
        "`c` does not hold `optimizer.0` as this training has it");
  CHECK(refusal(checkpoint_text(some_state(), some_facts, some_layout(Element::f64))) ==
        "`c` does not hold `W` as this training has it");
  CHECK(refusal(parameters_text(some_state().values, some_layout())) ==
        "`c` holds tensors, and is no checkpoint of this version");
}

TEST_CASE("a checkpoint of another training says in what it differs") {
  const std::string bytes = checkpoint_text(some_state(), some_facts, some_layout());
  CHECK(refusal(bytes, {{"batch", "8"}, {"sheet", "#1"}}) ==
        "the checkpoint `c` was made with batch `16`, and this training has `8`");
  CHECK(refusal(bytes, {{"batch", "16"}, {"sheet", "#2"}}) == "the checkpoint `c` was made with another sheet");
  CHECK(refusal(bytes, {{"batch", "16"}}) == "the checkpoint `c` was made with another sheet");
  CHECK(refusal(bytes, {{"sheet", "#1"}}) == "the checkpoint `c` was made with batch `16`");
  CHECK(refusal(bytes, {{"seed", "1"}}) == "the checkpoint `c` was made with another seed");
  CHECK(digest("a") != digest("b"));
  CHECK(digest(std::vector<double>{0.0}) != digest(std::vector<double>{-0.0}));
}

TEST_CASE("a training that is left after every step goes on to the same bits") {
  struct Row {
    EngineOptions engine;
    bool with_determinant;
  };
  const Row rows[] = {{engine(Precision::float32, Backend::automatic), false},
                      {engine(Precision::float64, Backend::automatic), false},
                      {engine(Precision::float32, Backend::interpreter), false},
                      {engine(Precision::float32, Backend::interpreter), true},
                      {engine(Precision::float32, Backend::automatic, true), false}};
  for (const Row& row : rows) {
    CAPTURE(&row - rows);
    const Folder scratch;
    TrainOptions options = options_for(row.engine);
    const Trained expected = run(options, row.with_determinant);
    options.checkpoint.path = scratch.path("c");
    options.checkpoint.every = {.steps = 1};
    options.checkpoint.resume = true;
    int calls = 0;
    options.checkpoint.leaves = [&] { return ++calls % 2 == 0; };
    int starts = 1;
    Trained found = run(options, row.with_determinant);
    for (; found.interrupted; ++starts) {
      REQUIRE(starts < 100);
      found = run(options, row.with_determinant);
    }
    CHECK(starts >= 10);  // 4 epochs of 5 steps
    check_same(found, expected);
    check_same(run(options, row.with_determinant), expected);  // once more from the end: nothing is left to do
  }
}

TEST_CASE("more epochs go on from the end of fewer") {
  const Folder scratch;
  TrainOptions options = options_for(engine(Precision::float32, Backend::interpreter));
  options.epochs = 7;
  const Trained expected = run(options);
  options.checkpoint.path = scratch.path("c");
  options.epochs = 3;
  CHECK(run(options).epochs.size() == 3);
  CHECK(code_of(options) == "G0522");
  options.checkpoint.resume = true;
  options.epochs = 7;
  check_same(run(options), expected);
  options.batch = 8;
  CHECK(code_of(options) == "G0521");
}

TEST_CASE("a checkpoint that cannot be written is told, and the one before stays") {
  const Folder scratch;
  TrainOptions options = options_for(engine(Precision::float32, Backend::interpreter));
  options.checkpoint.path = scratch.path("c");
  options.checkpoint.every = {.epochs = 1};
  std::vector<std::string> codes;
  options.checkpoint.failed = [&](const Diagnostic& fault) { codes.push_back(fault.code); };
  std::string kept;
  std::optional<FileSizeLimit> full;
  AffineNetwork it;
  const auto found = trained(it.pool, it.task, some_data(), options, [&](const EpochReport& line) {
    if (line.epoch != 3) return;
    kept = file_bytes(scratch.path("c")).value_or("");
    full.emplace(10);
  });
  full.reset();
  REQUIRE(found);
  CHECK(found->epochs.size() == 4);
  CHECK(codes == std::vector<std::string>{"G0508", "G0508"});
  REQUIRE(found->unsaved);
  CHECK(found->unsaved->code == "G0508");
  CHECK(file_bytes(scratch.path("c")) == kept);
  options.checkpoint.path = scratch.path("none/c");
  CHECK(code_of(options) == "G0508");
}
