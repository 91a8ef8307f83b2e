// Built-in reductions: sum, mean, norms, traces, determinants, softmax.
#include <fmt/format.h>

#include <algorithm>

#include "ir/others.h"
#include "read/formula/functions_access.h"

namespace gradwright::formula {

Value Builtins::sum(E& e, Ast call) {
  if (e.asts_[call].children.size() > 1) return e.index_reduction(call);
  const Value value = e.value_of(e.asts_[call].children[0]);
  return value.is_poisoned() ? value : e.summed_over(value, true, true);
}

Value Builtins::reduced_mean(E& e, const Value& value, bool rows, bool cols) {
  const Value total = e.summed_over(value, rows, cols);
  return e.hadamard_product(total, e.reciprocal(e.count_of(value, rows, cols)));
}

Value Builtins::mean(E& e, Ast call) {
  const Value value = e.value_of(e.asts_[call].children[0]);
  return value.is_poisoned() ? value : reduced_mean(e, value, true, true);
}

Value Builtins::prod(E& e, Ast call) {
  if (e.asts_[call].children.size() > 1) return e.index_reduction(call);
  const Value value = e.value_of(e.asts_[call].children[0]);
  return value.is_poisoned() ? value : e.folded(FoldKind::prod, value, true, true);
}

Value Builtins::prod_others(E& e, Ast call) {
  const std::string& name = e.asts_[call].text;
  const bool is_whole = name == "prod_others";
  Value value = is_whole ? e.value_of(e.asts_[call].children[0]) : matrix_argument(e, call);
  if (value.is_poisoned()) return value;
  const std::vector<std::uint16_t> axes =
      e.axes_over(value, is_whole || name.starts_with("col"), is_whole || name.starts_with("row"));
  value.expr = make_product_of_others(e.pool_, {value.expr, axes});
  value.is_anonymous = true;
  return value;
}

Value Builtins::max(E& e, Ast call) {
  const std::vector<Value> values = arguments(e, call);
  const bool is_max = e.asts_[call].text == "max";
  if (values.empty()) return {};
  if (values.size() == 1) return e.folded(is_max ? FoldKind::max : FoldKind::min, values[0], true, true);
  if (!values[0].is_scalar() && !values[1].is_scalar() && !equal_shapes(e, call, values[0], values[1])) return {};
  return e.mapped(is_max ? Function::max : Function::min, values);
}

Value Builtins::min(E& e, Ast call) { return max(e, call); }

Value Builtins::var(E& e, Ast call) {
  const Value value = e.value_of(e.asts_[call].children[0]);
  if (value.is_poisoned()) return value;
  const Value centred = e.difference(value, reduced_mean(e, value, true, true));
  return reduced_mean(e, e.raised(centred, 2), true, true);
}

Value Builtins::norm1(E& e, Ast call) {
  const Value value = e.value_of(e.asts_[call].children[0]);
  return value.is_poisoned() ? value : e.summed_over(e.mapped(Function::abs, {value}), true, true);
}

Value Builtins::norm2(E& e, Ast call) {
  const Value value = e.value_of(e.asts_[call].children[0]);
  return value.is_poisoned() ? value : e.mapped(Function::sqrt, {e.summed_over(e.raised(value, 2), true, true)});
}

Value Builtins::dot(E& e, Ast call) {
  const std::vector<Value> values = arguments(e, call);
  if (values.empty() || !equal_shapes(e, call, values[0], values[1])) return {};
  return e.summed_over(e.hadamard_product(values[0], values[1]), true, true);
}

Value Builtins::tr(E& e, Ast call) {
  const Value value = matrix_argument(e, call);
  if (value.is_poisoned() || value.is_scalar()) return value;
  if (!e.is_square(value)) {
    wrong_shape(e, call, 0, value, "a square matrix");
    return {};
  }
  ProductDraft sheet = e.draft();
  const auto place = sheet.fresh(value.surface[0]);
  sheet.multiply(value, {place, place});
  return sheet.made({}, {});
}

/// det(A^k) = det(A)^k and logdet(A^k) = k·logdet(A), where k is made of sizes; nothing for another argument.
std::optional<Value> Builtins::det_of_power(E& e, Ast call) {
  const AstNode& power = e.asts_[e.asts_[call].children[0]];
  if (power.kind != AstKind::power || power.operators[0] != Operator::power) return std::nullopt;
  const std::vector<Ast> children = power.children;
  const Value base = e.value_of(children[0]);
  const Value exponent = e.value_of(children[1]);
  if (base.is_poisoned() || exponent.is_poisoned()) return Value{};
  if (!e.is_of_sizes(exponent) || base.is_scalar() || !e.is_square(base) || !base.indices.empty()) return std::nullopt;
  const bool is_log = e.asts_[call].text == "logdet";
  Value of;
  of.expr = make_matrix(e.pool_, is_log ? MatrixKind::log_determinant : MatrixKind::determinant, base.expr);
  return is_log ? e.hadamard_product(exponent, of) : e.mapped(Function::pow, {of, exponent});
}

Value Builtins::det(E& e, Ast call) {
  if (const auto power = det_of_power(e, call)) return *power;
  const Value value = matrix_argument(e, call);
  const bool is_log = e.asts_[call].text == "logdet";
  if (value.is_poisoned()) return value;
  if (value.is_scalar()) return is_log ? e.mapped(Function::log, {e.mapped(Function::abs, {value})}) : value;
  if (!e.is_square(value) || !value.indices.empty()) {
    wrong_shape(e, call, 0, value, "a square matrix");
    return {};
  }
  Value result;
  result.expr = make_matrix(e.pool_, is_log ? MatrixKind::log_determinant : MatrixKind::determinant, value.expr);
  return result;
}

Value Builtins::logdet(E& e, Ast call) { return det(e, call); }

Value Builtins::logsumexp(E& e, Ast call) {
  const Value value = e.value_of(e.asts_[call].children[0]);
  return value.is_poisoned() ? value : e.folded(FoldKind::logsumexp, value, true, true);
}

Value Builtins::along(E& e, Ast call) {
  const std::string& name = e.asts_[call].text;
  const Value value = matrix_argument(e, call);
  if (value.is_poisoned()) return value;
  const bool per_row = name.starts_with("row") || name.ends_with("_rows");
  const bool rows = !per_row;  // what is reduced away
  if (name.ends_with("sum")) return e.summed_over(value, rows, !rows);
  if (name.ends_with("mean")) return reduced_mean(e, value, rows, !rows);
  if (name.ends_with("max")) return e.folded(FoldKind::max, value, rows, !rows);
  if (name.ends_with("min")) return e.folded(FoldKind::min, value, rows, !rows);
  if (name.ends_with("prod")) return e.folded(FoldKind::prod, value, rows, !rows);
  return e.folded(FoldKind::logsumexp, value, rows, !rows);
}

Value Builtins::softmax(E& e, Ast call) {
  const std::string& name = e.asts_[call].text;
  const Value value = matrix_argument(e, call);
  if (value.is_poisoned()) return value;
  const bool per_row = name.ends_with("_rows");
  const bool per_col = name.ends_with("_cols");
  if (!per_row && !per_col && !value.is_scalar() && !e.is_vector(value)) {
    wrong_shape(e, call, 0, value, "a vector");
    return {};
  }
  const Value total = e.folded(FoldKind::logsumexp, value, !per_row, !per_col);
  Value spread = total;
  if (!total.is_scalar()) spread = e.spread(total, value.surface);
  const Value logarithm = e.difference(value, spread);
  return name.starts_with("log_") ? logarithm : e.mapped(Function::exp, {logarithm});
}

}  // namespace gradwright::formula
