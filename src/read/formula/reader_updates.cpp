// Updates: `name := expr`, the lines of an optimiser.
#include <fmt/format.h>

#include <algorithm>

#include "read/formula/reader.h"

namespace gradwright {

const Definition* UpdatingProgram::update(std::string_view name) const {
  const auto found =
      std::find_if(updates.rbegin(), updates.rend(), [&](const Definition& one) { return one.name == name; });
  return found == updates.rend() ? nullptr : &*found;
}

UpdatingProgram read_updates(const Text& text, Pool& pool, const ReadOptions& options, const std::string& states_like) {
  formula::Reader reader(text, pool, options, states_like);
  reader.read();
  return {std::move(reader.program()), std::move(reader.updates())};
}

std::vector<Assignment> assignments_of(const Text& text) {
  formula::Reporter silent;
  formula::AstPool asts;
  const std::vector<formula::Token> tokens = formula::tokens_of(text, silent);
  std::vector<Assignment> found;
  for (const formula::Statement& one : formula::Parser(text, tokens, asts, silent).statements()) {
    const bool is_update = one.kind == formula::StatementKind::update;
    if (!is_update && (one.kind != formula::StatementKind::definition || one.is_indexed)) continue;
    if (one.value.is_none()) continue;
    found.push_back({one.names[0].text, one.span, {one.sign.end, one.span.end}, is_update});
  }
  return found;
}

}  // namespace gradwright

namespace gradwright::formula {

/// Names that are given a value by updates alone.
void Reader::declare_states() {
  const Binding& like = elaborator_.bindings[states_like_];
  if (like.kind != Binding::Kind::input) return;
  const Shape surface = like.value.surface;
  for (const Statement& statement : statements_) {
    if (statement.kind != StatementKind::update) continue;
    const NameAt& name = statement.names[0];
    if (elaborator_.bindings.contains(name.text)) continue;
    Declaration state;
    state.name = name.text;
    state.surface = surface;
    state.span = name.span;
    state.input = make_input(pool_, {name.text, Role::data, Property::none, surface});
    elaborator_.bindings[name.text] = {Binding::Kind::input, {state.input, surface, false, {}, {}}, name.span, {}};
    program_.names.emplace(state.input, Name{name.text, surface});
    program_.declarations.push_back(std::move(state));
  }
}

void Reader::update(const Statement& statement) {
  const NameAt& name = statement.names[0];
  Binding& binding = elaborator_.bindings[name.text];
  if (states_like_.empty()) {
    Diagnostic& diagnostic =
        reporter_.error("G0112", statement.sign, "`:=` stands in a sheet, and only an optimiser updates");
    diagnostic.help(
        "a name of a sheet means one thing: define it by `=`; an optimiser is a file of its own, "
        "for `gradwright train --optimizer`");
    diagnostic.fix(statement.sign, "=", "define it by `=`");
    if (binding.span.is_empty()) binding.span = name.span;  // poisoned
    return;
  }
  const Value value = statement.value.is_none() ? Value{} : elaborator_.value_of(statement.value);
  const Binding before = binding;
  binding.kind = Binding::Kind::poisoned;
  if (before.kind == Binding::Kind::later) {
    reporter_.error("G0305", name.span, fmt::format("`{}` is updated above its definition", name.text));
    return;
  }
  if (value.is_poisoned() || !value.indices.empty() || before.kind == Binding::Kind::poisoned) return;
  if (value.surface != before.value.surface) {
    reporter_
        .error("G0216", statement.span,
               fmt::format("the new `{}` is {}, and `{}` is {}", name.text, elaborator_.size_text(value.surface),
                           name.text, elaborator_.size_text(before.value.surface)))
        .help("entry by entry: .* ./ .^");
    return;
  }
  binding = {Binding::Kind::definition, {value.expr, value.surface, false, {}, {}}, before.span, statement.value};
  if (pool_.kind(value.expr) != Kind::literal) program_.names.emplace(value.expr, Name{name.text, value.surface});
  updates_.push_back({name.text, value.expr, value.surface, statement.span, uses_of(statement.value)});
}

}  // namespace gradwright::formula
