#include "api/compiled_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "derive/points.h"
#include "derive/program_check.h"
#include "derive/structure.h"
#include "ir/work.h"

namespace gradwright {
namespace {

constexpr double cheap_work = 5e6;   // operations of the evaluator
constexpr double least_rate = 1e-3;  // below, a step in the last digits of a parameter says little of its gradient

/// Among the inputs of the program, that of the same name: a variable may be freed of its facts to be derived by.
std::size_t place_of(const Pool& pool, const CompiledLoss& compiled, Expr variable) {
  const auto& inputs = compiled.computation.inputs;
  const auto has_name = [&](Expr input) {
    return pool.payload<InputInfo>(input).name == pool.payload<InputInfo>(variable).name;
  };
  return static_cast<std::size_t>(std::find_if(inputs.begin(), inputs.end(), has_name) - inputs.begin());
}

/// A step says the gradient by it: it moves, and each entry by its own slope.
bool is_moved(const Pool& pool, const CompiledLoss& compiled, Expr variable) {
  if (structure_of(pool.payload<InputInfo>(variable).properties) != Structure::none) return false;
  const Expr input = compiled.computation.inputs[place_of(pool, compiled, variable)];
  const auto& updates = compiled.computation.updates;
  return std::any_of(updates.begin(), updates.end(),
                     [&](const Computation::Update& update) { return update.input == input; });
}

Bindings drawn(const Pool& pool, const CompiledLoss& compiled) {
  std::vector<Expr> roots = compiled.computation.inputs;
  roots.push_back(compiled.loss.written);
  roots.insert(roots.end(), compiled.loss.variables.begin(), compiled.loss.variables.end());
  Bindings at = random_bindings(pool, roots, 1, compiled.sizes);
  calm(at, pool, 5);  // near 0, where a softmax is not saturated
  for (const auto& [input, value] : compiled.loss.fixed.inputs) at.inputs[input].values = value.values;
  for (const Expr variable : compiled.loss.variables)
    at.inputs[variable] = at.inputs.at(compiled.computation.inputs[place_of(pool, compiled, variable)]);
  return at;
}

}  // namespace

template <class Real>
std::optional<Diagnostic> checked_compiled(const Pool& pool, const CompiledLoss& compiled,
                                           const CompiledPlans<Real>& plans) {
  const LossComputation& loss = compiled.loss;
  if (work_of(pool, {loss.written}, compiled.sizes).operations > cheap_work) return std::nullopt;
  const Bindings at = drawn(pool, compiled);
  const Plan& plan = plans.plan(0);
  Workspace<Real> workspace(plan.workspace);
  std::vector<Real> data;
  for (std::size_t i = 0; i < compiled.computation.inputs.size(); ++i) {
    const std::vector<double>& values = at.inputs.at(compiled.computation.inputs[i]).values;
    const std::span<Real> place = workspace[plan[plan.inputs[i]]];
    std::transform(values.begin(), values.end(), place.begin(), [](double x) { return static_cast<Real>(x); });
    if (compiled.rate && plan[plan.inputs[i]].name == "learning rate") place[0] = static_cast<Real>(*compiled.rate);
  }
  for (const BufferId id : compiled.streamed)
    data.insert(data.end(), workspace[plan[id]].begin(), workspace[plan[id]].end());
  if (!plans.ran(0, workspace.span(), data)) return std::nullopt;
  ProgramResult result;
  result.value = static_cast<double>(workspace[plan[plan.outputs[0]]][0]);
  std::vector<Expr> by;
  for (std::size_t p = 0; p < loss.variables.size(); ++p) {
    const std::vector<double>& before = at.inputs.at(loss.variables[p]).values;
    if (plan.outputs.size() > loss.variables.size()) {
      const std::span<Real> found = workspace[plan[plan.outputs[p + 1]]];
      result.gradients.emplace_back(found.begin(), found.end());
    } else if (compiled.rate && *compiled.rate >= least_rate && is_moved(pool, compiled, loss.variables[p])) {
      const std::span<Real> after = workspace[plan[plan.inputs[place_of(pool, compiled, loss.variables[p])]]];
      std::vector<double>& slope = result.gradients.emplace_back();
      for (std::size_t k = 0; k < before.size(); ++k)
        slope.push_back((before[k] - static_cast<double>(after[k])) / *compiled.rate);
    } else {
      continue;
    }
    by.push_back(loss.variables[p]);
  }
  constexpr bool is_single = std::is_same_v<Real, float>;
  const auto found = disagreement(pool, {loss.written, by, {at}}, result, is_single ? 1e-2 : 1e-5);
  if (!found) return std::nullopt;
  // Seven digits may be too few for this loss: that is no fault of the program.
  if constexpr (is_single)
    return checked_compiled(pool, compiled, CompiledPlans<double>::of({{plan, compiled.streamed}}));
  const std::string which = found->variable ? fmt::format("gradient of `{}` by `{}`", loss.computation.name,
                                                          pool.payload<InputInfo>(by[*found->variable]).name)
                                            : fmt::format("value of `{}`", loss.computation.name);
  return error("G0904", fmt::format("the compiled {} does not agree with the formula: {:.9g} and {:.9g}", which,
                                    found->program, found->formula))
      .help("this is a fault of the program; please report the worksheet");
}

template std::optional<Diagnostic> checked_compiled<float>(const Pool&, const CompiledLoss&,
                                                           const CompiledPlans<float>&);
template std::optional<Diagnostic> checked_compiled<double>(const Pool&, const CompiledLoss&,
                                                            const CompiledPlans<double>&);

std::optional<Diagnostic> checked_loss_program(Session& session, const DimValues& sizes, Precision precision) {
  const auto loss = loss_computation(session);
  if (!loss) return loss.error();
  auto plan = plan_for(session.pool(), loss->computation, sizes);
  if (!plan) return plan.error();
  const CompiledLoss compiled{*loss, loss->computation, {}, sizes, {}};
  if (precision == Precision::float32)
    return checked_compiled(session.pool(), compiled, CompiledPlans<float>::of({{*std::move(plan), {}}}));
  return checked_compiled(session.pool(), compiled, CompiledPlans<double>::of({{*std::move(plan), {}}}));
}

}  // namespace gradwright
