#include "api/session.h"

#include <algorithm>

#include "derive/adjoint.h"
#include "derive/jacobian.h"
#include "ir/make.h"
#include "simplify/simplify.h"

namespace gradwright {
namespace {

using NameSet = std::set<std::string, std::less<>>;

ReadOptions reading(NameSet cuts = {}, NameSet unconstrained = {}) {
  ReadOptions options;
  options.cuts = std::move(cuts);
  options.unconstrained = std::move(unconstrained);
  options.derivative = derivative_of;
  return options;
}

struct Variable {
  Expr expr;
  Shape surface;
};

std::optional<Variable> variable_named(const Pool& pool, const Program& program, std::string_view name) {
  if (const Declaration* declaration = program.declaration(name)) return Variable{declaration->input, declaration->surface};
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

/// Names for the adjoints of defined names, used where naming pays.
Names suggested_names(const Program& program, const Adjoints& found) {
  Names names;
  for (const Definition& definition : program.definitions) {
    const auto adjoint = found.by_node.find(definition.expr);
    if (adjoint != found.by_node.end()) names.emplace(adjoint->second, Name{"delta_" + definition.name, definition.surface});
  }
  return names;
}

}  // namespace

Session::Session(Text text) : text_(std::move(text)), program_(read_formula(text_, pool_, reading())) { diagnostics_ = program_.diagnostics; }

bool Session::has_errors() const {
  return std::any_of(diagnostics_.begin(), diagnostics_.end(), [](const Diagnostic& d) { return d.severity == Severity::error; });
}

std::optional<Derived> Session::derived_by(const Request& request, const Target& wrt, const DeriveOptions& options) {
  std::optional<Variable> of = variable_named(pool_, program_, request.of.name);
  std::optional<Variable> by = variable_named(pool_, program_, wrt.name);
  if (!of || !by) return std::nullopt;  // the reader has said so
  Names names = program_.names;
  if (pool_.kind(by->expr) != Kind::input) {
    // ∂of/∂z2: read again with z2 as a free variable.
    const Program cut = read_formula(text_, pool_, reading({wrt.name}));
    of = variable_named(pool_, cut, request.of.name);
    by = cut_variable(pool_, wrt.name);
    if (!of || !by) return std::nullopt;
    names = cut.names;
    names.insert_or_assign(by->expr, Name{wrt.name, by->surface});
  }
  std::unordered_map<Expr, Expr> constrained;  // the structured variable for the free one, once the derivative is taken
  if (pool_.kind(by->expr) == Kind::input && pool_[by->expr].symmetric && request.kind == Request::Kind::derive) {
    const Program free = read_formula(text_, pool_, reading({}, {wrt.name}));
    const auto free_of = variable_named(pool_, free, request.of.name);
    const auto free_by = variable_named(pool_, free, wrt.name);
    if (!free_of || !free_by) return std::nullopt;
    for (const Definition& definition : free.definitions) {
      const Definition* same = program_.definition(definition.name);
      if (same != nullptr && !definition.expr.is_none() && !same->expr.is_none() && definition.expr != same->expr) names.emplace(definition.expr, Name{definition.name, definition.surface});
    }
    constrained.emplace(free_by->expr, by->expr);
    of = free_of;
    by = free_by;
    names.emplace(by->expr, Name{wrt.name, by->surface});
  }
  Derived result;
  result.of = request.of.name;
  result.wrt = wrt.name;
  result.layout = options.layout.value_or(program_.layout);
  Expr source = of->expr;
  Shape source_surface = of->surface;
  Names others = names;
  others.erase(of->expr);
  if (request.kind == Request::Kind::hessian) {
    const Target& first = request.wrt.size() == 2 ? request.wrt[0] : wrt;
    const auto inner = variable_named(pool_, program_, first.name);
    if (!inner) return std::nullopt;
    const Expr plain = simplified(pool_, {source}, others, result.trace)[0];
    source = simplified(pool_, {derivative_of(pool_, plain, inner->expr)}, others, result.trace)[0];
    source_surface = inner->surface;
  }
  const Expr loss = simplified(pool_, {source}, others, result.trace)[0];
  const Adjoints found = adjoints(pool_, loss, {by->expr}, result.trace);
  Expr derivative = found.of_wrt[0];
  const bool scalar = pool_.order(source) == 0;
  DimTable& dims = pool_.dims();
  const Expr raw = derivative;
  if (scalar) {
    result.kind = "gradient";
    result.surface = by->surface;
    if (result.layout == Layout::numerator && result.surface.size() == 2) std::swap(result.surface[0], result.surface[1]);
    if (result.layout == Layout::numerator) derivative = transposed(pool_, derivative);
  } else {
    result.kind = pool_.order(source) == 1 && pool_.order(by->expr) <= 1 ? "jacobian" : "tensor";
    result.surface = {count_of(dims, pool_.shape(source)), count_of(dims, pool_.shape(by->expr))};
    derivative = make_reshape(pool_, derivative, axes_of(dims, result.surface));
    if (result.layout == Layout::denominator) {
      std::swap(result.surface[0], result.surface[1]);
      derivative = transposed(pool_, derivative);
    }
  }
  if (request.kind == Request::Kind::hessian) result.kind = "hessian";
  derivative = simplified(pool_, {derivative}, others, result.trace)[0];
  const Expr judged = derivative;
  if (!constrained.empty()) derivative = simplified(pool_, {substituted(pool_, derivative, constrained)}, program_.names, result.trace)[0];
  result.expr = derivative;
  PresentOptions how;
  how.suggested = suggested_names(program_, found);
  result.formula = presented(pool_, derivative, result.surface, others, how);
  const bool turned = judged != raw && ((scalar && result.layout == Layout::numerator) || (!scalar && result.layout == Layout::denominator));
  const Expr checked = turned ? transposed(pool_, judged) : judged;
  if (pool_.size() < 20000) result.verified = checked_by_differences(pool_, source, by->expr, checked, options.seed);
  if (is_zero(pool_, derivative)) {
    diagnostics_.push_back({"G0402", Severity::warning, "`" + result.of + "` does not depend on `" + result.wrt + "`", wrt.span, {}, {}, {}, {}});
  }
  return result;
}

std::vector<Derived> Session::derived(const DeriveOptions& options) {
  std::vector<Derived> results;
  for (const Request& request : program_.requests) {
    if (request.kind == Request::Kind::minimize) continue;
    const bool mixed = request.kind == Request::Kind::hessian && request.wrt.size() == 2;
    for (std::size_t i = mixed ? 1 : 0; i < request.wrt.size(); ++i) {
      auto result = derived_by(request, request.wrt[i], options);
      if (!result) continue;
      if (result->verified.points > 0 && !result->verified.holds(1e-5)) {
        diagnostics_.push_back({"G0902", Severity::error, "the derivative of `" + result->of + "` by `" + result->wrt + "` does not agree with finite differences",
                                request.span, {}, {}, {"this is a fault of the program; please report the worksheet"}, {}});
      }
      results.push_back(std::move(*result));
    }
  }
  return results;
}

std::string layout_name(Layout layout) {
  switch (layout) {
    case Layout::gradient: return "gradient";
    case Layout::numerator: return "numerator";
    case Layout::denominator: return "denominator";
  }
  return "gradient";
}

}  // namespace gradwright
