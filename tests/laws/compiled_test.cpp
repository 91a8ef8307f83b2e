// Laws of the compiled paths: C and LLVM in float64 and float32 have the numbers of the evaluator on the identities of the literature, on the
// examples, and on random formulas with their gradients; all programs of a case stand in ONE file or module, so the compiler starts once. And
// stable forms are finite and right where the textbook form overflows.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "api/compile.h"
#include "api/session.h"
#include "derive/adjoint.h"
#include "formulas.h"
#include "ir/make.h"
#include "kernels/threads.h"
#include "lower/batch.h"
#include "run/compiled_plans.h"
#include "run/llvm_library.h"

using namespace gradwright;

namespace {

/// A plan with values for its inputs and what the evaluator says of its outputs.
struct Case {
  std::string name;
  Plan plan;
  std::vector<double> workspace;
  std::vector<Tensor> expected;
  std::vector<double> scale;  ///< of each output: what a relative error is measured by
};

/// Adds the roots at a random point; nothing where a value there is too large to be compared.
void add_case(std::vector<Case>& all, Pool& pool, const std::vector<Expr>& roots, std::uint64_t seed,
              const std::string& name) {
  const Bindings at = random_bindings(pool, roots, seed);
  Case one;
  one.name = name;
  one.expected = evaluate(pool, roots, at);
  for (const Tensor& tensor : one.expected) {
    double largest = 1;
    for (const double x : tensor.values) largest = std::max(largest, std::fabs(x));
    one.scale.push_back(largest);
    if (!(largest < 1e6)) return;
  }
  Computation computation;
  for (std::size_t i = 0; i < roots.size(); ++i) computation.outputs.push_back({"out" + std::to_string(i), roots[i]});
  for (const auto& [input, value] : at.inputs) computation.inputs.push_back(input);
  auto plan = plan_for(pool, computation, at.dims);
  REQUIRE(plan.has_value());
  one.workspace.assign(static_cast<std::size_t>(plan->workspace), std::nan(""));
  for (std::size_t i = 0; i < computation.inputs.size(); ++i) {
    const std::vector<double>& values = at.inputs.at(computation.inputs[i]).values;
    std::copy(values.begin(), values.end(), one.workspace.begin() + (*plan)[plan->inputs[i]].offset);
  }
  one.plan = *std::move(plan);
  all.push_back(std::move(one));
}

/// Those that this machine has.
std::vector<Backend> backends() {
  if (running::LlvmLibrary::loaded().fault.empty()) return {Backend::c, Backend::llvm};
  return {Backend::c};
}

std::string name_of(Backend backend) { return backend == Backend::c ? "C: " : "LLVM: "; }

struct Outcome {
  std::size_t compared = 0;
  double largest = 0;  ///< difference, by the scale of the output
};

/// threads: 0 for plain loops, else contractions of any size by the kernels on so many threads.
template <class Real>
Outcome outcome(const std::vector<Case>& all, std::int64_t straight_line, double tolerance, Backend backend,
                int optimisation = 1, int threads = 0) {
  std::vector<typename CompiledPlans<Real>::Part> parts;
  for (const Case& one : all) parts.push_back({one.plan});
  CompileOptions options;
  options.backend = backend;
  options.optimisation = optimisation;
  options.use_cache = false;
  COptions how;
  how.straight_line = straight_line;
  how.kernels = threads > 0;
  how.least_work = 0;
  kernels::use_threads(threads);
  const auto compiled = CompiledPlans<Real>::of(std::move(parts), options, how);
  REQUIRE_MESSAGE(!compiled.note(), compiled.note()->message);
  Outcome result;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Case& one = all[i];
    Workspace<Real> workspace(one.plan.workspace);
    std::transform(one.workspace.begin(), one.workspace.end(), workspace.span().begin(),
                   [](double x) { return static_cast<Real>(x); });
    REQUIRE(compiled.ran(i, workspace.span()));
    for (std::size_t k = 0; k < one.expected.size(); ++k) {
      const auto found = workspace[one.plan[one.plan.outputs[k]]];
      double difference = found.size() == one.expected[k].values.size() ? 0 : INFINITY;
      for (std::size_t j = 0; j < found.size() && difference < INFINITY; ++j) {
        const double apart = std::fabs(static_cast<double>(found[j]) - one.expected[k].values[j]);
        difference = std::isnan(apart) ? INFINITY : std::max(difference, apart / one.scale[k]);
      }
      CAPTURE(one.name);
      CAPTURE(k);
      CHECK(difference < tolerance);
      result.largest = std::max(result.largest, difference);
      ++result.compared;
    }
  }
  return result;
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const std::string root = GRADWRIGHT_SOURCE_DIR;

}  // namespace

