// Built-in matrices and rearrangements: identity, ones, diagonals, reshapes, concatenations, Kronecker products.
#include <fmt/format.h>

#include "read/formula/functions_access.h"

namespace gradwright::formula {

using MaybeLabel = ProductDraft::MaybeLabel;

std::optional<Dim> Builtins::size_at(E& e, Ast child) {
  const auto size = e.dim_of(child, false);
  if (!size) return size;
  const auto value = e.pool_.dims().constant_value(*size);
  if (!value || *value >= 1) return size;
  e.error("G0208", e.asts_[child].span, fmt::format("a size is at least 1, not {}", *value));
  return std::nullopt;
}

Value Builtins::eye(E& e, Ast call) {
  const auto size = size_at(e, e.asts_[call].children[0]);
  if (!size) return {};
  Value result;
  if (e.pool_.dims().is_one(*size)) return e.literal(1);
  result.surface = {*size, *size};
  result.expr = make_identity(e.pool_, *size);
  return result;
}

Value Builtins::ones(E& e, Ast call) {
  const AstNode& node = e.asts_[call];
  Value result;
  for (const Ast child : node.children) {
    const auto size = size_at(e, child);
    if (!size) return {};
    result.surface.push_back(*size);
  }
  if (result.surface.size() == 1) result.surface.push_back(e.pool_.dims().one());
  if (result.surface.size() > 8) {
    e.error("G0211", node.span, "a tensor has 8 axes at most");
    return {};
  }
  result.surface = e.normal(result.surface);
  const Shape axes = e.surface_axes(result);
  result.expr = node.text == "zeros" ? make_zero(e.pool_, axes)
                : axes.empty()       ? make_literal(e.pool_, 1)
                                     : make_ones(e.pool_, axes);
  return result;
}

Value Builtins::diag(E& e, Ast call) {
  const Value value = matrix_argument(e, call);
  if (value.is_poisoned() || value.is_scalar()) return value;
  ProductDraft sheet = e.draft();
  const Dim one = e.pool_.dims().one();
  if (e.is_vector(value)) {
    const Dim extent = e.pool_.dims().is_one(value.surface[0]) ? value.surface[1] : value.surface[0];
    const auto place = sheet.fresh(extent);
    sheet.multiply(value, {place, place});
    return sheet.made({place, place}, {extent, extent});
  }
  if (!e.is_square(value)) {
    wrong_shape(e, call, 0, value, "a vector or a square matrix");
    return {};
  }
  const auto place = sheet.fresh(value.surface[0]);
  sheet.multiply(value, {place, place});
  return sheet.made({place, std::nullopt}, {value.surface[0], one});
}

Value Builtins::vec(E& e, Ast call) {
  const AstNode& node = e.asts_[call];
  const Value value = e.value_of(node.children[0]);
  if (value.is_poisoned() || value.is_scalar()) return value;
  if (!value.indices.empty()) {
    e.error("G0211", node.span, "`vec` cannot stand in index notation");
    return {};
  }
  std::optional<Dim> length = e.pool_.dims().one();
  for (const Dim dim : value.surface) {
    length = e.dim_product(*length, dim, node.span);
    if (!length) return {};
  }
  Value result;
  result.surface = e.normal({*length, e.pool_.dims().one()});
  result.expr = make_reshape(e.pool_, value.expr, e.surface_axes(result));
  result.is_anonymous = result.expr == value.expr ? value.is_anonymous : true;
  return result;
}

Value Builtins::reshape(E& e, Ast call) {
  const AstNode& node = e.asts_[call];
  const Value value = e.value_of(node.children[0]);
  Value result;
  std::optional<Dim> before = e.pool_.dims().one();
  std::optional<Dim> after = before;
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    const auto size = size_at(e, node.children[i]);
    if (!size) return {};
    result.surface.push_back(*size);
    after = e.dim_product(*after, *size, node.span);
    if (!after) return {};
  }
  if (value.is_poisoned()) return {};
  for (const Dim dim : value.surface) {
    before = e.dim_product(*before, dim, node.span);
    if (!before) return {};
  }
  if (*before != *after || !value.indices.empty()) {
    Diagnostic& diagnostic = e.error("G0208", node.span,
                                     fmt::format("cannot reshape {} ({}: {} entries) to {} ({} entries)",
                                                 e.quoted(node.children[0]), e.size_text(value.surface),
                                                 e.dim_text(*before), e.size_text(result.surface), e.dim_text(*after)))
                                 .about(e.mismatch({value.surface, Shape{*before}, result.surface, Shape{*after}}));
    e.label(diagnostic, node.children[0], value);
    diagnostic.help(fmt::format("a reshape keeps every entry: the sizes multiply to {}", e.dim_text(*before)));
    return {};
  }
  if (result.surface.size() == 1) result.surface.push_back(e.pool_.dims().one());
  if (result.surface.size() > 8) {
    e.error("G0211", node.span, "a tensor has 8 axes at most");
    return {};
  }
  result.surface = e.normal(result.surface);
  result.expr = make_reshape(e.pool_, value.expr, e.surface_axes(result));
  result.is_anonymous = result.expr == value.expr ? value.is_anonymous : true;
  return result;
}

