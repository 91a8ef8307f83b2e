#include "exports.h"

#include <algorithm>
#include <cmath>

#include "run/compiled_plans.h"
#include "verbs.h"

namespace gradwright::laws {

Exports& Exports::all() {
  static Exports one;
  return one;
}

void Exports::add(const Plan& plan, const Trial& trial, double loss) {
  One one{plan, std::vector<double>(static_cast<std::size_t>(plan.workspace), std::nan("")), loss, trial.text};
  for (const BufferId id : plan.inputs) {
    const Buffer& buffer = plan[id];
    const std::vector<double>& values = trial.point.values.at(buffer.name);
    std::copy(values.begin(), values.end(), one.workspace.begin() + buffer.offset);
  }
  programs_.push_back(std::move(one));
}

std::vector<std::string> Exports::faults() {
  std::vector<std::string> found;
  std::vector<CompiledPlans<double>::Part> parts;
  for (const One& one : programs_) parts.push_back({one.plan, {}});
  CompileOptions options;
  options.backend = Backend::c;
  options.optimisation = 0;
  options.use_cache = false;
  const auto compiled = CompiledPlans<double>::of(std::move(parts), options);
  if (compiled.note()) found.push_back(compiled.note()->message);
  for (std::size_t i = 0; i < programs_.size(); ++i) {
    One& one = programs_[i];
    Workspace<double> workspace(one.plan.workspace);
    std::copy(one.workspace.begin(), one.workspace.end(), workspace.span().begin());
    const bool is_run = compiled.ran(i, workspace.span());
    const double value = workspace[one.plan[one.plan.outputs[0]]][0];
    if (!is_run || !(std::fabs(value - one.loss) <= 1e-8 * std::max(1.0, std::fabs(one.loss))))
      found.push_back(one.text);
    ++compared_;
  }
  programs_.clear();
  return found;
}

}  // namespace gradwright::laws