TEST_CASE("identities of the literature, compiled") {
  std::vector<Case> all;
  const auto identities = nlohmann::json::parse(content(root + "/tests/data/identities.json"));
  for (const auto& item : identities) {
    const std::string id = item["id"];
    Session session(
        Text(id + ".gw", item["sheet"].get<std::string>() + "\n" + item["request"].get<std::string>() + "\n"));
    DeriveOptions options;
    options.verify = false;
    options.only_gw = true;
    for (const Derived& result : session.derived(options))
      add_case(all, session.pool(), {result.source, result.expr}, 3, id);
  }
  CHECK(all.size() * 100 >= identities.size() * 95);
  for (const Backend backend : backends()) {
    const Outcome with_loops = outcome<double>(all, 0, 1e-8, backend);
    const Outcome without = outcome<double>(all, 3000, 1e-8, backend);
    const Outcome single = outcome<float>(all, 0, 1e-3, backend);
    (void)outcome<double>(all, 0, 1e-8, backend, 1, 2);
    (void)outcome<float>(all, 0, 1e-3, backend, 1, 1);
    MESSAGE(name_of(backend) << with_loops.compared << " values; largest difference " << with_loops.largest << ", "
                             << without.largest << " without loops, " << single.largest << " in float32");
  }
}

TEST_CASE("examples, compiled") {
  std::vector<Case> all;
  for (const auto& entry : std::filesystem::directory_iterator(root + "/examples")) {
    const std::string name = entry.path().filename();
    if (!entry.is_directory()) continue;
    Session session(Text(name, content(entry.path() / (name + ".gw"))));
    const auto loss = loss_computation(session);
    REQUIRE(loss.has_value());
    std::vector<Expr> roots;
    for (const Computation::Output& output : loss->computation.outputs) roots.push_back(output.expr);
    add_case(all, session.pool(), roots, 5, name);
  }
  CHECK(all.size() >= 3);
  for (const Backend backend : backends()) {
    (void)outcome<double>(all, 0, 1e-12, backend);
    (void)outcome<double>(all, 2000, 1e-12, backend);
    (void)outcome<float>(all, 0, 1e-5, backend);
    (void)outcome<float>(all, 2000, 1e-5, backend);
    (void)outcome<double>(all, 0, 1e-12, backend, 1, 2);
    (void)outcome<float>(all, 0, 1e-5, backend, 1, 2);
  }
}

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
  kernels::use_threads(threads);
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
  kernels::use_threads(0);
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

TEST_CASE("A·diag(v)·Aᵀ is one symmetric contraction") {
  Session session(Text("h.gw", "X : R[60,37]\nw : R[37]\nL = sum(log(1 + exp(X*w)))\nhessian L wrt w\n"));
  DeriveOptions derive;
  derive.verify = false;
  derive.only_gw = true;
  const std::vector<Derived> results = session.derived(derive);
  REQUIRE(results.size() == 1);
  std::vector<Case> all;
  add_case(all, session.pool(), {results[0].expr}, 3, "Hessian");
  REQUIRE(all.size() == 1);
  const auto is_one = [](const Kernel& kernel) {
    return kernel.stages.size() == 1 && kernel.stages[0].contraction && kernel.stages[0].contraction->is_symmetric &&
           kernel.stages[0].contraction->scale;
  };
  CHECK(std::count_if(all[0].plan.kernels.begin(), all[0].plan.kernels.end(), is_one) == 1);
  for (const int threads : {0, 1, 2}) {
    for (const Backend backend : backends()) {
      (void)outcome<double>(all, 0, 1e-12, backend, 1, threads);
      (void)outcome<float>(all, 0, 1e-5, backend, 1, threads);
    }
  }
}