Value Builtins::hcat(E& e, Ast call) {
  const AstNode& node = e.asts_[call];
  std::vector<std::vector<Value>> rows;
  std::vector<std::vector<Ast>> asts;
  const bool vertical = node.text == "vcat";
  for (const Ast child : node.children) {
    const Value value = e.value_of(child);
    if (value.is_poisoned()) return {};
    if (value.is_tensor()) {
      e.error("G0211", e.asts_[child].span,
              fmt::format("a tensor ({}) is no block of a matrix", e.size_text(value.surface)))
          .about(e.mismatch({value.surface}));
      return {};
    }
    if (vertical || rows.empty()) {
      rows.emplace_back();
      asts.emplace_back();
    }
    rows.back().push_back(value);
    asts.back().push_back(child);
  }
  return e.joined_blocks(rows, asts, node.span);
}

Value Builtins::vcat(E& e, Ast call) { return hcat(e, call); }

Value Builtins::outer(E& e, Ast call) {
  const std::vector<Value> values = arguments(e, call);
  if (values.empty()) return {};
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    if (values[i].is_scalar() || e.is_vector(values[i])) continue;
    wrong_shape(e, call, i, values[i], "two vectors");
    return {};
  }
  const auto column = [&](const Value& v) {
    return !v.is_scalar() && e.pool_.dims().is_one(v.surface[0]) ? e.transposed_value(v) : v;
  };
  return e.multiplied(column(values[0]), e.transposed_value(column(values[1])), Operator::times,
                      e.asts_[call].children[0], e.asts_[call].children[1], e.asts_[call].span);
}

Value Builtins::inv(E& e, Ast call) {
  const Value value = matrix_argument(e, call);
  return value.is_poisoned() ? value : e.inverse(value, e.asts_[call].children[0], e.asts_[call].span);
}

Value Builtins::kron(E& e, Ast call) {
  const Value a = matrix_argument(e, call, 0);
  const Value b = matrix_argument(e, call, 1);
  return a.is_poisoned() || b.is_poisoned() ? Value{} : e.kronecker(a, b, e.asts_[call].span);
}

Value Builtins::solve(E& e, Ast call) {
  const AstNode& node = e.asts_[call];
  const Value a = matrix_argument(e, call, 0);
  const Value b = matrix_argument(e, call, 1);
  if (a.is_poisoned() || b.is_poisoned()) return {};
  return e.multiplied(a, b, Operator::under, node.children[0], node.children[1], node.span);
}

