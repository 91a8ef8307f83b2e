// `gradwright eval`: values of every definition. Matrices are arrays of rows, columns (n×1) flat arrays.
#include <fmt/format.h>

#include <cstdio>

#include "api/evaluated.h"
#include "commands.h"
#include "effect.h"
#include "json.h"
#include "parameters.h"

namespace gradwright::cli {
namespace {

int fail(const std::string& code, const std::string& message, const std::string& help, const Streams& streams) {
  return show_fault(error(code, message).help(help), Text("", ""), streams);
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
    show_note(without_effect(name, is_defined ? "the sheet computes it" : "the sheet does not declare it",
                             "leave it out of the values"));
  }
  std::vector<std::pair<const Declaration*, RowMajor>> arrays;
  for (const Declaration& declaration : session.program().declarations) {
    if (!given->contains(declaration.name)) continue;
    const std::optional<RowMajor>& array = given->at(declaration.name);
    if (!array)
      return fail("G0503",
                  fmt::format("the value of `{}` is no number or rectangular array of numbers", declaration.name),
                  "every row has the same length", streams);
    arrays.emplace_back(&declaration, *array);
    if (command.raw) continue;
    if (const auto fault = as_trained(*trained, session, declaration.name, arrays.back().second.values, told))
      return show_fault(*fault, *text, streams);
  }
  for (const Diagnostic& note : told) show_note(note);
  for (const auto& [name, numbers] : trained->arrays) {
    if (!given->contains(name))
      arrays.emplace_back(session.program().declaration(name), RowMajor{numbers.shape, numbers.data, {}});
  }
  DimValues sizes;
  for (const std::string& symbol : pool.dims().symbols()) {
    const auto found = given->find(symbol);
    if (found != given->end() && found->second && found->second->whole) sizes[symbol] = *found->second->whole;
  }
  std::vector<GivenValue> all;
  for (const auto& [declaration, array] : arrays) all.push_back({declaration, column_major(array)});
  const auto results = evaluated(session, all, sizes);
  if (!results) return show_fault(results.error(), *text, streams);
  std::puts(eval_json(*results).c_str());
  return session.has_errors() ? input_fault : fine;
}

}  // namespace gradwright::cli
