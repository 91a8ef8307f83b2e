// Values of roots by an interpreted plan, to be held against the evaluator.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "ir/evaluate.h"
#include "lower/interpret.h"
#include "lower/lower.h"

namespace gradwright {

/// The workspace of a plan with the bound inputs in their places.
inline std::vector<double> filled_workspace(const Pool& pool, const Plan& plan, const Bindings& at) {
  std::vector<double> workspace(static_cast<std::size_t>(plan.workspace), std::nan(""));
  std::map<std::string, const Tensor*> by_name;
  for (const auto& [e, tensor] : at.inputs) by_name[pool.payload<InputInfo>(e).name] = &tensor;
  for (const BufferId id : plan.inputs) {
    const Tensor& tensor = *by_name.at(plan[id].name);
    std::copy(tensor.values.begin(), tensor.values.end(), workspace.begin() + plan[id].offset);
  }
  return workspace;
}

inline Tensor buffer_of(const Plan& plan, BufferId id, const std::vector<double>& workspace) {
  const Buffer& buffer = plan[id];
  return {buffer.extents, {workspace.begin() + buffer.offset, workspace.begin() + buffer.offset + buffer.count()}};
}

inline std::vector<Tensor> planned(Pool& pool, const std::vector<Expr>& roots, const Bindings& at,
                                   const LowerOptions& options = {}) {
  Computation computation;
  for (const Expr root : roots) computation.outputs.push_back({"out", root});
  LowerOptions watched = options;
  watched.told = [&](const lowering::PassReport& report) {
    CAPTURE(report.pass);
    CHECK(lowering::broken_law(report.dialect, pool, report.roots, at.dims) == "");
  };
  const auto plan = plan_for(pool, computation, at.dims, watched);
  REQUIRE(plan.has_value());
  std::vector<double> workspace = filled_workspace(pool, *plan, at);
  interpreted(*plan, workspace);
  std::vector<Tensor> values;
  for (const BufferId id : plan->outputs) values.push_back(buffer_of(*plan, id, workspace));
  return values;
}

/// Symmetric inputs get symmetric values.
inline void symmetrise(const Pool& pool, Bindings& at) {
  for (auto& [e, tensor] : at.inputs) {
    if (!pool[e].symmetric) continue;
    const auto n = static_cast<std::size_t>(tensor.extents[0]);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < i; ++j) tensor.values[i + n * j] = tensor.values[j + n * i];
    }
  }
}

/// Largest relative difference; entries that are no number on both sides, or the same infinity, are equal.
inline double difference(const Tensor& a, const Tensor& b) {
  if (a.values.size() != b.values.size()) return INFINITY;
  double largest = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double x = a.values[i];
    const double y = b.values[i];
    if ((std::isnan(x) && std::isnan(y)) || x == y) continue;
    const double apart = std::fabs(x - y) / std::max({1.0, std::fabs(x), std::fabs(y)});
    largest = std::isnan(apart) ? INFINITY : std::max(largest, apart);
  }
  return largest;
}

}  // namespace gradwright
