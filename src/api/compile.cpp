#include "api/compile.h"

#include <algorithm>

#include "derive/adjoint.h"
#include "derive/jacobian.h"
#include "emit/llvm.h"
#include "run/compiler.h"
#include "sheet/derivatives.h"
#include "simplify/simplify.h"

namespace gradwright {
namespace {

/// The line that says what is wanted: `minimize`, else the first derivative of something.
const Request* leading_request(const Program& program) {
  const auto of_kind = [&](Request::Kind kind) {
    const auto found = std::find_if(program.requests.begin(), program.requests.end(),
                                    [&](const Request& request) { return request.kind == kind; });
    return found == program.requests.end() ? nullptr : &*found;
  };
  const Request* minimize = of_kind(Request::Kind::minimize);
  return minimize != nullptr ? minimize : of_kind(Request::Kind::derive);
}

/// The inputs to derive by, in the order asked for.
std::vector<const Declaration*> wanted(const Pool& pool, const Program& program, const Request& leading) {
  std::vector<const Declaration*> all;
  const auto add = [&](const Declaration* declaration) {
    if (declaration != nullptr && std::find(all.begin(), all.end(), declaration) == all.end())
      all.push_back(declaration);
  };
  if (leading.kind == Request::Kind::minimize) {
    for (const Declaration& declaration : program.declarations) {
      if (pool.payload<InputInfo>(declaration.input).role == Role::parameter) add(&declaration);
    }
  }
  for (const Request& request : program.requests) {
    if (leading.kind == Request::Kind::minimize || request.kind != leading.kind || request.of.name != leading.of.name)
      continue;
    for (const Target& by : request.wrt) add(program.declaration(by.name));
  }
  return all;
}

/// What the outputs are computed from, and the inputs `wanted`, in the order of the sheet.
void list_inputs(const Program& program, const Pool& pool, const std::vector<Expr>& wanted, LossComputation& result) {
  std::vector<Expr> roots;
  for (const Computation::Output& output : result.computation.outputs) roots.push_back(output.expr);
  const std::vector<Expr> reached = reachable(pool, roots);
  for (const Declaration& declaration : program.declarations) {
    const bool is_wanted = std::find(wanted.begin(), wanted.end(), declaration.input) != wanted.end();
    if (!is_wanted && std::find(reached.begin(), reached.end(), declaration.input) == reached.end()) continue;
    result.computation.inputs.push_back(declaration.input);
    if (!declaration.constant.empty()) result.fixed.inputs[declaration.input] = {{}, declaration.constant};
  }
}

}  // namespace

tl::expected<LossComputation, Diagnostic> loss_computation(Session& session) {
  const Program& program = session.program();
  Pool& pool = session.pool();
  const Request* request = leading_request(program);
  if (request == nullptr)
    return tl::unexpected(
        error("G0405", "the sheet does not say what to compile").help("add a line `minimize L`, or `derive L wrt W`"));
  const Definition* loss = program.definition(request->of.name);
  if (loss == nullptr || loss->expr.is_none())
    return tl::unexpected(
        error("G0306", "the loss is not defined in the sheet").at(request->span).help("define it above this line"));
  if (pool.order(loss->expr) != 0)
    return tl::unexpected(
        error("G0404", "`" + loss->name + "` is not a number").at(request->span).help("sum its entries: `L = sum(…)`"));
  LossComputation result;
  Trace trace;
  const std::vector<const Declaration*> by = wanted(pool, program, *request);
  const Program free = without_facts_of(session.text(), pool, program, by);
  std::vector<Expr> inputs;
  std::vector<Expr> variables;
  Substitution declared(pool);
  for (const Declaration* declaration : by) {
    inputs.push_back(declaration->input);
    variables.push_back(free.declaration(declaration->name)->input);
    declared.replace(variables.back(), inputs.back());
  }
  result.written = free.definition(loss->name)->expr;
  result.variables = variables;
  Expr value = simplified(pool, {result.written}, {}, trace)[0];
  std::vector<Expr> gradients = simplified(pool, adjoints(pool, value, variables, trace).of_wrt, {}, trace);
  value = declared(value);
  for (Expr& gradient : gradients) gradient = declared(gradient);
  result.computation.name = loss->name;
  result.computation.outputs.push_back({loss->name, value});
  for (std::size_t i = 0; i < by.size(); ++i)
    result.computation.outputs.push_back({"d" + loss->name + "/d" + by[i]->name, gradients[i]});
  list_inputs(program, pool, inputs, result);
  return result;
}

tl::expected<LossComputation, Diagnostic> value_computation(Session& session, const std::vector<std::string>& names) {
  const Program& program = session.program();
  std::vector<Expr> values;
  for (const std::string& name : names) {
    const Definition* definition = program.definition(name);
    if (definition == nullptr || definition->expr.is_none())
      return tl::unexpected(
          error("G0306", "`" + name + "` is not defined in the sheet").help("ask for a definition of the sheet"));
    values.push_back(definition->expr);
  }
  Trace trace;
  values = simplified(session.pool(), values, {}, trace);
  LossComputation result;
  result.computation.name = names[0];
  for (std::size_t i = 0; i < names.size(); ++i) result.computation.outputs.push_back({names[i], values[i]});
  list_inputs(program, session.pool(), {}, result);
  return result;
}

tl::expected<LossProgram, Diagnostic> loss_program(Session& session, const DimValues& sizes,
                                                   const std::vector<std::string>& values) {
  auto loss = values.empty() ? loss_computation(session) : value_computation(session, values);
  if (!loss) return tl::unexpected(loss.error());
  if (auto outside = session.program().read_outside(session.pool().dims(), sizes))
    return tl::unexpected(*std::move(outside));
  LossProgram program;
  LowerOptions options;
  options.told = [&](const lowering::PassReport& report) { program.passes.push_back(report); };
  auto plan = plan_for(session.pool(), loss->computation, sizes, options);
  if (!plan) return tl::unexpected(plan.error());
  program.plan = *std::move(plan);
  for (std::size_t i = 0; i < loss->computation.inputs.size(); ++i) {
    const auto known = loss->fixed.inputs.find(loss->computation.inputs[i]);
    if (known != loss->fixed.inputs.end()) program.constants.push_back({program.plan.inputs[i], known->second.values});
  }
  return program;
}

std::string exported_c(const LossProgram& program, const std::string& name, Precision precision) {
  COptions options;
  options.precision = precision;
  options.enumerate = true;
  return c_file({{name, &program.plan, {}, program.constants}}, options);
}

std::string exported_header(const LossProgram& program, const std::string& name, Precision precision) {
  return c_header({name, &program.plan, {}, program.constants}, precision);
}

std::string exported_llvm(const LossProgram& program, const std::string& name, Precision precision) {
  LlvmOptions options;
  options.precision = precision;
  options.unit = running::vector_unit();
  return llvm_module({{name, &program.plan, {}, program.constants}}, options);
}

}  // namespace gradwright
