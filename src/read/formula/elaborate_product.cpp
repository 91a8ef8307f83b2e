// Products: matrix, elementwise, Kronecker; division, powers, transposes.
#include <fmt/format.h>

#include "read/formula/chain.h"
#include "read/formula/elaborate.h"

namespace gradwright::formula {
namespace {

constexpr std::int64_t most_factors = 16;  // of a power that is written out as a product

}

using MaybeLabel = ProductDraft::MaybeLabel;

Value Elaborator::product(Ast ast) {
  const AstNode& node = asts_[ast];
  std::vector<Value> values;
  for (const Ast child : node.children) values.push_back(value_of(child));
  if (values[0].is_poisoned()) return {};
  Chain chain(*this, values[0]);
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i].is_poisoned()) return {};
    const Operator op = node.operators[i - 1];
    if (chain.takes(values[i], op)) {
      chain.take(values[i], op);
      continue;
    }
    const Value total = chain.made();
    const Ast left = i == 1 || conforms(total, values[i], op) ? node.children[i - 1] : chain_until(ast, i);
    const Value next = multiplied(total, values[i], op, left, asts_[ast].children[i], asts_[ast].operator_spans[i - 1]);
    if (next.is_poisoned()) return {};
    chain.restart(next);
  }
  return chain.made();
}

bool Elaborator::conforms(const Value& a, const Value& b, Operator op) const {
  switch (op) {
    case Operator::times:
      return a.is_scalar() || b.is_scalar() || (!a.is_tensor() && !b.is_tensor() && cols_of(a) == rows_of(b));
    case Operator::over: return b.is_scalar() && !is_zero(pool_, b.expr);
    case Operator::under: return a.is_scalar() || (is_square(a) && !b.is_tensor() && cols_of(a) == rows_of(b));
    case Operator::kron: return !a.is_tensor() && !b.is_tensor();
    default: return a.is_scalar() || b.is_scalar() || a.surface == b.surface;
  }
}

Ast Elaborator::chain_until(Ast product, std::size_t count) {
  AstNode chain = asts_[product];
  chain.children.resize(count);
  chain.operators.resize(count - 1);
  chain.operator_spans.resize(count - 1);
  chain.span = joined(asts_[chain.children.front()].span, asts_[chain.children.back()].span);
  return asts_.add(std::move(chain));
}

Value Elaborator::multiplied(const Value& a, const Value& b, Operator op, Ast left, Ast right, Span op_span) {
  const bool tensors = a.is_tensor() || b.is_tensor();
  switch (op) {
    case Operator::times:
      if (a.is_scalar() || b.is_scalar()) return hadamard_product(a, b);
      if (tensors) {
        tensor_product_mismatch(a, b, left, right, op_span);
        return {};
      }
      if (cols_of(a) == rows_of(b)) return matrix_product(a, b);
      product_mismatch(a, b, left, right, op_span);
      return {};
    case Operator::dot_times:
      if (a.is_scalar() || b.is_scalar() || a.surface == b.surface) return hadamard_product(a, b);
      hadamard_mismatch(a, b, left, right, ".*", op_span);
      return {};
    case Operator::dot_over:
      if (a.is_scalar() || b.is_scalar() || a.surface == b.surface) return hadamard_product(a, reciprocal(b));
      hadamard_mismatch(a, b, left, right, "./", op_span);
      return {};
    case Operator::over: {
      if (b.is_scalar()) {
        if (is_zero(pool_, b.expr)) {
          error("G0006", joined(op_span, asts_[right].span), "division by zero");
          return {};
        }
        return hadamard_product(a, reciprocal(b));
      }
      Diagnostic& diagnostic =
          error("G0205", op_span,
                fmt::format("`/` divides by a scalar, and {} is {}", quoted(right), size_text(b.surface)))
              .about(mismatch({a.surface, b.surface}));
      label(diagnostic, left, a);
      label(diagnostic, right, b);
      help_division(diagnostic, a, b, left, right, op_span);
      return {};
    }
    case Operator::under: {
      const Value inverted = inverse(a, left, op_span);
      if (inverted.is_poisoned()) return {};
      if (a.is_scalar()) return hadamard_product(inverted, b);
      if (!b.is_tensor() && cols_of(a) == rows_of(b)) return matrix_product(inverted, b);
      product_mismatch(a, b, left, right, op_span, "solve");
      return {};
    }
    case Operator::kron:
      if (tensors) {
        error("G0211", op_span, "`⊗` takes matrices");
        return {};
      }
      return kronecker(a, b, op_span);
    default: return {};
  }
}

