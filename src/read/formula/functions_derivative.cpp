// Derivatives inside expressions: grad(L,W), jacobian(z,x), hessian(L,w). The room above lends the derivation (ReadOptions::derivative).
#include <fmt/format.h>

#include <utility>

#include "ir/facts.h"
#include "read/formula/functions_access.h"

namespace gradwright::formula {
namespace {

enum class Wanted { grad, jacobian, hessian };

Value derivative_value(Elaborator& e, Pool& pool, Wanted wanted, const Value& of, const Value& wrt, Expr derivative,
                       const Shape& of_axes, const Shape& wrt_axes) {
  (void)e;
  Value result;
  result.expr = derivative;
  if (wanted == Wanted::grad) {
    result.surface = wrt.surface;
    return result;
  }
  const Shape& rows = wanted == Wanted::hessian ? wrt_axes : of_axes;
  const Dim one = pool.dims().one();
  if (wanted == Wanted::hessian && wrt_axes.size() > 1) {  // rows and columns are vec of the variable
    Dim count = one;
    for (const Dim dim : wrt_axes) count = pool.dims().product(count, dim);
    if (!pool.dims().is_one(count)) result.surface = {count, count};  // 1×1 is a number
    result.expr = make_reshape(pool, derivative, result.surface);
    return result;
  }
  if (rows.size() + wrt_axes.size() > 2) {
    result.surface = rows;
    result.surface.insert(result.surface.end(), wrt_axes.begin(), wrt_axes.end());
  } else if (rows.size() == 2) {
    result.surface = of.surface;
  } else if (wrt_axes.size() == 2) {
    result.surface = wrt.surface;
  } else if (rows.size() + wrt_axes.size() > 0) {
    result.surface = {rows.empty() ? one : rows[0], wrt_axes.empty() ? one : wrt_axes[0]};
  }
  return result;
}

}  // namespace

/// Inside a function: the expression anew, with `input`, which has no facts, in the place of a name.
Value Builtins::value_with(E& e, Ast of, const std::string& name, Expr input) {
  const auto exchanged = [&](Expr with) {
    auto& arguments = e.frames_.back().arguments;  // frames move while others are entered
    const auto argument = arguments.find(name);
    Value& named = argument != arguments.end() ? argument->second : e.bindings.find(name)->second.value;
    return std::exchange(named.expr, with);
  };
  const Expr kept = exchanged(input);
  auto memo = std::exchange(e.memo_, {});
  Value value = e.value_of(of);
  e.memo_ = std::move(memo);
  (void)exchanged(kept);
  return value;
}

Value Builtins::differentiated(E& e, Ast call, Ast of_ast, const Value& value, Ast wrt_ast) {
  const AstNode& node = e.asts_[call];
  const Wanted wanted = node.text == "grad"       ? Wanted::grad
                        : node.text == "jacobian" ? Wanted::jacobian
                                                  : Wanted::hessian;
  const AstNode& by = e.asts_[wrt_ast];
  const Value wrt = e.value_of(wrt_ast);
  if (value.is_poisoned() || wrt.is_poisoned()) return {};
  if (!value.indices.empty() || !wrt.indices.empty()) {
    e.error("G0211", node.span, fmt::format("`{}` cannot stand in index notation", node.text));
    return {};
  }
  if (wanted != Wanted::jacobian && !value.is_scalar()) {
    Diagnostic& diagnostic = e.error("G0210", e.asts_[of_ast].span,
                                     fmt::format("`{}` is of a scalar, and {} is {}", node.text, e.quoted(of_ast),
                                                 e.size_text(value.surface)))
                                 .about(e.mismatch({value.surface}));
    e.label(diagnostic, of_ast, value);
    diagnostic.help("`jacobian(z,x)` is the derivative of a vector");
    return {};
  }
  if (by.kind != AstKind::name) {
    e.error("G0306", by.span, fmt::format("a derivative is by a name, and {} is none", e.quoted(wrt_ast)))
        .help("give it a name and use the name in what is differentiated");
    return {};
  }
  if (!e.derivative) {
    e.error("G0401", node.span, "derivatives inside expressions are not available here");
    return {};
  }
  const Expr target = wrt.expr;
  Expr input = target;
  Value of = value;
  const bool is_input = e.pool_.kind(target) == Kind::input;
  const bool is_free = is_input && !has_facts_at_a_point(e.pool_, target);
  if (!is_free) {
    const std::string& name = is_input ? e.pool_.payload<InputInfo>(target).name : by.text;
    if (e.frames_.empty() && e.cutting && e.binding(name) != nullptr) {
      of = e.cutting(of_ast, name, input);
      if (of.is_poisoned() || input.is_none()) return {};
    } else {
      input = make_input(e.pool_, {by.text, Role::cut, Property::none, wrt.surface});
      if (is_input && !e.frames_.empty()) of = value_with(e, of_ast, by.text, input);
      if (of.is_poisoned()) return {};
      of.expr = substituted(e.pool_, of.expr, target, input);
    }
  }
  Expr found = e.derivative(e.pool_, of.expr, input);
  if (!found.is_none() && wanted == Wanted::hessian) found = e.derivative(e.pool_, found, input);
  if (found.is_none()) {
    e.error("G0401", node.span, fmt::format("the derivative of {} cannot be taken here", e.quoted(of_ast)));
    return {};
  }
  if (input != target) found = substituted(e.pool_, found, input, target);
  return derivative_value(e, e.pool_, wanted, value, wrt, found, e.surface_axes(value), e.surface_axes(wrt));
}

Value Builtins::grad(E& e, Ast call) {
  const std::vector<Ast> children = e.asts_[call].children;
  const Value of = e.value_of(children[0]);
  return differentiated(e, call, children[0], of, children[1]);
}

Value Builtins::jacobian(E& e, Ast call) { return grad(e, call); }
Value Builtins::hessian(E& e, Ast call) { return grad(e, call); }

}  // namespace gradwright::formula