Value Builtins::commutation(E& e, Ast call) {
  const AstNode& node = e.asts_[call];
  const auto m = size_at(e, node.children[0]);
  const auto n = size_at(e, node.children[1]);
  if (!m || !n) return {};
  const auto size = e.dim_product(*m, *n, node.span);
  if (!size) return {};
  // K vec(X) = vec(X') for X m×n: K[(j + n·i), (i' + m·j')] = [i = i'][j = j'].
  Value result;
  result.surface = e.normal({*size, *size});
  if (result.is_scalar()) return e.literal(1);
  const Expr both = make_einsum(e.pool_, {0, 1, 1, 0}, {}, {*n, *m});
  result.expr = make_reshape(e.pool_, both, e.surface_axes(result));
  return result;
}

Value Builtins::turned(E& e, const Value& value, bool rows, bool cols) {
  if (value.is_scalar()) return value;
  DimTable& dims = e.pool_.dims();
  std::vector<AffineIndex> window;
  const Shape out = e.axes(value);
  for (std::size_t i = 0; i < value.indices.size(); ++i)
    window.push_back({{{static_cast<std::uint16_t>(i), 1}}, dims.constant(0)});
  for (std::size_t side = 0; side < 2; ++side) {
    if (dims.is_one(value.surface[side])) continue;
    const auto axis = static_cast<std::uint16_t>(window.size());
    const bool turns = side == 0 ? rows : cols;
    window.push_back(
        {{{axis, turns ? -1 : 1}}, turns ? dims.sum(value.surface[side], dims.one(), -1) : dims.constant(0)});
  }
  Value result = value;
  result.expr = make_window(e.pool_, value.expr, out, window);
  result.is_anonymous = true;
  return result;
}

Value Builtins::rot180(E& e, Ast call) {
  const Value value = matrix_argument(e, call);
  return value.is_poisoned() ? value : turned(e, value, true, true);
}

Value Builtins::flip(E& e, Ast call) {
  const Value value = matrix_argument(e, call);
  if (value.is_poisoned() || value.is_scalar()) return value;
  return turned(e, value, true, e.is_vector(value));
}

Value Builtins::transpose(E& e, Ast call) {
  const Value value = matrix_argument(e, call);
  return value.is_poisoned() ? value : e.transposed_value(value);
}

/// tril, triu: entrywise times a mask of zeros and ones.
Value Builtins::triangle(E& e, Ast call) {
  const Value value = matrix_argument(e, call);
  if (value.is_poisoned()) return value;
  if (value.is_scalar()) return value;  // the one entry is on the diagonal
  if (e.is_vector(value)) {
    wrong_shape(e, call, 0, value, "a matrix");
    return {};
  }
  Value mask;
  mask.surface = value.surface;
  mask.expr = e.asts_[call].text == "tril"
                  ? make_lower_mask(e.pool_, mask.surface[0], mask.surface[1])
                  : transposed(e.pool_, make_lower_mask(e.pool_, mask.surface[1], mask.surface[0]));
  return e.hadamard_product(value, mask);
}

Value Builtins::size(E& e, Ast call) {
  const Value value = matrix_argument(e, call);
  if (value.is_poisoned()) return value;
  return e.size_value(e.asts_[call].text == "rows" ? e.rows_of(value) : e.cols_of(value));
}

Value Builtins::delta(E& e, Ast call) { return e.delta(call); }

Value Builtins::square(E& e, Ast call) {
  const Value value = e.value_of(e.asts_[call].children[0]);
  return value.is_poisoned() ? value : e.raised(value, 2);
}

Value Builtins::pow(E& e, Ast call) {
  const std::vector<Value> values = arguments(e, call);
  if (values.empty()) return {};
  if (values[1].is_scalar() && e.pool_.kind(values[1].expr) == Kind::literal) {
    const Rational exponent = e.pool_.payload<Rational>(values[1].expr);
    if (!(is_zero(e.pool_, values[0].expr) && exponent.is_negative())) return e.raised(values[0], exponent);
    e.error("G0006", e.asts_[call].span, "division by zero");
    return {};
  }
  if (!values[0].is_scalar() && !values[1].is_scalar() && !equal_shapes(e, call, values[0], values[1])) return {};
  return e.mapped(Function::pow, values);
}

}  // namespace gradwright::formula
