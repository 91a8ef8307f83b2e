#include "sheet/derivatives.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

#include "derive/adjoint.h"
#include "derive/jacobian.h"
#include "derive/verification.h"
#include "explain/chain.h"
#include "ir/facts.h"
#include "ir/make.h"
#include "sheet/structure.h"
#include "simplify/cost.h"
#include "simplify/simplify.h"

namespace gradwright {
namespace {

// A formula of more nodes is told as a chain only; a flat one that is longer as text is not shown where the chain is shorter.
constexpr std::size_t most_flat_nodes = 300;
constexpr std::size_t longest_flat_text = 160;
// A shorter formula is as well said by itself as by its name.
constexpr std::size_t least_cost_of_density = 4;

struct Variable {
  Expr expr;
  Shape surface;
};

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

Dim count_of(DimTable& dims, const Shape& shape) {
  Dim total = dims.one();
  for (const Dim dim : shape) total = dims.product(total, dim);
  return total;
}

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

/// c·exp(u)·∂u told by its density p = c·exp(u): p·∂u. `names` hold p.
Expr told_by_density(Pool& pool, Expr value, Expr density, Expr exponential, const Names& names, Trace& trace) {
  Trace spare;
  const Expr rest =
      simplified(pool, {substituted(pool, density, {{exponential, make_literal(pool, 1)}})}, names, spare)[0];
  const Expr by_density = make_einsum(pool, {}, {{density, {}}, {make_power(pool, rest, -1), {}}}, {});
  const Expr told = simplified(pool, {substituted(pool, value, {{exponential, by_density}})}, names, spare)[0];
  if (cost(pool, told, names) >= cost(pool, value, names)) return value;
  trace.insert(trace.end(), spare.begin(), spare.end());
  return told;
}

/// Derivatives of one expression by several variables of one reading of the sheet.
class Derivation {
 public:
  Derivation(Pool& pool, const Program& program, const Request& request, const DeriveOptions& options)
      : pool_(pool),
        program_(program),
        request_(request),
        options_(options),
        layout_(options.layout.value_or(program.layout)) {}

