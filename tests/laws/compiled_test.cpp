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

#include "compiled.h"
#include "derive/adjoint.h"
#include "formulas.h"
#include "sheet/session.h"

using namespace gradwright;

namespace {

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

namespace {

/// A random formula and its gradient; nothing where a value is too large to be compared.
void add_random(std::vector<Case>& all, std::uint64_t seed) {
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

}  // namespace

// Ten thousand programs, two hundred a file or module. Each is compiled by LLVM in one precision, and every tenth two hundred
// by C and LLVM in both: a compiler of C takes ten milliseconds a program. Two thousand where there is no LLVM.
TEST_CASE("random formulas and their gradients, compiled") {
  struct Way {
    Backend backend;
    bool is_single;
    Outcome sum{};
  };
  std::vector<Way> ways;
  for (const Backend backend : backends()) ways.insert(ways.end(), {{backend, false}, {backend, true}});
  const bool has_llvm = ways.size() > 2;
  const std::size_t programs = has_llvm ? 10000 : 2000, at_once = 200;
  std::size_t count = 0;
  for (std::size_t first = 0; first < programs; first += at_once) {
    std::vector<Case> all;
    for (std::size_t seed = first; seed < first + at_once; ++seed) add_random(all, seed);
    count += all.size();
    const std::size_t block = first / at_once;
    for (std::size_t i = 0; i < ways.size(); ++i) {
      Way& way = ways[i];
      const bool is_own = i == ways.size() - 2 + block % 2;
      if (block % 10 != 0 && !is_own) continue;
      const int optimisation = way.backend == Backend::llvm && block % 10 == 0 ? 1 : 0;
      const std::int64_t straight_line = block / 2 % 2 == 0 ? 0 : 2000;
      const Outcome found = way.is_single ? outcome<float>(all, straight_line, 1e-3, way.backend, optimisation, 2)
                                          : outcome<double>(all, straight_line, 1e-8, way.backend, optimisation, 2);
      way.sum.compared += found.compared;
      way.sum.largest = std::max(way.sum.largest, found.largest);
    }
  }
  CHECK(count > programs * 8 / 10);
  for (const Way& way : ways) {
    CHECK(way.sum.compared > (way.backend == Backend::c ? 300 : 7000));
    MESSAGE(name_of(way.backend) << (way.is_single ? "float32: " : "float64: ") << way.sum.compared
                                 << " values; largest difference " << way.sum.largest);
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
