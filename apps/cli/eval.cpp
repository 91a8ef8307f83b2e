// `gradwright eval`: values of every definition. Matrices are arrays of rows, columns (n×1) flat arrays.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "commands.h"
#include "effect.h"
#include "json.h"
#include "parameters.h"
#include "data/memory.h"
#include "ir/make.h"
#include "ir/work.h"
#include "lower/stabilise.h"
#include "train/declared.h"

namespace gradwright::cli {
namespace {

int fail(const std::string& code, const std::string& message, const std::string& help, const Streams& streams) {
  return show_fault({code, Severity::error, message, {}, {}, {}, {help}, {}}, Text("", ""), streams);
}

}  // namespace

int run_eval(const EvalCommand& command, const Streams& streams) {
  const std::string& inputs = command.inputs;
  const auto text = read_text(command.file, streams);
  const auto values = read_text(inputs, streams);
  if (!text || !values) return environment_fault;
  Session session(*text);
  show_diagnostics(session, streams);
  const auto given = named_arrays(values->content());
  if (!given) return show_fault(given.error(), *values, streams);
  const auto trained = parameters_in(command.parameters, session);
  if (!trained) return show_fault(trained.error(), *text, streams);
  std::vector<Diagnostic> told;
  Pool& pool = session.pool();
  for (const auto& [name, value] : *given) {
    if (session.program().declaration(name) != nullptr || pool.dims().has_symbol(name)) continue;
    const bool is_defined = session.program().definition(name) != nullptr;
    show_note(without_effect(name, is_defined ? "the sheet computes it" : "the sheet does not declare it", "leave it out of the values"));
  }
  Bindings bindings;
  std::vector<std::pair<const Declaration*, RowMajor>> arrays;
  for (const Declaration& declaration : session.program().declarations) {
    if (!declaration.constant.empty() && !given->contains(declaration.name)) {
      Tensor tensor{{}, declaration.constant};
      for (const Dim dim : pool.shape(declaration.input)) tensor.extents.push_back(pool.dims().constant_value(dim).value_or(1));
      bindings.inputs.emplace(declaration.input, std::move(tensor));
      continue;
    }
    if (!given->contains(declaration.name)) continue;
    const std::optional<RowMajor>& array = given->at(declaration.name);
    if (!array) return fail("G0503", fmt::format("the value of `{}` is no number or rectangular array of numbers", declaration.name), "every row has the same length", streams);
    arrays.emplace_back(&declaration, *array);
    if (command.raw) continue;
    if (const auto fault = as_trained(*trained, session, declaration.name, arrays.back().second.values, told)) return show_fault(*fault, *text, streams);
  }
  for (const Diagnostic& note : told) show_note(note);
  for (const auto& [name, numbers] : trained->arrays) {
    if (!given->contains(name)) arrays.emplace_back(session.program().declaration(name), RowMajor{numbers.shape, numbers.data, {}});
  }
  for (const std::string& symbol : pool.dims().symbols()) {
    const auto found = given->find(symbol);
    if (found != given->end() && found->second && found->second->whole) bindings.dims[symbol] = *found->second->whole;
  }
  for (int round = 0; round < 2; ++round) {  // a size like 2*d waits for d
    for (const auto& [declaration, array] : arrays) {
      if (!sizes_fit(pool.dims(), declaration->surface, array.extents, bindings.dims)) {
        return fail("G0502", fmt::format("the value of `{}` does not have the size it is declared with", declaration->name), "a matrix is an array of rows", streams);
      }
    }
  }
  for (const auto& [declaration, array] : arrays) {
    Tensor tensor = column_major(array);
    tensor.extents.clear();
    for (const Dim dim : pool.shape(declaration->input)) tensor.extents.push_back(pool.dims().value(dim, bindings.dims).value_or(1));
    if (auto broken = undeclared(pool, declaration->input, tensor.extents, tensor.values)) {
      broken->span = declaration->span;
      return show_fault(*broken, *text, streams);
    }
    bindings.inputs.emplace(declaration->input, std::move(tensor));
  }
  if (const auto outside = session.program().read_outside(pool.dims(), bindings.dims)) return show_fault(*outside, *text, streams);
  std::vector<NamedTensor> results;
  for (const Definition& definition : session.program().definitions) {
    if (definition.expr.is_none()) continue;
    for (const Expr missing : missing_bindings(pool, {definition.expr}, bindings)) {
      return fail("G0501", fmt::format("`{}` needs a value of `{}`", definition.name, pool.payload<InputInfo>(missing).name), fmt::format("add it to `{}`", inputs), streams);
    }
    for (const Expr e : reachable(pool, {definition.expr})) {
      for (const Dim dim : pool.shape(e)) {
        const auto size = pool.dims().value(dim, bindings.dims);
        if (!size || *size < 0) return fail("G0504", fmt::format("the size `{}` has no value", pool.dims().to_string(dim)), "add it to the values, or say `dim n = 3` in the sheet", streams);
      }
    }
    if (auto fault = beyond_memory(fmt::format("evaluating `{}`", definition.name), sizeof(double) * work_of(pool, {definition.expr}, bindings.dims).numbers)) {
      fault->span = definition.span;
      return show_fault(*fault, *text, streams);
    }
    Tensor tensor = evaluate(pool, stabilised(pool, {definition.expr})[0], bindings);
    std::vector<std::int64_t> extents;
    for (const Dim dim : definition.surface) extents.push_back(pool.dims().value(dim, bindings.dims).value_or(1));
    if (extents.size() == 2 && extents[1] == 1) extents.pop_back();
    results.push_back({definition.name, std::move(tensor), std::move(extents)});
  }
  std::puts(eval_json(results).c_str());
  return session.has_errors() ? input_fault : fine;
}

}  // namespace gradwright::cli