  [[nodiscard]] std::vector<Derived> results(const Program& reading, const Variable& of, const std::vector<Target>& wrt,
                                             const std::vector<Variable>& by, Names names,
                                             const Substitution& constrained) {
    names.erase(of.expr);
    auto shared_names = std::make_shared<const Names>(std::move(names));
    names_ = shared_names.get();
    Expr source = of.expr;
    Shape source_surface = of.surface;
    Trace trace;
    Expr inner_variable;  // of a second derivative: that of the first
    if (request_.kind == Request::Kind::hessian) {
      const std::string& first = request_.wrt.size() == 2 ? request_.wrt[0].name : wrt[0].name;
      const auto inner = first == wrt[0].name ? by[0] : variable_named(pool_, reading, first);
      if (!inner) return {};
      const Expr plain = simplified(pool_, {source}, *names_, trace)[0];
      source = simplified(pool_, {derivative_of(pool_, plain, inner->expr)}, *names_, trace)[0];
      source_surface = inner->surface;
      inner_variable = inner->expr;
    }
    source = simplified(pool_, {source}, *names_, trace)[0];
    // d vec(vec(Z)) = d vec(Z): a reshape around the whole changes no number of a Jacobian.
    const bool is_by_scalar =
        std::any_of(by.begin(), by.end(), [&](const Variable& variable) { return pool_.order(variable.expr) == 0; });
    while (pool_.kind(source) == Kind::reshape && !is_by_scalar) source = pool_[source].operands[0];
    AdjointOptions how;
    const bool is_scalar = pool_.order(source) == 0;
    how.transposed = layout_ == Layout::numerator;
    if (is_scalar) how.delta_names = delta_names(reading, *names_, how.transposed);
    std::vector<Expr> variables;
    for (const Variable& variable : by) variables.push_back(variable.expr);
    const Adjoints found = adjoints(pool_, source, variables, trace, how);
    const Chain chain = chain_of(pool_, found, variables, *names_, trace);
    // Nobody asks for the long form of a long chain that is not verified.
    const std::vector<Expr> without_variables =
        options_.verify || chain.links.size() <= most_flat_nodes ? closed(pool_, chain, *names_) : chain.results;
    // A Jacobian may be told by its own function: ∂p/∂z = diag(p) − p·pᵀ; a density too: ∂p/∂x = −p·inv(S)·(x − μ).
    const bool may_tell =
        (is_scalar || source == of.expr) && request_.kind == Request::Kind::derive && pool_.kind(source) != Kind::input;
    const Expr exponential = may_tell && is_scalar ? exponential_of(pool_, source, *names_) : Expr{};
    if (may_tell && (!is_scalar || !exponential.is_none())) {
      Names with_source = *names_;
      with_source.emplace(source, Name{request_.of.name, of.surface});
      shared_names = std::make_shared<const Names>(std::move(with_source));
      names_ = shared_names.get();
    }
    reserved_ = reserved_names(pool_, *names_);
    lines_.clear();
    is_only_ = by.size() == 1;
    const auto shared_trace = std::make_shared<const Trace>(std::move(trace));
    std::vector<Expr> unturned;  // the results before the layout turns them
    std::vector<Derived> all;
    for (std::size_t i = 0; i < by.size(); ++i) {
      Derived result;
      result.of = request_.of.name;
      result.wrt = wrt[i].name;
      result.entry = wrt[i].entry;
      if (request_.kind == Request::Kind::hessian && request_.wrt.size() == 2) result.first = request_.wrt[0].name;
      result.layout = layout_;
      result.source = source;
      result.variable = by[i].expr;
      result.names = shared_names;
      Trace own;
      shape_result(result, source, source_surface, by[i]);
      Expr last = laid_out(chain.results[i], result, is_scalar);
      Expr whole = laid_out(without_variables[i], result, is_scalar);
      const std::vector<Link> links = links_of(pool_, chain, last, *names_);
      if (links.empty() || reachable_within(pool_, {whole}, *names_).size() <= most_flat_nodes)
        whole = simplified(pool_, {whole}, *names_, own)[0];
      if (links.empty() && !exponential.is_none())
        whole = told_by_density(pool_, whole, source, exponential, *names_, own);
      if (links.empty())
        last = whole;
      else if (is_turned_)
        last = simplified(pool_, {last}, *names_, own)[0];
      unturned.push_back(is_turned_ && (pool_.order(whole) == 2 || !is_scalar) ? transposed(pool_, whole) : whole);
      Substitution structured = constrained;
      structured.keep(program_.names);
      // At the point its structure may be used: S' = S. Facts of the values would only hide what was differentiated.
      const bool is_mixed = request_.kind == Request::Kind::hessian && request_.wrt.size() == 2;
      const bool is_structured = has_structure(wrt[i].name) || (is_mixed && has_structure(request_.wrt[0].name));
      const auto with_structure = [&](Expr e) {
        const Expr at_point = constrained.is_empty() ? e : structured(e);
        return is_structured ? simplified(pool_, {at_point}, program_.names, own)[0] : at_point;
      };
      result.expr = with_structure(whole);
      present(result, links, links.empty() ? result.expr : with_structure(last));
      result.tensor = is_structured ? structured(without_variables[i]) : without_variables[i];
      tell_structure(result, structured);
      result.trace = SharedTrace(shared_trace, std::move(own));
      all.push_back(std::move(result));
    }
    if (options_.verify) verify(all, of.expr, inner_variable, variables, unturned, without_variables);
    return all;
  }

 private:
  [[nodiscard]] bool has_structure(std::string_view name) const {
    const auto variable = variable_named(pool_, program_, name);
    return variable && pool_.kind(variable->expr) == Kind::input &&
           has(usable_facts(pool_.payload<InputInfo>(variable->expr)), facts_of_structure);
  }

  /// `declared` takes the variables that were freed back to those of the sheet.
  void tell_structure(Derived& result, Substitution& declared) {
    const auto structure_by = [&](const std::string& name) {
      const Declaration* declaration = program_.declaration(name);
      return declaration == nullptr || pool_.order(declaration->input) != 2
                 ? Structure::none
                 : structure_of(pool_.payload<InputInfo>(declaration->input).properties);
    };
    StructuredRequest request;
    request.by = structure_by(result.wrt);
    if (result.kind == DerivativeKind::hessian)
      request.over = structure_by(result.first.empty() ? result.wrt : result.first);
    if ((request.by == Structure::none && request.over == Structure::none) || is_zero(pool_, result.expr)) return;
    request.variable = program_.declaration(result.wrt)->input;
    request.source = declared(result.source);
    request.tensor = result.tensor;
    request.is_turned = is_turned_;
    if (options_.verify) request.seed = options_.seed;
    PresentOptions how;
    how.reserved = &reserved_;
    how.rich = options_.rich;
    result.structured = structured_form(pool_, result, request, program_.names, how);
  }

