// Interpreted plans have the values of the evaluator: over random graphs of every node kind, with and without fusion.
#include "lower/plan.h"

#include <doctest/doctest.h>

#include "../ir/filled.h"
#include "../ir/random_graph.h"
#include "lower/batch.h"
#include "lower/print.h"
#include "planned.h"

using namespace gradwright;

namespace {

/// W : R[n,m], x : R[m], b : R[n] in a pool of their own.
struct Layer {
  Pool pool;
  Dim n = pool.dims().symbol("n"), m = pool.dims().symbol("m"), one = pool.dims().one();
  Expr W = make_input(pool, {"W", Role::parameter, Property::none, {n, m}});
  Expr x = make_input(pool, {"x", Role::data, Property::none, {m, one}});
  Expr b = make_input(pool, {"b", Role::parameter, Property::none, {n, one}});
  Expr z = sum_of(pool, make_einsum(pool, {0}, {{W, {0, 1}}, {x, {1}}}, {n, m}), b);
};

std::vector<StageClass> classes(const Plan& plan) {
  std::vector<StageClass> all;
  for (const Kernel& kernel : plan.kernels) {
    for (const Stage& stage : kernel.stages) all.push_back(stage.kind);
  }
  return all;
}

Plan plan_of(Pool& pool, const std::vector<Expr>& roots, const DimValues& dims) {
  Computation computation;
  for (const Expr root : roots) computation.outputs.push_back({"out", root});
  auto plan = plan_for(pool, computation, dims);
  REQUIRE(plan.has_value());
  return *std::move(plan);
}

}  // namespace

TEST_CASE("random graphs have the value that the evaluator gives") {
  std::size_t compared = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    Pool pool;
    RandomGraph graph(pool, seed);
    std::vector<Expr> roots;
    for (int step = 0; step < 14; ++step) roots.push_back(graph.grow());
    const std::vector<Expr> wanted(roots.end() - 4, roots.end());
    Bindings at = filled(pool, wanted, {{"n", 3}, {"m", 2}});
    symmetrise(pool, at);
    const std::vector<Tensor> expected = evaluate(pool, wanted, at);
    for (const bool fuse : {true, false}) {
      LowerOptions options;
      options.fuse = fuse;
      const std::vector<Tensor> found = planned(pool, wanted, at, options);
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        const bool is_tame = std::all_of(expected[i].values.begin(), expected[i].values.end(),
                                         [](double x) { return std::fabs(x) < 1e6; });
        if (!is_tame) continue;
        ++compared;
        CAPTURE(seed);
        CAPTURE(fuse);
        CAPTURE(i);
        CHECK(found[i].extents == expected[i].extents);
        CHECK(difference(found[i], expected[i]) < 1e-6);
      }
    }
  }
  MESSAGE(compared << " values compared");
  CHECK(compared > 2000);
}

TEST_CASE("bias and activation are the epilogue of the product") {
  Layer layer;
  const Expr a = make_map(layer.pool, Function::relu, {layer.z});
  const Plan plan = plan_of(layer.pool, {a}, {{"n", 5}, {"m", 7}});
  CHECK(classes(plan) == std::vector{StageClass::gemv});
  CHECK(plan.kernels[0].stages[0].stores.size() == 1);  // only the activation is stored
}

