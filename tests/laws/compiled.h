// What the laws of compiled programs have in common: cases with the numbers of the evaluator, compiled together and compared.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "api/compile.h"
#include "ir/make.h"
#include "kernels/threads.h"
#include "run/compiled_plans.h"
#include "run/llvm_library.h"

namespace gradwright {

/// A plan with values for its inputs and what the evaluator says of its outputs.
struct Case {
  std::string name;
  Plan plan;
  std::vector<double> workspace;
  std::vector<Tensor> expected;
  std::vector<double> scale;  ///< of each output: what a relative error is measured by
};

/// Adds the roots at a random point; nothing where a value there is too large to be compared.
inline void add_case(std::vector<Case>& all, Pool& pool, const std::vector<Expr>& roots, std::uint64_t seed,
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
inline std::vector<Backend> backends() {
  if (running::LlvmLibrary::loaded().fault.empty()) return {Backend::c, Backend::llvm};
  return {Backend::c};
}

inline std::string name_of(Backend backend) { return backend == Backend::c ? "C: " : "LLVM: "; }

struct Outcome {
  std::size_t compared = 0;
  double largest = 0;  ///< difference, by the scale of the output
};

/// threads: 0 for plain loops, else contractions of any size by the kernels, and loops of any length in parts, on so many threads; the bits are those
/// of one thread.
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
  how.least_parallel = 0;
  const kernels::ThreadsHere here(threads);
  const auto compiled = CompiledPlans<Real>::of(std::move(parts), options, how);
  REQUIRE_MESSAGE(!compiled.note(), compiled.note()->message);
  Outcome result;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Case& one = all[i];
    Workspace<Real> workspace(one.plan.workspace);
    std::transform(one.workspace.begin(), one.workspace.end(), workspace.span().begin(),
                   [](double x) { return static_cast<Real>(x); });
    if (threads > 1) {
      const kernels::ThreadsHere alone(1);
      Workspace<Real> apart(one.plan.workspace);
      std::copy(workspace.span().begin(), workspace.span().end(), apart.span().begin());
      REQUIRE(compiled.ran(i, apart.span()));
      REQUIRE(compiled.ran(i, workspace.span()));
      for (const BufferId output : one.plan.outputs) {
        const auto found = workspace[one.plan[output]], expected = apart[one.plan[output]];
        CAPTURE(one.name);
        CHECK(std::memcmp(found.data(), expected.data(), found.size_bytes()) == 0);
      }
    } else {
      REQUIRE(compiled.ran(i, workspace.span()));
    }
    for (std::size_t k = 0; k < one.expected.size(); ++k) {
      const auto found = workspace[one.plan[one.plan.outputs[k]]];
      double difference = found.size() == one.expected[k].values.size() ? 0 : INFINITY;
      for (std::size_t j = 0; j < found.size() && difference < INFINITY; ++j) {
        const double apart = std::fabs(static_cast<double>(found[j]) - one.expected[k].values[j]);
        difference = std::isnan(apart) ? INFINITY : std::max(difference, apart / one.scale[k]);
      }
      INFO(name_of(backend), one.name, ", output ", k, ", straight line up to ", straight_line, ", threads ", threads);
      CHECK(difference < tolerance);
      result.largest = std::max(result.largest, difference);
      ++result.compared;
    }
  }
  return result;
}

}  // namespace gradwright
