#include "sheet/reading.h"

#include "ir/facts.h"

namespace gradwright {
namespace {

/// The free variable that stands for a cut definition.
std::optional<Variable> cut_variable(const Pool& pool, std::string_view name) {
  for (std::uint32_t i = 0; i < pool.size(); ++i) {
    const Expr e{i};
    if (pool.kind(e) != Kind::input) continue;
    const auto& info = pool.payload<InputInfo>(e);
    if (info.role == Role::cut && info.name == name) return Variable{e, info.surface};
  }
  return std::nullopt;
}

/// What is differentiated by, in this request, and has facts that hold at a point only. Freed of them, every entry is its own.
NameSet inputs_with_facts(const Pool& pool, const Program& program, const Request& request, const std::string& wrt) {
  NameSet found;
  const auto note = [&](const std::string& name) {
    const auto variable = variable_named(pool, program, name);
    if (variable && has_facts_at_a_point(pool, variable->expr))
      found.insert(pool.payload<InputInfo>(variable->expr).name);
  };
  note(wrt);
  if (request.kind == Request::Kind::hessian && request.wrt.size() == 2) note(request.wrt[0].name);
  return found;
}

/// A reading of its own for one variable: freed of these facts, or, where there are none, cut free.
void own_reading(const Text& text, Pool& pool, const Program& program, const Request& request, const Target& target,
                 const NameSet& freed, const std::function<void(const SheetReading&)>& derive) {
  const bool is_cut = freed.empty();
  const Program own = read_formula(text, pool, is_cut ? reading_options({target.name}) : reading_options({}, freed));
  const auto of = variable_named(pool, own, request.of.name);
  const auto by = is_cut ? cut_variable(pool, target.name) : variable_named(pool, own, target.name);
  if (!of || !by) return;
  Names names = own.names;
  names.insert_or_assign(by->expr, Name{target.name, by->surface});
  Substitution at_point(pool);
  for (const std::string& fact : freed)
    at_point.replace(own.declaration(fact)->input, program.declaration(fact)->input);
  if (!is_cut) names.insert(program.names.begin(), program.names.end());
  derive({program, own, request, *of, {target}, {*by}, std::move(names), std::move(at_point)});
}

}  // namespace

std::optional<Variable> variable_named(const Pool& pool, const Program& program, std::string_view name) {
  if (const Declaration* declaration = program.declaration(name))
    return Variable{declaration->input, declaration->surface};
  if (const Definition* definition = program.definition(name)) {
    if (!definition->expr.is_none()) return Variable{definition->expr, definition->surface};
  }
  for (const auto& [expr, entry] : program.names) {
    if (entry.text == name && pool.kind(expr) == Kind::input) return Variable{expr, entry.surface};
  }
  return std::nullopt;
}

ReadOptions reading_options(NameSet cuts, NameSet unconstrained) {
  ReadOptions options;
  options.cuts = std::move(cuts);
  options.unconstrained = std::move(unconstrained);
  options.derivative = derivative_of;
  return options;
}

Program without_facts_of(const Text& text, Pool& pool, const Program& program,
                         const std::vector<const Declaration*>& variables) {
  NameSet freed;
  for (const Declaration* variable : variables) {
    if (has_facts_at_a_point(pool, variable->input)) freed.insert(variable->name);
  }
  return freed.empty() ? program : read_formula(text, pool, reading_options({}, std::move(freed)));
}

void each_reading(const Text& text, Pool& pool, const Program& program, const Request& request,
                  const std::function<void(const SheetReading&)>& derive) {
  const auto of = variable_named(pool, program, request.of.name);
  if (!of) return;  // the reader has said so
  const bool is_hessian = request.kind == Request::Kind::hessian;
  std::vector<Target> targets;
  std::vector<Variable> plain;
  const auto derive_plain = [&] {
    if (!plain.empty()) derive({program, program, request, *of, targets, plain, program.names, Substitution(pool)});
    targets.clear();
    plain.clear();
  };
  for (std::size_t i = is_hessian && request.wrt.size() == 2 ? 1 : 0; i < request.wrt.size(); ++i) {
    const Target& target = request.wrt[i];
    const auto by = variable_named(pool, program, target.name);
    if (!by) continue;
    const bool is_input = pool.kind(by->expr) == Kind::input;
    const NameSet freed = is_input ? inputs_with_facts(pool, program, request, target.name) : NameSet{};
    if (is_input && freed.empty()) {
      targets.push_back(target);
      plain.push_back(*by);
      if (is_hessian) derive_plain();  // each is a gradient of its own
      continue;
    }
    derive_plain();
    own_reading(text, pool, program, request, target, freed, derive);
  }
  derive_plain();
}

}  // namespace gradwright