TEST_CASE("over many samples a layer is one matrix product, and its weight gradient another") {
  Layer layer;
  Pool& pool = layer.pool;
  const Expr a = make_map(pool, Function::tanh, {layer.z});
  const Expr slope = difference_of(pool, make_ones(pool, {layer.n}), make_power(pool, a, 2));
  const Expr gradient = make_einsum(pool, {0, 1}, {{slope, {0}}, {layer.x, {1}}}, {layer.n, layer.m});
  const auto many = batched(pool, {a, gradient}, {layer.x}, pool.dims().symbol("samples"));
  REQUIRE(many.has_value());
  const DimValues dims{{"n", 5}, {"m", 7}, {"samples", 6}};
  const Plan plan = plan_of(pool, {many->each[0], many->total[1]}, dims);
  std::vector<StageClass> found = classes(plan);
  CHECK(std::count(found.begin(), found.end(), StageClass::gemm) == 2);
  // The samples one by one.
  Bindings at = filled(pool, {many->each[0]}, dims);
  const Tensor xs = at.inputs.at(many->inputs[0]);
  const std::vector<Tensor> values = planned(pool, {many->each[0], many->total[1]}, at);
  Tensor sum{{5, 7}, std::vector<double>(35, 0)};
  for (std::size_t sample = 0; sample < 6; ++sample) {
    at.inputs[layer.x] = {{7},
                          {xs.values.begin() + static_cast<std::ptrdiff_t>(7 * sample),
                           xs.values.begin() + static_cast<std::ptrdiff_t>(7 * sample + 7)}};
    const std::vector<Tensor> one = evaluate(pool, {a, gradient}, at);
    for (std::size_t i = 0; i < 5; ++i) CHECK(values[0].values[5 * sample + i] == doctest::Approx(one[0].values[i]));
    for (std::size_t i = 0; i < 35; ++i) sum.values[i] += one[1].values[i];
  }
  CHECK(difference(values[1], sum) < 1e-12);
}

TEST_CASE("a difference and its opposite are computed and stored once") {
  Pool pool;
  const Dim n = pool.dims().symbol("n"), k = pool.dims().symbol("k");
  const Expr T = make_input(pool, {"T", Role::data, Property::none, {n, n}});
  const Expr U = make_input(pool, {"U", Role::parameter, Property::none, {n, k}});
  const Expr V = make_input(pool, {"V", Role::parameter, Property::none, {n, k}});
  const Expr product = make_einsum(pool, {0, 1}, {{U, {0, 2}}, {V, {1, 2}}}, {n, n, k});
  const Expr gap = difference_of(pool, T, product), opposite = difference_of(pool, product, T);
  const Expr value = make_einsum(pool, {}, {{gap, {0, 1}}, {gap, {0, 1}}}, {n, n});
  const Expr gradient = make_einsum(pool, {0, 1}, {{opposite, {0, 2}}, {V, {2, 1}}}, {n, k, n});
  const DimValues dims{{"n", 7}, {"k", 2}};
  const Plan plan = plan_of(pool, {value, gradient}, dims);
  int stored = 0;
  for (const Kernel& kernel : plan.kernels) {
    for (const Stage& stage : kernel.stages)
      stored += static_cast<int>(std::count_if(stage.stores.begin(), stage.stores.end(),
                                               [&](const auto& store) { return plan[store.buffer].count() == 49; }));
  }
  CHECK(stored == 1);
  const Bindings at = filled(pool, {value, gradient}, dims);
  const std::vector<Tensor> found = planned(pool, {value, gradient}, at),
                            expected = evaluate(pool, {value, gradient}, at);
  for (std::size_t i = 0; i < 2; ++i) CHECK(difference(found[i], expected[i]) < 1e-12);
}