  void shape_result(Derived& result, Expr source, const Shape& source_surface, const Variable& by) {
    DimTable& dims = pool_.dims();
    if (pool_.order(source) == 0) {
      result.kind = DerivativeKind::gradient;
      result.surface = by.surface;
    } else if (pool_.order(source) > 1 && pool_.order(by.expr) == 0) {
      result.kind = DerivativeKind::by_scalar;
      result.surface = source_surface;
    } else {
      result.kind =
          pool_.order(source) == 1 && pool_.order(by.expr) <= 1 ? DerivativeKind::jacobian : DerivativeKind::tensor;
      result.surface = {count_of(dims, pool_.shape(source)), count_of(dims, pool_.shape(by.expr))};
    }
    const Layout turned = pool_.order(source) == 0 ? Layout::numerator : Layout::denominator;
    is_turned_ = layout_ == turned && result.surface.size() == 2 && result.kind != DerivativeKind::by_scalar;
    if (is_turned_) std::swap(result.surface[0], result.surface[1]);
    if (request_.kind == Request::Kind::hessian) result.kind = DerivativeKind::hessian;
  }

  /// The derivative with the rows and columns that the layout asks for.
  Expr laid_out(Expr derivative, const Derived& result, bool is_scalar) {
    if (is_scalar) return is_turned_ ? transposed(pool_, derivative) : derivative;
    Shape plain = result.surface;
    if (is_turned_) std::swap(plain[0], plain[1]);
    const Expr matrix =
        simplified(pool_, {make_reshape(pool_, derivative, axes_of(pool_.dims(), plain))}, *names_, spare_)[0];
    return is_turned_ ? transposed(pool_, matrix) : matrix;
  }

  /// Against the formula as the sheet says it: `of` has met neither a fact nor a rewrite.
  void verify(std::vector<Derived>& results, Expr of, Expr inner, const std::vector<Expr>& by,
              const std::vector<Expr>& matrices, const std::vector<Expr>& tensors) {
    VerificationOptions how;
    how.seed = options_.seed;
    how.most_bytes = options_.most_bytes;
    if (inner.is_none() && pool_.order(of) == 0) {
      const std::vector<NumericCheck> checks = checked_gradients(pool_, of, by, matrices, how);
      for (std::size_t i = 0; i < checks.size(); ++i) results[i].verified = checks[i];
      return;
    }
    for (std::size_t i = 0; i < results.size(); ++i) {
      const ClaimedDerivative claimed{matrices[i], tensors[i]};
      results[i].verified = inner.is_none() ? checked_jacobian(pool_, of, by[i], claimed, how)
                                            : checked_hessian(pool_, of, inner, by[i], claimed, how);
    }
  }

  void present(Derived& result, const std::vector<Link>& links, Expr last) {
    PresentOptions how;
    how.reserved = &reserved_;
    how.rich = options_.rich;
    how.only_gw = options_.only_gw;
    result.last_value = last;
    std::size_t chain_cost = cost(pool_, last, *names_);
    std::vector<WhereItem> where;
    bool chain_in_matrix_form = true;
    for (const Link& link : links) {
      DerivedLine& line = line_of(link, how);
      chain_cost += line.cost;
      where.insert(where.end(), line.formula.where.begin(), line.formula.where.end());
      where.push_back({line.name, line.formula.gw, line.formula.unicode, line.formula.latex, line.formula.mathml});
      chain_in_matrix_form = chain_in_matrix_form && line.formula.matrix_form;
      result.chain.push_back(is_only_ ? std::move(line) : line);
    }
    result.last = presented(pool_, last, result.surface, *names_, how);
    if (links.empty()) {
      result.formula = result.last;
      return;
    }
    if (reachable_within(pool_, {result.expr}, *names_).size() <= most_flat_nodes &&
        cost(pool_, result.expr, *names_) <= chain_cost + 1) {
      result.formula = presented(pool_, result.expr, result.surface, *names_, how);
      std::size_t length = result.formula.gw.size();
      for (const WhereItem& item : result.formula.where) length += item.gw.size();
      if (length <= longest_flat_text && (result.formula.matrix_form || !result.last.matrix_form)) return;
    }
    result.formula = result.last;
    where.insert(where.end(), result.formula.where.begin(), result.formula.where.end());
    result.formula.where = std::move(where);
    result.formula.matrix_form = result.formula.matrix_form && chain_in_matrix_form;
  }

  /// The line of a link, presented once for all results that rest on it.
  DerivedLine& line_of(const Link& link, const PresentOptions& how) {
    const auto [place, is_new] = lines_.try_emplace(link.variable);
    DerivedLine& line = place->second;
    if (!is_new) return line;
    const InputInfo& info = pool_.payload<InputInfo>(link.variable);
    line = {info.name, names_->at(link.node).text,      info.surface, link.node, link.variable, link.value,
            {},        cost(pool_, link.value, *names_)};
    line.formula = presented(pool_, link.value, info.surface, *names_, how);
    for (const WhereItem& item : line.formula.where) reserved_.insert(item.name.substr(0, item.name.find('[')));
    return line;
  }

