#include "api/train_task.h"

#include <algorithm>

#include "derive/adjoint.h"
#include "sheet/derivatives.h"
#include "simplify/simplify.h"
#include "train/structured.h"

namespace gradwright {
namespace {

/// The size that counts samples: a free one, the first or last axis of both data inputs, and of no parameter.
std::optional<std::string> batch_size(const Pool& pool, Expr features, Expr target,
                                      const std::vector<Expr>& parameters) {
  const Shape& shape = pool.shape(features);
  const Shape& other = pool.shape(target);
  if (shape.empty() || other.empty()) return std::nullopt;
  for (const Dim dim : {shape.front(), shape.back()}) {
    const std::string name = pool.dims().to_string(dim);
    const bool is_symbol = pool.dims().has_symbol(name) && !pool.dims().value(dim, {});
    const bool is_shared = std::count(shape.begin(), shape.end(), dim) == 1 &&
                           std::count(other.begin(), other.end(), dim) == 1 &&
                           (other.front() == dim || other.back() == dim);
    const bool is_in_parameter = std::any_of(parameters.begin(), parameters.end(), [&](Expr parameter) {
      return std::any_of(pool.shape(parameter).begin(), pool.shape(parameter).end(),
                         [&](Dim axis) { return !pool.dims().value(axis, {}) && axis == dim; });
    });
    if (is_symbol && is_shared && !is_in_parameter) return name;
  }
  return std::nullopt;
}

/// The definitions that the loss is computed from, the loss last; those that were dissolved in a user are left out.
std::vector<NamedFormula> formulas_of(const Pool& pool, const Program& program, const Definition& loss) {
  const std::vector<Expr> parts = reachable(pool, {loss.expr});
  std::vector<NamedFormula> formulas;
  for (const Definition& definition : program.definitions) {
    if (!definition.expr.is_none() && definition.expr != loss.expr && pool.kind(definition.expr) != Kind::input &&
        std::binary_search(parts.begin(), parts.end(), definition.expr))
      formulas.push_back({definition.name, definition.expr, definition.span});
  }
  formulas.push_back({loss.name, loss.expr, loss.span});
  return formulas;
}

/// ∂L/∂z for the definitions from the loss down, then for the parameters, the last first.
std::vector<NamedFormula> backward_of(Pool& pool, const std::vector<NamedFormula>& formulas,
                                      const std::vector<Parameter>& parameters) {
  const NamedFormula& loss = formulas.back();
  std::vector<NamedFormula> result;
  std::vector<Expr> wrt;
  const auto add = [&](const std::string& name, Expr by, Span span) {
    result.push_back({"∂" + loss.name + "/∂" + name, {}, span});
    wrt.push_back(by);
  };
  for (std::size_t i = formulas.size() - 1; i-- > 0;) add(formulas[i].name, formulas[i].expr, formulas[i].span);
  for (std::size_t p = parameters.size(); p-- > 0;) add(parameters[p].name, parameters[p].input, parameters[p].span);
  Trace trace;
  const Adjoints found = adjoints(pool, loss.expr, wrt, trace);
  for (std::size_t i = 0; i < result.size(); ++i) result[i].expr = found.of_wrt[i];
  return result;
}

tl::expected<std::vector<NamedFormula>, Diagnostic> metrics_of(const Pool& pool, const Program& program,
                                                               const std::vector<std::string>& names) {
  std::vector<NamedFormula> metrics;
  for (const std::string& name : names) {
    const Definition* definition = program.definition(name);
    if (definition == nullptr || definition->expr.is_none())
      return tl::unexpected(error("G0306", "the metric `" + name + "` is not defined in the sheet")
                                .help("define it: `" + name + " = …`"));
    if (pool.order(definition->expr) > 0)
      return tl::unexpected(
          error("G0210", "a metric is one number").at(definition->span).help("take its mean or its sum"));
    metrics.push_back({name, definition->expr, definition->span});
  }
  return metrics;
}

}  // namespace

tl::expected<TrainTask, Diagnostic> train_task(Session& session, const std::vector<std::string>& metrics) {
  Pool& pool = session.pool();
  std::vector<const Declaration*> trained;
  for (const Declaration& declaration : session.program().declarations) {
    if (pool.payload<InputInfo>(declaration.input).role == Role::parameter) trained.push_back(&declaration);
  }
  const Program program = without_facts_of(session.text(), pool, session.program(), trained);
  const auto request = std::find_if(program.requests.begin(), program.requests.end(),
                                    [](const Request& r) { return r.kind == Request::Kind::minimize; });
  if (request == program.requests.end())
    return tl::unexpected(error("G0405", "the sheet does not say what to minimise").help("add a line `minimize L`"));
  const Definition* loss = program.definition(request->of.name);
  if (loss == nullptr || loss->expr.is_none())
    return tl::unexpected(
        error("G0306", "the loss is not defined in the sheet").at(request->span).help("define it above `minimize`"));
  TrainTask task;
  Trace trace;
  task.loss = simplified(pool, {loss->expr}, {}, trace)[0];
  std::vector<Expr> data;
  std::vector<Expr> wrt;
  for (const Declaration& declaration : program.declarations) {
    switch (pool.payload<InputInfo>(declaration.input).role) {
      case Role::data: data.push_back(declaration.input); break;
      case Role::parameter:
        wrt.push_back(declaration.input);
        task.parameters.push_back({declaration.name, declaration.input, declaration.initialiser,
                                   declaration.initialiser_args, declaration.span,
                                   structure_of(pool.payload<InputInfo>(declaration.input).properties)});
        if (auto unkept = unkept_property(pool, task.parameters.back())) return tl::unexpected(*std::move(unkept));
        break;
      case Role::constant: {
        Tensor value{{}, declaration.constant};
        for (const Dim dim : pool.shape(declaration.input))
          value.extents.push_back(pool.dims().constant_value(dim).value_or(1));
        task.fixed.inputs.emplace(declaration.input, std::move(value));
        break;
      }
      case Role::cut: break;
    }
  }
  if (wrt.empty())
    return tl::unexpected(error("G0306", "the sheet has no `param` to train")
                              .at(request->span)
                              .help("declare what is trained as `param W : R[h,d]`"));
  if (data.size() != 2)
    return tl::unexpected(error("G0502", "training needs exactly two data inputs: features and target")
                              .at(request->span)
                              .help("declare `x : R[64]` and `y : R[10]`"));
  task.features = data[0];
  task.target = data[1];
  task.batch = batch_size(pool, task.features, task.target, wrt);
  task.gradients = simplified(pool, adjoints(pool, task.loss, wrt, trace).of_wrt, {}, trace);
  auto told = metrics_of(pool, program, metrics);
  if (!told) return tl::unexpected(told.error());
  task.metrics = *std::move(told);
  task.formulas = formulas_of(pool, program, *loss);
  task.backward = [formulas = task.formulas, parameters = task.parameters](Pool& nodes) {
    return backward_of(nodes, formulas, parameters);
  };
  Program bounded;
  bounded.bounds = session.program().bounds;
  task.outside = [bounded, &pool](const DimValues& sizes) { return bounded.read_outside(pool.dims(), sizes); };
  // The prediction: the last definition of the target's shape that looks at the features, and not at the target.
  for (const Definition& definition : program.definitions) {
    if (definition.expr.is_none() || pool.shape(definition.expr) != pool.shape(task.target) ||
        definition.name == request->of.name)
      continue;
    const std::vector<Expr> parts = reachable(pool, {definition.expr});
    if (!std::binary_search(parts.begin(), parts.end(), task.features) ||
        std::binary_search(parts.begin(), parts.end(), task.target))
      continue;
    task.prediction = definition.expr;
    task.predicted = definition.name;
  }
  return task;
}

}  // namespace gradwright
