// From a request to its results: each reading → differentiated → laid out → at the point of the sheet → presented → verified.
#include "sheet/derivatives.h"

#include "derive/verification.h"
#include "ir/facts.h"
#include "ir/make.h"
#include "sheet/differentiated.h"
#include "sheet/presentation.h"
#include "sheet/structure.h"
#include "simplify/simplify.h"

namespace gradwright {
namespace {

Dim count_of(DimTable& dims, const Shape& shape) {
  Dim total = dims.one();
  for (const Dim dim : shape) total = dims.product(total, dim);
  return total;
}

/// What a derivative is, and the size that the layout gives it.
struct Form {
  DerivativeKind kind;
  Shape surface;
  bool is_transposed;  ///< by the layout
};

Form form_of(Pool& pool, const SheetReading& reading, const Differentiated& of, const Variable& by, Layout layout) {
  DimTable& dims = pool.dims();
  const std::size_t order = pool.order(of.source), by_order = pool.order(by.expr);
  Form form{};
  if (order == 0)
    form = {DerivativeKind::gradient, by.surface, false};
  else if (order > 1 && by_order == 0)
    form = {DerivativeKind::by_scalar, of.surface, false};
  else
    form = {order == 1 && by_order <= 1 ? DerivativeKind::jacobian : DerivativeKind::tensor,
            {count_of(dims, pool.shape(of.source)), count_of(dims, pool.shape(by.expr))},
            false};
  const Layout transposing = order == 0 ? Layout::numerator : Layout::denominator;
  form.is_transposed = layout == transposing && form.surface.size() == 2 && form.kind != DerivativeKind::by_scalar;
  if (form.is_transposed) std::swap(form.surface[0], form.surface[1]);
  if (reading.is_hessian()) form.kind = DerivativeKind::hessian;
  return form;
}

/// A derivative with the rows and columns that the layout asks for.
Expr laid_out(Pool& pool, Expr derivative, const Differentiated& of, const Form& form) {
  if (pool.order(of.source) == 0) return form.is_transposed ? transposed(pool, derivative) : derivative;
  Shape plain = form.surface;
  if (form.is_transposed) std::swap(plain[0], plain[1]);
  Trace untold;
  const Expr reshaped = make_reshape(pool, derivative, axes_of(pool.dims(), plain));
  const Expr matrix = simplified(pool, {reshaped}, *of.names, untold)[0];
  return form.is_transposed ? transposed(pool, matrix) : matrix;
}

/// One derivative in its layout: whole, and told by the lines of the chain.
struct Lines {
  Expr whole;
  Expr last;  ///< in terms of `links`
  std::vector<Link> links;
  Expr untransposed;  ///< `whole` before the layout transposed it
};

Lines lines_of(Pool& pool, const Differentiated& of, std::size_t number, const Form& form, Trace& trace) {
  Lines lines;
  lines.last = laid_out(pool, of.chain.results[number], of, form);
  lines.whole = laid_out(pool, of.tensors[number], of, form);
  lines.links = links_of(pool, of.chain, lines.last, *of.names);
  const bool has_chain = !lines.links.empty();
  if (!has_chain || reachable_within(pool, {lines.whole}, *of.names).size() <= most_flat_nodes)
    lines.whole = simplified(pool, {lines.whole}, *of.names, trace)[0];
  if (!has_chain && !of.exponential.is_none()) lines.whole = told_by_density(pool, lines.whole, of, trace);
  if (!has_chain)
    lines.last = lines.whole;
  else if (form.is_transposed)
    lines.last = simplified(pool, {lines.last}, *of.names, trace)[0];
  const bool is_matrix = pool.order(lines.whole) == 2 || pool.order(of.source) != 0;
  lines.untransposed = form.is_transposed && is_matrix ? transposed(pool, lines.whole) : lines.whole;
  return lines;
}

/// At the point its structure may be used: S' = S. Facts of the values would only hide what was differentiated.
bool has_structure(const Pool& pool, const Program& sheet, std::string_view name) {
  const auto variable = variable_named(pool, sheet, name);
  return variable && pool.kind(variable->expr) == Kind::input &&
         has(usable_facts(pool.payload<InputInfo>(variable->expr)), facts_of_structure);
}

Structure structure_by(const Pool& pool, const Program& sheet, const std::string& name) {
  const Declaration* declaration = sheet.declaration(name);
  return declaration == nullptr || pool.order(declaration->input) != 2
             ? Structure::none
             : structure_of(pool.payload<InputInfo>(declaration->input).properties);
}

/// By a structured variable: the derivative that keeps to the structure. `at_point` takes freed variables to those of the sheet.
std::optional<Structured> structured_of(Pool& pool, const SheetReading& reading, const Derived& result,
                                        bool is_transposed, Substitution& at_point, const DeriveOptions& options,
                                        PresentOptions how) {
  StructuredRequest request;
  request.by = structure_by(pool, reading.sheet, result.wrt);
  if (result.kind == DerivativeKind::hessian)
    request.over = structure_by(pool, reading.sheet, result.first.empty() ? result.wrt : result.first);
  if ((request.by == Structure::none && request.over == Structure::none) || is_zero(pool, result.expr))
    return std::nullopt;
  request.variable = reading.sheet.declaration(result.wrt)->input;
  request.source = at_point(result.source);
  request.tensor = result.tensor;
  request.is_transposed = is_transposed;
  if (options.verify) request.seed = options.seed;
  how.only_gw = false;
  return structured_form(pool, result, request, reading.sheet.names, how);
}

/// Against the formula as the sheet says it: what is derived has met neither a fact nor a rewrite.
void verify(Pool& pool, std::vector<Derived>& results, const SheetReading& reading, const Differentiated& of,
            const std::vector<Expr>& matrices, const DeriveOptions& options) {
  VerificationOptions how;
  how.seed = options.seed;
  how.most_bytes = options.most_bytes;
  if (of.inner.is_none() && pool.order(reading.of.expr) == 0) {
    std::vector<Expr> variables;
    for (const Variable& variable : reading.by) variables.push_back(variable.expr);
    const std::vector<NumericCheck> checks = checked_gradients(pool, reading.of.expr, variables, matrices, how);
    for (std::size_t i = 0; i < checks.size(); ++i) results[i].verified = checks[i];
    return;
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    const ClaimedDerivative claimed{matrices[i], of.tensors[i]};
    const Expr by = reading.by[i].expr;
    results[i].verified = of.inner.is_none() ? checked_jacobian(pool, reading.of.expr, by, claimed, how)
                                             : checked_hessian(pool, reading.of.expr, of.inner, by, claimed, how);
  }
}

Derived named(const SheetReading& reading, const Differentiated& of, std::size_t number, const Form& form,
              Layout layout) {
  Derived result;
  result.of = reading.request.of.name;
  result.wrt = reading.targets[number].name;
  result.entry = reading.targets[number].entry;
  if (reading.is_mixed()) result.first = reading.request.wrt[0].name;
  result.kind = form.kind;
  result.layout = layout;
  result.surface = form.surface;
  result.source = of.source;
  result.variable = reading.by[number].expr;
  result.names = of.names;
  return result;
}

/// All derivatives of one reading.
std::vector<Derived> derived(Pool& pool, const SheetReading& reading, const DeriveOptions& options) {
  const Layout layout = options.layout.value_or(reading.sheet.layout);
  const auto of = differentiated(pool, reading, layout, options.verify);
  if (!of) return {};
  PresentOptions how;
  how.rich = options.rich;
  how.only_gw = options.only_gw;
  Presentation presentation(pool, of->names, how, reading.by.size() == 1);
  std::vector<Expr> matrices;
  std::vector<Derived> all;
  for (std::size_t i = 0; i < reading.by.size(); ++i) {
    const Form form = form_of(pool, reading, *of, reading.by[i], layout);
    Trace trace;
    const Lines lines = lines_of(pool, *of, i, form, trace);
    matrices.push_back(lines.untransposed);
    Substitution at_point = reading.at_point;
    at_point.keep(reading.sheet.names);
    const bool is_structured = has_structure(pool, reading.sheet, reading.targets[i].name) ||
                               (reading.is_mixed() && has_structure(pool, reading.sheet, reading.request.wrt[0].name));
    const auto as_declared = [&](Expr e) {
      const Expr there = reading.at_point.is_empty() ? e : at_point(e);
      return is_structured ? simplified(pool, {there}, reading.sheet.names, trace)[0] : there;
    };
    Derived result = named(reading, *of, i, form, layout);
    result.expr = as_declared(lines.whole);
    presentation.present(result, lines.links, lines.links.empty() ? result.expr : as_declared(lines.last));
    result.tensor = is_structured ? at_point(of->tensors[i]) : of->tensors[i];
    result.structured = structured_of(pool, reading, result, form.is_transposed, at_point, options, presentation.how());
    result.trace = SharedTrace(of->trace, std::move(trace));
    all.push_back(std::move(result));
  }
  if (options.verify) verify(pool, all, reading, *of, matrices, options);
  return all;
}

}  // namespace

std::vector<Derived> derivatives(const Text& text, Pool& pool, const Program& program, const Request& request,
                                 const DeriveOptions& options) {
  std::vector<Derived> all;
  each_reading(text, pool, program, request, [&](const SheetReading& reading) {
    for (Derived& result : derived(pool, reading, options)) all.push_back(std::move(result));
  });
  return all;
}

}  // namespace gradwright