Value Elaborator::matrix_product(const Value& a, const Value& b) {
  ProductDraft sheet = draft();
  const MaybeLabel row = sheet.fresh(rows_of(a));
  const MaybeLabel inner = sheet.fresh(cols_of(a));
  const MaybeLabel column = sheet.fresh(cols_of(b));
  sheet.multiply(a, {row, inner});
  sheet.multiply(b, {inner, column});
  return sheet.made({row, column}, normal({rows_of(a), cols_of(b)}));
}

Value Elaborator::hadamard_product(const Value& a, const Value& b) {
  ProductDraft sheet = draft();
  const Shape surface = a.is_scalar() ? b.surface : a.surface;
  const auto places = sheet.fresh_axes(surface);
  sheet.multiply(a, a.is_scalar() ? std::vector<MaybeLabel>{} : places);
  sheet.multiply(b, b.is_scalar() ? std::vector<MaybeLabel>{} : places);
  return sheet.made(places, surface);
}

Value Elaborator::kronecker(const Value& a, const Value& b, Span span) {
  if (a.is_scalar() || b.is_scalar()) return hadamard_product(a, b);
  if (!a.indices.empty() || !b.indices.empty()) {
    error("G0211", span, "a Kronecker product cannot stand in index notation");
    return {};
  }
  const auto rows = dim_product(rows_of(a), rows_of(b), span);
  const auto cols = dim_product(cols_of(a), cols_of(b), span);
  if (!rows || !cols) return {};
  ProductDraft sheet = draft();
  const auto of_a = sheet.fresh_axes(a.surface);
  const auto of_b = sheet.fresh_axes(b.surface);
  sheet.multiply(a, of_a);
  sheet.multiply(b, of_b);
  // Column-major, the axes of b run fastest: [k,i,l,j].
  Value result = sheet.made({of_b[0], of_a[0], of_b[1], of_a[1]}, {});
  result.surface = normal({*rows, *cols});
  result.expr = make_reshape(pool_, result.expr, surface_axes(result));
  return result;
}

/// 1/(a·b) is 1/a·1/b, where a·b is written out here.
Value Elaborator::reciprocal(const Value& v) {
  const Term term = split_coefficient(pool_, v.expr);
  const bool is_named = !v.is_anonymous || (term.expr != v.expr && defined_.contains(term.expr));
  const auto apart = is_named ? std::nullopt : power_of_factors(pool_, term.expr, -1);
  const Rational coefficient = apart ? Rational::power(term.coefficient, -1) : Rational(1);
  if (!apart || coefficient.overflowed()) return raised(v, -1);
  Value result = v;
  result.expr = scaled(pool_, coefficient, *apart);
  return result;
}

Value Elaborator::raised(const Value& v, Rational exponent) {
  Value result = v;
  result.expr = make_power(pool_, v.expr, exponent);
  result.is_anonymous = result.expr == v.expr ? v.is_anonymous : true;
  return result;
}

Value Elaborator::transposed_value(const Value& v) {
  if (v.is_scalar()) return v;
  Value result = v;
  result.surface = {v.surface[1], v.surface[0]};
  if (is_vector(v)) return result;
  ProductDraft sheet = draft();
  const auto places = sheet.fresh_axes(v.surface);
  sheet.multiply(v, places);
  return sheet.made({places[1], places[0]}, result.surface);
}

Value Elaborator::inverse(const Value& v, Ast written, Span span) {
  if (v.is_poisoned()) return {};
  if (v.is_scalar()) return reciprocal(v);
  if (!is_square(v) || !v.indices.empty()) {
    Diagnostic& diagnostic =
        error("G0204", span,
              fmt::format("only a square matrix has an inverse, and {} is {}", quoted(written), size_text(v.surface)))
            .about(mismatch({v.surface}));
    label(diagnostic, written, v);
    if (v.surface.size() == 2) {
      note_origin(diagnostic, written, v, 0);
      note_origin(diagnostic, written, v, 1);
      note_symbols(diagnostic, v.surface[0], v.surface[1]);
      help_square(diagnostic, written, v);
    }
    return {};
  }
  Value result = v;
  result.expr = make_matrix(pool_, MatrixKind::inverse, v.expr);
  result.is_anonymous = true;
  return result;
}

/// Whether a scalar is made of sizes alone.
bool Elaborator::is_of_sizes(const Value& v) const {
  if (!v.is_scalar() || pool_.kind(v.expr) == Kind::literal) return false;
  const std::vector<Expr> parts = reachable(pool_, {v.expr});
  return std::none_of(parts.begin(), parts.end(), [this](Expr part) { return pool_.kind(part) == Kind::input; });
}

