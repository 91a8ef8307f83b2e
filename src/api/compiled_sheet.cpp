#include "api/compiled_sheet.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/compile.h"
#include "api/compiled_check.h"
#include "data/memory.h"
#include "sheet/session.h"
#include "train/initial.h"
#include "train/structured.h"

namespace gradwright {
namespace {

const Port* port_named(const std::vector<Port>& ports, std::string_view name) {
  const auto found = std::find_if(ports.begin(), ports.end(), [&](const Port& port) { return port.name == name; });
  return found == ports.end() ? nullptr : &*found;
}

std::string names_of(const std::vector<Port>& ports) {
  std::string names;
  for (const Port& port : ports) names += (names.empty() ? "" : " ") + port.name;
  return names;
}

/// Constants of the sheet, by input.
std::vector<std::pair<Expr, const std::vector<double>*>> constants(const Program& program) {
  std::vector<std::pair<Expr, const std::vector<double>*>> all;
  for (const Declaration& one : program.declarations) {
    if (!one.constant.empty()) all.emplace_back(one.input, &one.constant);
  }
  return all;
}

/// Outputs, inputs and updates that the request asks for.
tl::expected<Computation, Diagnostic> computation_of(Session& session, const CompileRequest& request,
                                                     std::vector<Parameter>& parameters,
                                                     std::optional<LossComputation>& found) {
  const Program& program = session.program();
  Pool& pool = session.pool();
  Computation result;
  if (request.values.empty() || request.gradients || request.rate) {
    auto loss = loss_computation(session);
    if (!loss) return tl::unexpected(loss.error());
    result = loss->computation;
    found = *std::move(loss);
    std::vector<Expr> gradients;
    if (request.rate) {
      std::vector<Parameter> moved;
      for (std::size_t i = 1; i < result.outputs.size(); ++i) {
        const std::string name = result.outputs[i].name.substr(result.outputs[i].name.rfind("/d") + 2);
        const Declaration* declaration = program.declaration(name);
        if (declaration == nullptr || pool.payload<InputInfo>(declaration->input).role != Role::parameter) continue;
        moved.push_back({name,
                         declaration->input,
                         {},
                         {},
                         declaration->span,
                         structure_of(pool.payload<InputInfo>(declaration->input).properties)});
        if (auto unkept = unkept_property(pool, moved.back())) return tl::unexpected(*std::move(unkept));
        gradients.push_back(result.outputs[i].expr);
      }
      if (moved.empty())
        return tl::unexpected(
            error("G0306", "the sheet has no `param` to train").help("declare what is trained as `param W : R[h,d]`"));
      const auto stepping = kept_in_structure(gradient_descent(*request.rate))(pool, moved, gradients);
      if (!stepping) return tl::unexpected(stepping.error());
      result.updates = stepping->updates;
      for (const auto& [input, value] : stepping->constants) result.inputs.push_back(input);
    }
    if (!request.gradients) result.outputs.resize(1);
  }
  for (const std::string& name : request.values) {
    const Definition* definition = program.definition(name);
    if (definition == nullptr || definition->expr.is_none())
      return tl::unexpected(error("G0306", fmt::format("`{}` is not defined in the sheet", name))
                                .help("ask for a definition of the sheet"));
    result.outputs.push_back({name, definition->expr});
  }
  std::vector<Expr> roots;
  for (const Computation::Output& output : result.outputs) roots.push_back(output.expr);
  const std::vector<Expr> reached = reachable(pool, roots);
  for (const Declaration& declaration : program.declarations) {
    const bool is_listed =
        std::find(result.inputs.begin(), result.inputs.end(), declaration.input) != result.inputs.end();
    if (!is_listed && std::find(reached.begin(), reached.end(), declaration.input) != reached.end())
      result.inputs.push_back(declaration.input);
    if (pool.payload<InputInfo>(declaration.input).role == Role::parameter)
      parameters.push_back({declaration.name, declaration.input, declaration.initialiser, declaration.initialiser_args,
                            declaration.span, structure_of(pool.payload<InputInfo>(declaration.input).properties)});
  }
  return result;
}

Port port_of(const Buffer& buffer) { return {buffer.name, buffer.extents}; }

}  // namespace

std::size_t Port::count() const {
  std::size_t product = 1;
  for (const std::int64_t extent : extents) product *= static_cast<std::size_t>(extent);
  return product;
}

template <class Real>
tl::expected<CompiledSheet<Real>, Diagnostic> CompiledSheet<Real>::of(Session& session, const CompileRequest& request) {
  CompiledSheet result;
  std::optional<LossComputation> loss;
  const auto computation = computation_of(session, request, result.parameters_, loss);
  if (!computation) return tl::unexpected(computation.error());
  if (auto outside = session.program().read_outside(session.pool().dims(), request.sizes))
    return tl::unexpected(*std::move(outside));
  auto plan = plan_for(session.pool(), *computation, request.sizes);
  if (!plan) return tl::unexpected(plan.error());
  if (auto fault = beyond_memory("the program", static_cast<double>(plan->workspace) * sizeof(Real)))
    return tl::unexpected(*std::move(fault));
  result.workspace_ = Workspace<Real>(plan->workspace);
  for (std::size_t i = 0; i < computation->inputs.size(); ++i) {
    const Buffer& buffer = (*plan)[plan->inputs[i]];
    result.inputs_.push_back(port_of(buffer));
    const std::span<Real> place = result.workspace_[buffer];
    for (const auto& [input, values] : constants(session.program())) {
      if (input == computation->inputs[i])
        std::transform(values->begin(), values->end(), place.begin(), [](double x) { return static_cast<Real>(x); });
    }
    if (request.rate && buffer.name == "learning rate") place[0] = static_cast<Real>(*request.rate);
  }
  for (const BufferId id : plan->outputs) result.outputs_.push_back(port_of((*plan)[id]));
  std::vector<BufferId> streamed;
  for (const std::string& name : request.stream) {
    const Port* port = port_named(result.inputs_, name);
    if (port == nullptr)
      return tl::unexpected(error("G0306", fmt::format("the program has no input `{}` to stream", name))
                                .help("its inputs are " + names_of(result.inputs_)));
    streamed.push_back(plan->inputs[static_cast<std::size_t>(port - result.inputs_.data())]);
    result.streamed_.push_back(result.workspace_[(*plan)[streamed.back()]]);
  }
  result.plans_ = CompiledPlans<Real>::of({{*std::move(plan), streamed}}, request.compile);
  if (loss) {
    const CompiledLoss compiled{*loss, *computation, std::move(streamed), request.sizes, request.rate};
    if (auto fault = checked_compiled(session.pool(), compiled, result.plans_))
      return tl::unexpected(*std::move(fault));
  }
  return result;
}

template <class Real>
void CompiledSheet<Real>::initialise(std::uint64_t seed) {
  Generator random(seed);
  for (const Parameter& parameter : parameters_) {
    const Port* port = port_named(inputs_, parameter.name);
    if (port == nullptr) continue;
    const Tensor value = initial_value(random, parameter, port->extents);
    std::transform(value.values.begin(), value.values.end(), input(parameter.name).begin(),
                   [](double x) { return static_cast<Real>(x); });
  }
}

template <class Real>
tl::expected<void, Diagnostic> CompiledSheet<Real>::set(std::string_view name, std::span<const Real> numbers) {
  const Port* port = port_named(inputs_, name);
  if (port == nullptr)
    return tl::unexpected(
        error("G0306", fmt::format("the program has no input `{}`", name)).help("its inputs are " + names_of(inputs_)));
  if (port->count() != numbers.size())
    return tl::unexpected(
        error("G0502", fmt::format("`{}` takes {} numbers, not {}", name, port->count(), numbers.size()))
            .help("column by column: the first axis varies fastest"));
  std::copy(numbers.begin(), numbers.end(), input(name).begin());
  return {};
}

template <class Real>
std::span<Real> CompiledSheet<Real>::input(std::string_view name) {
  const Port* port = port_named(inputs_, name);
  if (port == nullptr) return {};
  const Plan& plan = plans_.plan(0);
  return workspace_[plan[plan.inputs[static_cast<std::size_t>(port - inputs_.data())]]];
}

template <class Real>
std::span<const Real> CompiledSheet<Real>::output(std::string_view name) const {
  const Port* port = port_named(outputs_, name);
  if (port == nullptr) return {};
  const Plan& plan = plans_.plan(0);
  return workspace_[plan[plan.outputs[static_cast<std::size_t>(port - outputs_.data())]]];
}

template <class Real>
void CompiledSheet<Real>::run() {
  step_.clear();
  for (const std::span<Real> input : streamed_) step_.insert(step_.end(), input.begin(), input.end());
  (void)plans_.ran(0, workspace_.span(), step_, 1);
}

template <class Real>
tl::expected<void, Diagnostic> CompiledSheet<Real>::run(std::span<const Real> data, std::int64_t steps) {
  const std::size_t width = plans_.width(0);
  if (width == 0)
    return tl::unexpected(
        error("G0502", "no input streams").help("name those that do when compiling: `.stream = {\"x\", \"y\"}`"));
  if (steps < 0 || data.size() != width * static_cast<std::size_t>(steps))
    return tl::unexpected(
        error("G0502", fmt::format("{} steps take {} numbers, not {}", steps,
                                   width * static_cast<std::size_t>(std::max<std::int64_t>(0, steps)), data.size()))
            .help("for each step the inputs that stream, one after another"));
  (void)plans_.ran(0, workspace_.span(), data, steps);
  return {};
}

template <class Real>
Real CompiledSheet<Real>::value() const {
  const Plan& plan = plans_.plan(0);
  const std::span<const Real> numbers = workspace_[plan[plan.outputs[0]]];
  return numbers.empty() ? Real{0} : numbers[0];
}

template class CompiledSheet<float>;
template class CompiledSheet<double>;

}  // namespace gradwright
