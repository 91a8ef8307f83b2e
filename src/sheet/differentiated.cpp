#include "sheet/differentiated.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

#include "derive/adjoint.h"
#include "ir/make.h"
#include "simplify/cost.h"
#include "simplify/simplify.h"

namespace gradwright {
namespace {

// A shorter formula is as well said by itself as by its name.
constexpr std::size_t least_cost_of_density = 4;

/// δ3 for z3, δ_h for h, of what is shown by a name; a name that the sheet has already gets a `_`.
Names delta_names(const Program& program, const Names& shown, bool transposed) {
  std::unordered_set<std::string> taken;
  for (const auto& [expr, name] : program.names) taken.insert(name.text);
  Names names;
  for (const Definition& definition : program.definitions) {
    if (!shown.contains(definition.expr) || names.contains(definition.expr)) continue;
    const std::string& own = definition.name;
    const bool is_numbered =
        own.size() > 1 && (own[0] == 'z' || own[0] == 'Z') &&
        std::all_of(own.begin() + 1, own.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    std::string text = is_numbered ? "delta" + own.substr(1) : "delta_" + own;
    if (is_numbered && taken.contains(text)) text = "delta_" + own;
    while (!taken.insert(text).second) text += "_";
    Shape surface = definition.surface;
    if (transposed && surface.size() == 2) std::swap(surface[0], surface[1]);
    names.emplace(definition.expr, Name{text, surface});
  }
  return names;
}

/// The number exp(…) that a density is, or has among its factors; none of another expression, or of one as short as its name.
Expr exponential_of(const Pool& pool, Expr density, const Names& names) {
  if (pool.order(density) > 0 || cost(pool, density, names) < least_cost_of_density) return {};
  const Expr core = split_coefficient(pool, density).expr;
  if (is_map(pool, core, Function::exp)) return core;
  if (pool.kind(core) != Kind::einsum) return {};
  const std::vector<Expr>& factors = pool[core].operands;
  const auto found = std::find_if(factors.begin(), factors.end(),
                                  [&](Expr f) { return pool.order(f) == 0 && is_map(pool, f, Function::exp); });
  return found == factors.end() || names.contains(*found) ? Expr{} : *found;
}

struct Source {
  Expr expr;
  Shape surface;
  Expr inner;
};

/// What is differentiated: simplified; for a second derivative the first one. Nothing where the variable of that is unknown.
std::optional<Source> source_of(Pool& pool, const SheetReading& reading, const Names& names, Trace& trace) {
  Source source{reading.of.expr, reading.of.surface, {}};
  if (reading.is_hessian()) {
    const std::string& own = reading.targets[0].name;
    const std::string& first = reading.is_mixed() ? reading.request.wrt[0].name : own;
    const auto inner = first == own ? reading.by[0] : variable_named(pool, reading.program, first);
    if (!inner) return std::nullopt;
    const Expr plain = simplified(pool, {source.expr}, names, trace)[0];
    source = {simplified(pool, {derivative_of(pool, plain, inner->expr)}, names, trace)[0], inner->surface,
              inner->expr};
  }
  source.expr = simplified(pool, {source.expr}, names, trace)[0];
  // d vec(vec(Z)) = d vec(Z): a reshape around the whole changes no number of a Jacobian.
  const bool is_by_scalar = std::ranges::any_of(reading.by, [&](const Variable& v) { return pool.order(v.expr) == 0; });
  while (pool.kind(source.expr) == Kind::reshape && !is_by_scalar) source.expr = pool[source.expr].operands[0];
  return source;
}

/// A Jacobian may be told by its own function: ∂p/∂z = diag(p) − p·pᵀ; a density too: ∂p/∂x = −p·inv(S)·(x − μ).
bool may_be_told_by_itself(const Pool& pool, const SheetReading& reading, Expr source) {
  return (pool.order(source) == 0 || source == reading.of.expr) && reading.request.kind == Request::Kind::derive &&
         pool.kind(source) != Kind::input;
}

}  // namespace

std::optional<Differentiated> differentiated(Pool& pool, const SheetReading& reading, Layout layout, bool is_verified) {
  Names names = reading.names;
  names.erase(reading.of.expr);
  Trace trace;
  const auto source = source_of(pool, reading, names, trace);
  if (!source) return std::nullopt;
  const bool is_scalar = pool.order(source->expr) == 0;
  AdjointOptions how;
  how.transposed = layout == Layout::numerator;
  if (is_scalar) how.delta_names = delta_names(reading.program, names, how.transposed);
  std::vector<Expr> variables;
  for (const Variable& variable : reading.by) variables.push_back(variable.expr);
  Differentiated found;
  found.source = source->expr;
  found.surface = source->surface;
  found.inner = source->inner;
  found.chain = chain_of(pool, adjoints(pool, source->expr, variables, trace, how), variables, names, trace);
  const bool is_long = found.chain.links.size() > most_flat_nodes;
  found.tensors = is_verified || !is_long ? closed(pool, found.chain, names) : found.chain.results;
  if (may_be_told_by_itself(pool, reading, found.source)) {
    if (is_scalar) found.exponential = exponential_of(pool, found.source, names);
    if (!is_scalar || !found.exponential.is_none())
      names.emplace(found.source, Name{reading.request.of.name, reading.of.surface});
  }
  found.names = std::make_shared<const Names>(std::move(names));
  found.trace = std::make_shared<const Trace>(std::move(trace));
  return found;
}

Expr told_by_density(Pool& pool, Expr value, const Differentiated& of, Trace& trace) {
  Trace own;
  const Expr rest =
      simplified(pool, {substituted(pool, of.source, {{of.exponential, make_literal(pool, 1)}})}, *of.names, own)[0];
  const Expr by_density = make_einsum(pool, {}, {{of.source, {}}, {make_power(pool, rest, -1), {}}}, {});
  const Expr told = simplified(pool, {substituted(pool, value, {{of.exponential, by_density}})}, *of.names, own)[0];
  if (cost(pool, told, *of.names) >= cost(pool, value, *of.names)) return value;
  trace.insert(trace.end(), own.begin(), own.end());
  return told;
}

}  // namespace gradwright