/// X^k, k a size.
Value Elaborator::power_by_size(const Value& base, Ast power) {
  const auto exponent = dim_of(asts_[power].children[1], false);
  if (!exponent) return {};
  Value result = base;
  result.expr = make_matrix_power(pool_, base.expr, *exponent);
  result.is_anonymous = true;
  return result;
}

Value Elaborator::power(Ast ast) {
  const AstNode& node = asts_[ast];
  const Ast exponent_ast = node.children[1];
  const AstNode& written = asts_[exponent_ast];
  const bool elementwise = node.operators[0] == Operator::dot_power;
  if (is_tower(ast)) return foreign_tower(ast);
  if (is_e(node.children[0])) return power_of_e(ast);
  if (node.text == "**") return double_star(ast);
  if (!elementwise && written.kind == AstKind::name && written.text == "T") {
    // A T of the sheet's own is the power of numbers only.
    const bool is_known = binding("T") != nullptr || has_symbol("T") || index_named("T");
    const Value base = value_of(node.children[0]);
    if (base.is_poisoned()) return {};
    if (is_known && base.is_scalar()) return mapped(Function::pow, {base, value_of(exponent_ast)});
    if (base.is_tensor()) {
      error("G0211", node.span,
            fmt::format("cannot transpose {} ({})", quoted(node.children[0]), size_text(base.surface)))
          .about(mismatch({base.surface}));
      return {};
    }
    return transposed_value(base);
  }
  const Value base = value_of(node.children[0]);
  const Value exponent = value_of(exponent_ast);
  if (base.is_poisoned() || exponent.is_poisoned()) return {};
  std::optional<Rational> exact;
  if (exponent.is_scalar() && pool_.kind(exponent.expr) == Kind::literal)
    exact = pool_.payload<Rational>(exponent.expr);
  const bool is_matrix = !elementwise && !base.is_scalar() && !is_vector(base) && !base.is_tensor();
  if (!is_matrix) {
    if (exact) {
      if (is_zero(pool_, base.expr) && exact->is_negative()) {
        error("G0006", node.span, "division by zero");
        return {};
      }
      return raised(base, *exact);
    }
    if (!base.is_scalar() && !exponent.is_scalar() && base.surface != exponent.surface) {
      hadamard_mismatch(base, exponent, node.children[0], exponent_ast,
                        node.operators[0] == Operator::power ? "^" : ".^", node.operator_spans[0]);
      return {};
    }
    return mapped(Function::pow, {base, exponent});
  }
  if (!is_square(base)) {
    Diagnostic& diagnostic = error("G0204", node.operator_spans[0],
                                   fmt::format("only a square matrix has powers, and {} is {}",
                                               quoted(node.children[0]), size_text(base.surface)))
                                 .about(mismatch({base.surface}));
    label(diagnostic, node.children[0], base);
    note_origin(diagnostic, node.children[0], base, 0);
    note_origin(diagnostic, node.children[0], base, 1);
    offer(diagnostic, node.operator_spans[0], ".^", "raise entry by entry");
    return {};
  }
  const bool is_whole = exact && exact->is_integer();
  const bool is_written_out = is_whole && std::abs(exact->num()) <= most_factors;
  if ((is_whole || is_of_sizes(exponent)) && !is_written_out && base.indices.empty()) return power_by_size(base, ast);
  if (!is_written_out) {
    Diagnostic& diagnostic =
        error("G0215", written.span, fmt::format("{} is no power of a matrix", quoted(exponent_ast)));
    diagnostic.note("a square matrix is raised to whole numbers and to sizes: `A^3`, `A^-1`, `dim k` and `A^k`");
    diagnostic.help(fmt::format("entry by entry: `{}.^{}`", grouped(node.children[0]), raw(exponent_ast)));
    return {};
  }
  std::int64_t count = exact->num();
  if (count == 0) {
    Value identity = base;
    if (!base.indices.empty()) return raised(base, 0);
    identity.expr = make_identity(pool_, base.surface[0]);
    identity.is_anonymous = true;
    return identity;
  }
  Value factor = base;
  if (count < 0) {
    factor = inverse(base, node.children[0], node.span);
    if (factor.is_poisoned()) return {};
    count = -count;
  }
  Chain chain(*this, factor);
  for (std::int64_t i = 1; i < count; ++i) chain.take(factor, Operator::times);
  return chain.made();
}

}  // namespace gradwright::formula
