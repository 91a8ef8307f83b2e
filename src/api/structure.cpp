#include "api/structure.h"

#include "ir/make.h"
#include "simplify/simplify.h"

namespace gradwright {
namespace {

// A longer formula names the unconstrained one and says only what the structure does to it.
constexpr std::size_t longest_direct_text = 60;

std::string structure_of(Property facts) {
  if (has(facts, Property::diagonal)) return "diagonal";
  if (has(facts, Property::symmetric | Property::spd)) return "symmetric";
  return {};
}

Expr on_diagonal(Pool& pool, Expr g) { return hadamard(pool, {g, make_identity(pool, pool.shape(g)[0])}); }

Expr structured(Pool& pool, Expr g, const std::string& structure) {
  if (structure == "diagonal") return on_diagonal(pool, g);
  return make_add(pool, Shape(pool.shape(g)), {{1, g}, {1, transposed(pool, g)}, {-1, on_diagonal(pool, g)}});
}

}  // namespace

std::optional<Structured> structured_form(Pool& pool, const Derived& derived, Property facts, const Names& names, const PresentOptions& options) {
  const std::string structure = structure_of(facts);
  if (structure.empty() || derived.kind != "gradient" || pool.order(derived.expr) != 2) return std::nullopt;
  Structured result{structure, {}, {}};
  Trace trace;
  result.expr = simplified(pool, {structured(pool, derived.expr, structure)}, names, trace)[0];
  result.formula = presented(pool, result.expr, derived.surface, names, options);
  if (result.formula.where.empty() && result.formula.gw.size() <= longest_direct_text) return result;
  std::string whole = "G";
  const auto taken = options.reserved == nullptr ? reserved_names(pool, names) : *options.reserved;
  while (taken.contains(whole)) whole += "_";
  const Property kept = pool[derived.expr].symmetric ? Property::symmetric : Property::none;
  const Expr free = make_input(pool, {whole, Role::cut, kept, derived.surface});
  result.formula = presented(pool, structured(pool, free, structure), derived.surface, names, options);
  std::vector<WhereItem> where = derived.formula.where;
  where.push_back({whole, derived.formula.gw, derived.formula.unicode, derived.formula.latex, derived.formula.mathml});
  where.insert(where.end(), result.formula.where.begin(), result.formula.where.end());
  result.formula.where = std::move(where);
  return result;
}

}  // namespace gradwright