TEST_CASE("updates read old values only: in place, crossed over, and exchanged") {
  Pool pool;
  const Dim n = pool.dims().symbol("n");
  const Expr A = make_input(pool, {"A", Role::parameter, Property::none, {n, n}});
  const Expr B = make_input(pool, {"B", Role::parameter, Property::none, {n, n}});
  const auto matrix_product = [&](Expr a, Expr b) {
    return make_einsum(pool, {0, 1}, {{a, {0, 2}}, {b, {2, 1}}}, {n, n, n});
  };
  const std::vector<std::vector<Computation::Update>> all = {
      {{A, difference_of(pool, A, matrix_product(B, B))}, {B, sum_of(pool, B, A)}},
      {{A, difference_of(pool, A, matrix_product(A, B))}, {B, difference_of(pool, B, matrix_product(B, A))}},
      {{A, B}, {B, A}},
      {{A, transposed(pool, A)}},
      {{A, matrix_product(A, B)}, {B, matrix_product(A, B)}}};
  for (const auto& updates : all) {
    Computation computation;
    computation.updates = updates;
    computation.outputs = {{"A_before", A}};
    Bindings at = filled(pool, {A, B}, {{"n", 4}});
    const auto plan = plan_for(pool, computation, at.dims);
    REQUIRE(plan.has_value());
    CAPTURE(loops_text(*plan));
    std::vector<double> workspace = filled_workspace(pool, *plan, at);
    interpreted(*plan, workspace);
    CHECK(difference(buffer_of(*plan, plan->outputs[0], workspace), at.inputs.at(A)) == 0);
    for (const Computation::Update& update : updates) {
      const auto place = std::find_if(plan->inputs.begin(), plan->inputs.end(), [&](BufferId id) {
        return (*plan)[id].name == pool.payload<InputInfo>(update.input).name;
      });
      CHECK(difference(buffer_of(*plan, *place, workspace), evaluate(pool, update.value, at)) < 1e-12);
    }
  }
}

TEST_CASE("a step of gradient descent is the epilogue of the product that makes the gradient") {
  Layer layer;
  Pool& pool = layer.pool;
  const Expr rate = make_input(pool, {"rate", Role::data, Property::none, {}});
  const Expr gradient = make_einsum(pool, {0, 1}, {{layer.b, {0}}, {layer.x, {1}}}, {layer.n, layer.m});
  const auto many = batched(pool, {gradient}, {layer.x, layer.b}, pool.dims().symbol("samples"));
  REQUIRE(many.has_value());
  Computation computation;
  computation.updates = {
      {layer.W, difference_of(pool, layer.W,
                              make_einsum(pool, {0, 1}, {{rate, {}}, {many->total[0], {0, 1}}}, {layer.n, layer.m}))}};
  const auto plan = plan_for(pool, computation, {{"n", 5}, {"m", 7}, {"samples", 6}});
  REQUIRE(plan.has_value());
  CHECK(classes(*plan) == std::vector{StageClass::gemm});
  CHECK((*plan)[plan->kernels[0].stages[0].stores[0].buffer].storage == Storage::state);
}

TEST_CASE("buffers that live at the same time have places of their own, others share") {
  Pool pool;
  const Dim n = pool.dims().symbol("n");
  Expr x = make_input(pool, {"x", Role::data, Property::none, {n, n}});
  const Expr first = x;
  for (int layer = 0; layer < 40; ++layer)
    x = make_map(pool, Function::tanh, {make_einsum(pool, {0, 1}, {{x, {0, 2}}, {first, {2, 1}}}, {n, n, n})});
  const Plan plan = plan_of(pool, {x}, {{"n", 32}});
  CHECK(plan.workspace <= 5 * 32 * 32);  // input, output, and what is read and written at a time
  Bindings at = filled(pool, {x}, {{"n", 6}});
  for (double& value : at.inputs.begin()->second.values) value /= 4;
  CHECK(difference(planned(pool, {x}, at)[0], evaluate(pool, x, at)) < 1e-12);
}

TEST_CASE("a size without a value is a diagnostic") {
  Layer layer;
  Computation computation;
  computation.outputs = {{"z", layer.z}};
  const auto plan = plan_for(layer.pool, computation, {{"n", 3}});
  REQUIRE_FALSE(plan.has_value());
  CHECK(plan.error().code == "G0504");
}

TEST_CASE("the text of a plan says what runs") {
  Layer layer;
  const Plan plan = plan_of(layer.pool, {make_map(layer.pool, Function::relu, {layer.z})}, {{"n", 2}, {"m", 3}});
  CHECK(loops_text(plan) == R"(kernel 0
  gemv  for i0 < 2  over i1 < 3
      r0 = W[i0 + i1*2]
      r1 = x[i1]
      r2 = mul r0, r1
    total0 = sum r2
    v0 = total0
    v1 = b[i0]
    v2 = add v1, v0
    v3 = 0
    v4 = max v3, v2
    out[i0] = v4
)");
}