  Pool& pool_;
  const Program& program_;
  const Request& request_;
  const DeriveOptions& options_;
  const Layout layout_;
  const Names* names_ = nullptr;  ///< of the reading that is differentiated; the results own them
  std::unordered_set<std::string> reserved_;
  std::unordered_map<Expr, DerivedLine> lines_;  ///< by the variable of their link
  Trace spare_;
  bool is_turned_ = false;
  bool is_only_ = false;  ///< one variable: its lines are nobody else's
};

}  // namespace

ReadOptions reading_options(std::set<std::string, std::less<>> cuts, std::set<std::string, std::less<>> unconstrained) {
  ReadOptions options;
  options.cuts = std::move(cuts);
  options.unconstrained = std::move(unconstrained);
  options.derivative = derivative_of;
  return options;
}

namespace {

/// What is differentiated by, in this request, and has facts that hold at a point only. Freed of them, every entry is its own.
std::set<std::string, std::less<>> inputs_with_facts(const Pool& pool, const Program& program, const Request& request,
                                                     const std::string& wrt) {
  std::set<std::string, std::less<>> found;
  const auto note = [&](const std::string& name) {
    const auto variable = variable_named(pool, program, name);
    if (variable && has_facts_at_a_point(pool, variable->expr))
      found.insert(pool.payload<InputInfo>(variable->expr).name);
  };
  note(wrt);
  if (request.kind == Request::Kind::hessian && request.wrt.size() == 2) note(request.wrt[0].name);
  return found;
}

}  // namespace

Program without_facts_of(const Text& text, Pool& pool, const Program& program,
                         const std::vector<const Declaration*>& variables) {
  std::set<std::string, std::less<>> freed;
  for (const Declaration* variable : variables) {
    if (has_facts_at_a_point(pool, variable->input)) freed.insert(variable->name);
  }
  return freed.empty() ? program : read_formula(text, pool, reading_options({}, std::move(freed)));
}

std::vector<Derived> derivatives(const Text& text, Pool& pool, const Program& program, const Request& request,
                                 const DeriveOptions& options) {
  const auto of = variable_named(pool, program, request.of.name);
  if (!of) return {};  // the reader has said so
  const bool is_mixed = request.kind == Request::Kind::hessian && request.wrt.size() == 2;
  Derivation derivation(pool, program, request, options);
  std::vector<Derived> all;
  // Plain inputs share one sweep; a defined name is cut free, one with facts is freed of them: each is a reading of its own.
  std::vector<Target> plain_targets;
  std::vector<Variable> plain;
  const auto settle = [&] {
    if (plain.empty()) return;
    for (Derived& result : derivation.results(program, *of, plain_targets, plain, program.names, Substitution(pool)))
      all.push_back(std::move(result));
    plain_targets.clear();
    plain.clear();
  };
  for (std::size_t i = is_mixed ? 1 : 0; i < request.wrt.size(); ++i) {
    const std::string& name = request.wrt[i].name;
    const auto by = variable_named(pool, program, name);
    if (!by) continue;
    const bool is_input = pool.kind(by->expr) == Kind::input;
    const std::set<std::string, std::less<>> freed =
        is_input ? inputs_with_facts(pool, program, request, name) : std::set<std::string, std::less<>>{};
    const bool has_facts = !freed.empty();
    if (is_input && !has_facts) {
      plain_targets.push_back(request.wrt[i]);
      plain.push_back(*by);
      if (request.kind == Request::Kind::hessian) settle();  // each is a gradient of its own
      continue;
    }
    settle();
    const Program reading = has_facts ? read_formula(text, pool, reading_options({}, freed))
                                      : read_formula(text, pool, reading_options({name}));
    const auto of_reading = variable_named(pool, reading, request.of.name);
    const auto free = has_facts ? variable_named(pool, reading, name) : cut_variable(pool, name);
    if (!of_reading || !free) continue;
    Names names = reading.names;
    names.insert_or_assign(free->expr, Name{name, free->surface});
    Substitution constrained(pool);
    if (has_facts) {
      for (const std::string& fact : freed)
        constrained.replace(reading.declaration(fact)->input, program.declaration(fact)->input);
      names.insert(program.names.begin(), program.names.end());
    }
    for (Derived& result : derivation.results(reading, *of_reading, {request.wrt[i]}, {*free}, names, constrained))
      all.push_back(std::move(result));
  }
  settle();
  return all;
}

}  // namespace gradwright
