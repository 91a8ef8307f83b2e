// Laws of compiled programs on many threads: the numbers of the evaluator or the interpreter, and the same bits for any number of threads.
#include <doctest/doctest.h>

#include "compiled.h"
#include "emit/llvm.h"
#include "lower/batch.h"
#include "sheet/session.h"

using namespace gradwright;

namespace {

/// A step of gradient descent on a network with two layers, on so many samples.
Plan training_step(std::int64_t samples) {
  Session session(Text("step.gw",
                       "x : R[120]\ny : R[10]\nparam W1 : R[75,120]\nparam b1 : R[75]\nparam W2 : R[10,75]\n"
                       "a = relu(W1*x + b1)\nL = -sum(y .* log(softmax(W2*a)))\nminimize L\n"));
  const auto loss = loss_computation(session);
  REQUIRE(loss.has_value());
  Pool& pool = session.pool();
  std::vector<Expr> roots, data, parameters;
  for (const Computation::Output& output : loss->computation.outputs) roots.push_back(output.expr);
  for (const Expr input : loss->computation.inputs)
    (pool.payload<InputInfo>(input).role == Role::parameter ? parameters : data).push_back(input);
  const auto many = batched(pool, roots, data, pool.dims().symbol("samples"));
  REQUIRE(many.has_value());
  Computation step;
  step.inputs = many->inputs;
  step.outputs.push_back({"L", many->total[0]});
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Expr value = make_add(pool, Shape(pool.shape(parameters[i])),
                                {{1, parameters[i]}, {Rational(-1, 10 * samples), many->total[i + 1]}});
    step.updates.push_back({parameters[i], value});
  }
  auto plan = plan_for(pool, step, {{"samples", samples}});
  REQUIRE(plan.has_value());
  return *std::move(plan);
}

template <class Real>
std::vector<Real> after_steps(const CompiledPlans<Real>& compiled, int threads) {
  const kernels::ThreadsHere here(threads);
  const Plan& plan = compiled.plan(0);
  Workspace<Real> workspace(plan.workspace);
  std::uint64_t state = 1;
  for (const BufferId id : plan.inputs) {
    for (Real& value : workspace[plan[id]]) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      value = static_cast<Real>(static_cast<double>(state >> 40) / (1 << 24) - 0.5);
    }
  }
  REQUIRE(compiled.ran(0, workspace.span(), {}, 3));
  std::vector<Real> result;
  for (const Buffer& buffer : plan.buffers) {
    if (buffer.storage != Storage::state && buffer.storage != Storage::output) continue;
    result.insert(result.end(), workspace[buffer].begin(), workspace[buffer].end());
  }
  return result;
}

template <class Real>
void steps_agree(Backend backend, double tolerance) {
  const Plan plan = training_step(96);
  CompileOptions options;
  options.use_cache = false;
  options.backend = backend;
  CompileOptions interpreter;
  interpreter.backend = Backend::interpreter;
  const auto expected = after_steps(CompiledPlans<double>::of({{plan}}, interpreter), 1);
  const auto compiled = CompiledPlans<Real>::of({{plan}}, options);
  const std::vector<Real> one = after_steps(compiled, 1);
  REQUIRE(one.size() == expected.size());
  double largest = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const double apart = std::fabs(static_cast<double>(one[i]) - expected[i]) / (1 + std::fabs(expected[i]));
    largest = std::isnan(apart) ? INFINITY : std::max(largest, apart);
  }
  CHECK(largest < tolerance);
  CHECK(after_steps(compiled, 2) == one);  // the same bits
  CHECK(after_steps(compiled, 3) == one);
}

}  // namespace

TEST_CASE("training steps by kernels have the numbers of the interpreter, and the same bits on many threads") {
  for (const Backend backend : backends()) {
    steps_agree<float>(backend, 2e-5);
    steps_agree<double>(backend, 1e-12);
  }
}

namespace {

/// Loops that both back-ends divide: elementwise, with totals of their own for each part, along rows and columns, of an odd length and of a
/// round one, with several stages in one loop.
std::vector<Case> long_loops() {
  Session session(Text("long.gw",
                       "x, y : R[70001]\nA : R[300,801]\nu : R[300]\nB : R[512,256]\n"
                       "L = sum(tanh(x) .* y) + 3*max(x) + sum(exp(A))\n"
                       "f = x .* exp(y)\ng = A'*u\nh = max(A)\nk = softmax_cols(B)\n"));
  REQUIRE_FALSE(session.has_errors());
  std::vector<Case> all;
  for (const char* name : {"L", "f", "g", "h", "k"})
    add_case(all, session.pool(), {session.program().definition(name)->expr}, 7, name);
  REQUIRE(all.size() == 5);
  return all;
}

template <class Real>
void check_long_loops(Backend backend, double tolerance) {
  std::size_t divided = 0;
  const std::vector<Case> all = long_loops();
  for (const Case& one : all) {
    COptions how;
    how.kernels = true;
    how.least_work = 1 << 30;  // g as loops, too
    LlvmOptions llvm{Precision::float64, how.straight_line, {}, true, how.least_work, how.least_parallel};
    const std::string text =
        backend == Backend::c ? c_file({{"f", &one.plan}}, how) : llvm_module({{"f", &one.plan}}, llvm);
    const char* call = backend == Backend::c ? "gw_kernels->parallel(" : "call void @gradwright_parallel(";
    divided += text.find(call) != std::string::npos ? 1 : 0;
    CompileOptions options;
    options.backend = backend;
    options.use_cache = false;
    if (backend == Backend::c) options.flags = {"-Wall", "-Wextra", "-Werror"};
    std::vector<Real> first;
    for (const int threads : {1, 2, 3}) {
      options.threads = threads;
      const auto compiled = CompiledPlans<Real>::of({{one.plan}}, options, how);
      REQUIRE_MESSAGE(!compiled.note(), compiled.note()->message);
      Workspace<Real> workspace(one.plan.workspace);
      std::transform(one.workspace.begin(), one.workspace.end(), workspace.span().begin(),
                     [](double x) { return static_cast<Real>(x); });
      REQUIRE(compiled.ran(0, workspace.span()));
      const auto found = workspace[one.plan[one.plan.outputs[0]]];
      if (first.empty()) first.assign(found.begin(), found.end());
      CHECK(std::memcmp(first.data(), found.data(), found.size_bytes()) == 0);
    }
    CAPTURE(one.name);
    REQUIRE(first.size() == one.expected[0].values.size());
    double largest = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
      const double apart = std::fabs(static_cast<double>(first[i]) - one.expected[0].values[i]) / one.scale[0];
      largest = std::isnan(apart) ? INFINITY : std::max(largest, apart);
    }
    CHECK(largest < tolerance);
  }
  CHECK(divided == all.size());
}

}  // namespace

TEST_CASE("long loops run in parts, with the numbers of the evaluator and the same bits on many threads") {
  for (const Backend backend : backends()) {
    check_long_loops<double>(backend, 1e-11);
    check_long_loops<float>(backend, 1e-5);
  }
}
