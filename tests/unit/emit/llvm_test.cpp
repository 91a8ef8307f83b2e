// The form of LLVM's text: deterministic, without loops where few operations do; the schedule of a stage; the straight line.
#include <doctest/doctest.h>

#include "emit/llvm.h"
#include "emit/llvm_parallel.h"
#include "emit/llvm_stage.h"
#include "emit/products.h"
#include "emit/straight_line.h"
#include "ir/make.h"
#include "lower/lower.h"

using namespace gradwright;
using namespace gradwright::emitting;

namespace {

/// A·B for A : R[m,k], B : R[k,n].
Plan product(std::int64_t m, std::int64_t n, std::int64_t k) {
  Pool pool;
  const auto dim = [&](const char* name) { return pool.dims().symbol(name); };
  const Expr a = make_input(pool, {"A", Role::data, Property::none, {dim("m"), dim("k")}});
  const Expr b = make_input(pool, {"B", Role::data, Property::none, {dim("k"), dim("n")}});
  Computation computation;
  computation.inputs = {a, b};
  computation.outputs = {{"C", make_einsum(pool, {0, 1}, {{a, {0, 2}}, {b, {2, 1}}}, {dim("m"), dim("n"), dim("k")})}};
  return *plan_for(pool, computation, {{"m", m}, {"n", n}, {"k", k}});
}

/// x'·x for x : R[n], a state that becomes 2·x.
Plan doubling(std::int64_t n) {
  Pool pool;
  const Expr x = make_input(pool, {"x", Role::parameter, Property::none, {pool.dims().symbol("n"), pool.dims().one()}});
  Computation computation;
  computation.inputs = {x};
  computation.outputs = {{"f", make_einsum(pool, {}, {{x, {0}}, {x, {0}}}, {pool.dims().symbol("n")})}};
  computation.updates = {{x, make_add(pool, pool.shape(x), {{Rational(2), x}})}};
  return *plan_for(pool, computation, {{"n", n}});
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

LlvmOptions single(int bits, bool has_masks) {
  LlvmOptions options;
  options.precision = Precision::float32;
  options.unit = {bits, has_masks};
  return options;
}

}  // namespace

TEST_CASE("few operations are written without loops, many with vectors as wide as the processor has") {
  const Plan small = product(2, 2, 3), large = product(64, 32, 50);
  CHECK_FALSE(has(llvm_module({{"f", &small}}, single(512, true)), " phi "));
  CHECK(has(llvm_module({{"f", &large}}, single(512, true)), "<16 x float>"));
  const std::string narrow = llvm_module({{"f", &large}}, single(256, false));
  CHECK(has(narrow, "<8 x float>"));
  CHECK_FALSE(has(narrow, "<16 x"));
  CHECK_FALSE(has(narrow, "avx512"));
  CHECK(llvm_module({{"f", &large}}, single(512, true)) == llvm_module({{"f", &large}}, single(512, true)));
}

TEST_CASE("a product of matrices keeps rows in vectors and columns side by side") {
  const Plan plan = product(64, 32, 50);
  const Stage& stage = plan.kernels[0].stages[0];
  const Schedule schedule = schedule_of(stage, 0, single(512, true));
  REQUIRE(schedule.vector_loop.has_value());
  REQUIRE(stage.contraction.has_value());
  CHECK(*schedule.vector_loop == stage.contraction->m[0]);
  CHECK(schedule.lanes == 16);
  CHECK(schedule.vectors == 4);
  CHECK(schedule.repeats[stage.contraction->n[0]] > 1);
  CHECK(schedule.vectors * schedule.repeats[stage.contraction->n[0]] <= 24);
}

TEST_CASE("a straight line says equal things once, in order, and nothing that is not needed") {
  const Plan plan = doubling(3);
  const CFunction function{"f", &plan};
  const StraightLine line = straight_line(function);
  CHECK(line.outputs.size() == 1);
  CHECK(line.states.size() == 3);
  std::size_t states = 0, calls = 0;
  for (std::size_t i = 0; i < line.nodes.size(); ++i) {
    const auto& node = line.nodes[i];
    states += node.kind == StraightLine::Kind::state ? 1 : 0;
    calls += node.kind == StraightLine::Kind::call ? 1 : 0;
    for (std::size_t k = 0; k < node.arg_count(); ++k) CHECK(node.args[k] < i);
    for (std::size_t j = 0; j < i; ++j) {
      const auto& other = line.nodes[j];
      CHECK_FALSE((other.kind == node.kind && other.op == node.op && other.args == node.args &&
                   other.place == node.place && other.number == node.number));
    }
  }
  CHECK(states == 3);
  CHECK(calls == 3 + 2 + 3);  // squares, their sum, doubles
}

namespace {

using Step = StraightLine::Kind;

/// data[0], then what `calls` adds over it; the last one is the output.
StraightLine line_of(const std::vector<StraightLine::Node>& nodes) {
  StraightLine line;
  line.nodes = nodes;
  line.outputs = {{0, static_cast<StraightLine::Name>(nodes.size() - 1)}};
  return line;
}

StraightLine::Node call(Op op, StraightLine::Name a, StraightLine::Name b = 0) {
  return {Step::call, op, {a, b, 0}, 0, 0};
}

}  // namespace

TEST_CASE("what is known last is multiplied last, and large factors do not meet before small ones") {
  const StraightLine::Node x{Step::data, Op::load, {}, 0, 0}, y{Step::data, Op::load, {}, 0, 1};
  const StraightLine::Node rate{Step::number, Op::constant, {}, 0.125, 0};
  // rate·(x·log y): log y is the last to be known, rate·x is there before it
  const StraightLine late =
      with_early_products(line_of({x, y, rate, call(Op::log, 1), call(Op::mul, 0, 3), call(Op::mul, 2, 4)}));
  REQUIRE(late.nodes.size() == 6);
  const auto& last = late.nodes.back();
  const auto& first = late.nodes[last.args[0]].op == Op::log ? late.nodes[last.args[1]] : late.nodes[last.args[0]];
  CHECK((late.nodes[last.args[0]].op == Op::log || late.nodes[last.args[1]].op == Op::log));
  CHECK(first.op == Op::mul);
  // x·(y·sigmoid(log x)): x and y may both be large, so they wait for the sigmoid
  const StraightLine large = with_early_products(
      line_of({x, y, call(Op::log, 0), call(Op::sigmoid, 2), call(Op::mul, 1, 3), call(Op::mul, 0, 4)}));
  for (const auto& node : large.nodes) {
    const bool is_product = node.kind == Step::call && node.op == Op::mul;
    const auto is_data = [&](std::size_t k) { return large.nodes[node.args[k]].kind == Step::data; };
    CHECK_FALSE((is_product && is_data(0) && is_data(1)));
  }
}

TEST_CASE(
    "the loop that is divided is not the one of the vectors, and its parts are alike where the length allows it") {
  const Plan plan = product(96, 60, 50);
  const Kernel& kernel = plan.kernels[0];
  LlvmOptions options = single(512, true);
  options.least_parallel = 1000;
  const auto split = llvm_split_of(kernel, options);
  REQUIRE(split.has_value());
  CHECK_FALSE(split->is_reduced);
  CHECK(split->loop != schedule_of(kernel.stages[0], 0, options).vector_loop);
  CHECK(split->parts > 1);
  CHECK(split->parts * split->size == kernel.stages[0].loops[split->loop]);
  options.least_parallel = 1000 * 1000 * 1000;
  CHECK_FALSE(llvm_split_of(kernel, options).has_value());
}

TEST_CASE("a sum is divided into totals of parts; what reads its neighbours is not divided") {
  LlvmOptions options = single(512, true);
  options.least_parallel = 1000;
  const Plan sums = doubling(5000);
  bool is_reduced = false;
  for (const Kernel& kernel : sums.kernels) {
    const auto split = llvm_split_of(kernel, options);
    REQUIRE(split.has_value());
    CHECK(split->size % 16 == 0);
    CHECK(split->size * (split->parts - 1) < 5000);
    CHECK(split->size * split->parts >= 5000);
    is_reduced = is_reduced || split->is_reduced;
  }
  CHECK(is_reduced);
  // x[i] = x[i + 1]
  Kernel shifted;
  Stage stage;
  stage.loops = {5000};
  stage.parallel = 1;
  Instruction load;
  load.op = Op::load;
  load.buffer = BufferId{0};
  load.at = {1, {1}};
  stage.finish = {load};
  stage.stores = {{BufferId{0}, {0, {1}}, 0}};
  shifted.stages = {stage};
  CHECK_FALSE(llvm_split_of(shifted, options).has_value());
  shifted.stages[0].stores[0].buffer = BufferId{1};
  CHECK(llvm_split_of(shifted, options).has_value());
}
