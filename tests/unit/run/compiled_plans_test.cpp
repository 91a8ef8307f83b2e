// Compiled plans have the numbers of the evaluator, over random graphs of every node kind; one C file holds all of a test.
#include "run/compiled_plans.h"

#include <doctest/doctest.h>

#include "../ir/filled.h"
#include "../ir/random_graph.h"
#include "../lower/planned.h"

#include "run/llvm_library.h"

using namespace gradwright;

namespace {

struct Case {
  std::uint64_t seed = 0;
  std::vector<double> inputs;  ///< a workspace of the plan
  std::vector<Tensor> expected;
};

struct Cases {
  std::vector<Case> cases;
  std::vector<Plan> plans;
};

/// Those that this machine has.
std::vector<Backend> backends() {
  if (running::LlvmLibrary::loaded().fault.empty()) return {Backend::c, Backend::llvm};
  return {Backend::c};
}

Cases random_cases(std::uint64_t first, std::uint64_t last, const DimValues& dims) {
  Cases all;
  for (std::uint64_t seed = first; seed < last; ++seed) {
    Pool pool;
    RandomGraph graph(pool, seed);
    std::vector<Expr> roots;
    for (int step = 0; step < 14; ++step) roots.push_back(graph.grow());
    const std::vector<Expr> wanted(roots.end() - 4, roots.end());
    Bindings at = filled(pool, wanted, dims);
    symmetrise(pool, at);
    Computation computation;
    for (const Expr root : wanted) computation.outputs.push_back({"out", root});
    auto plan = plan_for(pool, computation, at.dims);
    REQUIRE(plan.has_value());
    all.cases.push_back({seed, filled_workspace(pool, *plan, at), evaluate(pool, wanted, at)});
    all.plans.push_back(*std::move(plan));
  }
  return all;
}

template <class Real>
std::size_t compared(const Cases& all, const COptions& how, double tolerance, Backend backend) {
  std::vector<typename CompiledPlans<Real>::Part> parts;
  for (const Plan& plan : all.plans) parts.push_back({plan});
  CompileOptions options;
  options.backend = backend;
  options.optimisation = 1;
  options.use_cache = false;
  options.flags = {"-Wall", "-Wextra", "-Werror"};
  const auto compiled = CompiledPlans<Real>::of(std::move(parts), options, how);
  if (compiled.note()) FAIL(compiled.note()->message);
  std::size_t count = 0;
  for (std::size_t i = 0; i < all.cases.size(); ++i) {
    const Case& one = all.cases[i];
    const Plan& plan = compiled.plan(i);
    Workspace<Real> workspace(plan.workspace);
    std::transform(one.inputs.begin(), one.inputs.end(), workspace.span().begin(),
                   [](double x) { return static_cast<Real>(x); });
    REQUIRE(compiled.ran(i, workspace.span()));
    for (std::size_t k = 0; k < one.expected.size(); ++k) {
      const auto found = workspace[plan[plan.outputs[k]]];
      const std::vector<double>& expected = one.expected[k].values;
      if (std::any_of(expected.begin(), expected.end(), [](double x) { return std::fabs(x) > 1e4; })) continue;
      ++count;
      CAPTURE(one.seed);
      CAPTURE(k);
      CHECK(difference({{}, {found.begin(), found.end()}}, {{}, expected}) < tolerance);
    }
  }
  return count;
}

}  // namespace

TEST_CASE("random graphs, without loops and with them, in float64") {
  const Cases all = random_cases(0, 120, {{"n", 3}, {"m", 2}});
  COptions how;
  for (const Backend backend : backends()) {
    how.straight_line = 1000000;
    CHECK(compared<double>(all, how, 1e-6, backend) > 250);
    how.straight_line = 0;
    CHECK(compared<double>(all, how, 1e-6, backend) > 250);
  }
}

TEST_CASE("random graphs of sizes that fill vectors") {
  COptions how;
  how.straight_line = 0;
  for (const Backend backend : backends()) {
    CHECK(compared<double>(random_cases(1000, 1060, {{"n", 19}, {"m", 9}}), how, 1e-6, backend) > 100);
    CHECK(compared<double>(random_cases(2000, 2040, {{"n", 40}, {"m", 17}}), how, 1e-6, backend) > 60);
  }
}
