// `gradwright eval`: values of every definition. Matrices are arrays of rows, columns (n×1) flat arrays.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "commands.h"
#include "effect.h"
#include "json.h"
#include "parameters.h"

namespace gradwright::cli {
namespace {

bool is_open(const gw::Sheet& sheet, const std::string& name) {
  return std::ranges::count(sheet.open_sizes(), name) > 0;
}

/// Of the values those that no input and no size of the sheet takes.
void note_idle(const gw::Sheet& sheet, const NamedArrays& given) {
  const std::vector<gw::Name> names = sheet.names();
  for (const auto& [name, value] : given) {
    const auto found = std::ranges::find(names, name, &gw::Name::name);
    const bool is_defined = found != names.end() && found->role == gw::Name::Role::defined;
    if ((found != names.end() && !is_defined) || is_open(sheet, name)) continue;
    show_note(without_effect(name, is_defined ? "the sheet computes it" : "the sheet does not declare it",
                             "leave it out of the values"));
  }
}

/// The values that inputs take.
gw::Result<gw::Inputs> inputs_among(const gw::Sheet& sheet, const NamedArrays& given) {
  gw::Inputs inputs;
  for (const gw::Name& one : sheet.names()) {
    const auto value = given.find(one.name);
    if (one.role == gw::Name::Role::defined || value == given.end()) continue;
    if (!value->second)
      return tl::unexpected(
          fault("G0503", fmt::format("the value of `{}` is no number or rectangular array of numbers", one.name),
                "every row has the same length"));
    inputs.emplace(one.name, column_major(*value->second));
  }
  return inputs;
}

gw::Sizes sizes_among(const gw::Sheet& sheet, const NamedArrays& given) {
  gw::Sizes sizes;
  for (const std::string& symbol : sheet.open_sizes()) {
    const auto found = given.find(symbol);
    if (found != given.end() && found->second && found->second->whole) sizes[symbol] = *found->second->whole;
  }
  return sizes;
}

}  // namespace

int run_eval(const EvalCommand& command, const Streams& streams) {
  const auto sheet = sheet_in(command.file, streams);
  const auto values = text_in(command.inputs, streams);
  if (!sheet || !values) return environment_fault;
  show(sheet->diagnostics(), streams);
  const auto given = named_arrays(*values, name_of_text(command.inputs));
  if (!given) return show_fault(given.error(), streams);
  note_idle(*sheet, *given);
  const auto inputs = inputs_among(*sheet, *given).and_then([&](const gw::Inputs& all) {
    return with_parameters(*sheet, command.parameters, command.raw, all);
  });
  if (!inputs) return show_fault(inputs.error(), streams);
  const auto results = gw::evaluated(*sheet, *inputs, sizes_among(*sheet, *given));
  if (!results) return show_fault(results.error(), streams);
  NamedValues told;
  for (const gw::Name& one : sheet->names()) {
    if (const auto value = results->find(one.name); value != results->end()) told.emplace_back(one.name, value->second);
  }
  std::puts(eval_json(told).c_str());
  return sheet->has_errors() ? input_fault : fine;
}

}  // namespace gradwright::cli