TEST_CASE("random formulas and their gradients, compiled") {
  std::vector<Case> all;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    Formulas formulas(seed);
    const std::string sheet = std::string(declarations_of_formulas) + "f = " + formulas.scalar(4) + "\n";
    Pool pool;
    const Program program = read_formula(Text("law.gw", sheet), pool);
    REQUIRE_FALSE(program.has_errors());
    const Expr f = program.definition("f")->expr;
    const Expr wrt = program.declaration(seed % 2 == 0 ? "x" : "A")->input;
    Trace trace;
    add_case(all, pool, {f, adjoints(pool, f, {wrt}, trace).of_wrt[0]}, seed, sheet);
  }
  CHECK(all.size() > 800);
  const std::vector<Case> some(all.begin(), all.begin() + 120), others(all.begin() + 120, all.begin() + 240);
  for (const Backend backend : backends()) {
    const Outcome with_loops = outcome<double>(all, 0, 1e-8, backend, backend == Backend::c ? 0 : 1);
    const Outcome without = outcome<double>(some, 2000, 1e-8, backend);
    const Outcome single = outcome<float>(others, 0, 1e-3, backend, 3);
    MESSAGE(name_of(backend) << with_loops.compared << " values; largest difference " << with_loops.largest << ", "
                             << without.largest << " without loops, " << single.largest << " in float32");
  }
}

namespace {

/// A textbook formula at a point where its parts overflow, and its value there.
struct Extreme {
  const char* formula;
  double a, b;  ///< the entries of x : R[2]
  double value;
};

constexpr double ln2 = 0.6931471805599453;

constexpr Extreme extremes[] = {
    {"log(sum(exp(x)))", 1000, 1000, 1000 + ln2}, {"log(sum(exp(x)))", -1000, -1000, -1000 + ln2},
    {"log(sum(exp(x)))", 1000, -1000, 1000},      {"sum(log(1 + exp(x)))", 1000, -1000, 1000},
    {"sum(log(1 + exp(-x)))", 1000, -1000, 1000}, {"sum(log(1 ./ (1 + exp(-x))))", -1000, 1000, -1000},
    {"sum(log(sigmoid(x)))", -1000, 1000, -1000}, {"sum(log(1 - sigmoid(x)))", 1000, -1000, -1000},
    {"sum(log(softmax(x)))", 1000, -1000, -2000}, {"sum(exp(x)/sum(exp(x)))", 1000, 999, 1},
    {"sum(1 ./ (1 + exp(-x)))", 1000, -1000, 1},
};

}  // namespace

TEST_CASE("stable forms at extreme inputs, value and gradient") {
  std::vector<typename CompiledPlans<double>::Part> doubles;
  std::vector<typename CompiledPlans<float>::Part> floats;
  std::size_t overflowing = 0;
  for (const Extreme& row : extremes) {
    CAPTURE(std::string(row.formula));
    Session session(Text("extreme.gw", std::string("x : R[2]\nf = ") + row.formula + "\nderive f wrt x\n"));
    const auto loss = loss_computation(session);
    REQUIRE(loss.has_value());
    Pool& pool = session.pool();
    const Expr f = session.program().definition("f")->expr;
    const Expr x = loss->computation.inputs[0];
    const Expr gradient = loss->computation.outputs[1].expr;
    Bindings at;
    at.inputs[x] = {{2}, {row.a, row.b}};
    for (const Tensor& plain : evaluate(pool, {f, gradient}, at)) {
      overflowing +=
          std::all_of(plain.values.begin(), plain.values.end(), [](double v) { return std::isfinite(v); }) ? 0 : 1;
    }
    const auto plan = plan_for(pool, loss->computation, {});
    REQUIRE(plan.has_value());
    doubles.push_back({*plan});
    floats.push_back({*plan});
  }
  CHECK(overflowing >= 8);  // the table asks for something
  CompileOptions options;
  options.optimisation = 1;
  options.use_cache = false;
  const auto check = [&]<class Real>(const CompiledPlans<Real>& compiled) {
    for (std::size_t i = 0; i < compiled.size(); ++i) {
      const Extreme& row = extremes[i];
      CAPTURE(std::string(row.formula));
      CAPTURE(row.a);
      const Plan& plan = compiled.plan(i);
      Workspace<Real> workspace(plan.workspace);
      workspace[plan[plan.inputs[0]]][0] = static_cast<Real>(row.a);
      workspace[plan[plan.inputs[0]]][1] = static_cast<Real>(row.b);
      REQUIRE(compiled.ran(i, workspace.span()));
      CHECK(static_cast<double>(workspace[plan[plan.outputs[0]]][0]) == doctest::Approx(row.value).epsilon(1e-6));
      for (const Real slope : workspace[plan[plan.outputs[1]]]) CHECK(std::fabs(slope) <= 2);  // nan is not
    }
  };
  for (const Backend backend : backends()) {
    for (const std::int64_t straight_line : {0, 2000}) {
      COptions how;
      how.straight_line = straight_line;
      options.backend = backend;
      check(CompiledPlans<double>::of(doubles, options, how));
      check(CompiledPlans<float>::of(floats, options, how));
    }
  }
}
