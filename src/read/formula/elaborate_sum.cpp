// Sums, comparisons, elementwise functions, and reductions along rows and columns.
#include <fmt/format.h>

#include <algorithm>

#include "read/formula/elaborate.h"

namespace gradwright::formula {

using MaybeLabel = ProductDraft::MaybeLabel;

void Elaborator::union_of(const std::vector<Value>& values, Shape& surface, std::vector<Index>& indices,
                          std::vector<Dim>& extents) const {
  std::map<Index, Dim> all;
  for (const Value& value : values) {
    if (!value.is_scalar()) surface = value.surface;
    for (std::size_t i = 0; i < value.indices.size(); ++i) all.emplace(value.indices[i], value.extents[i]);
  }
  for (const auto& [index, extent] : all) {
    indices.push_back(index);
    extents.push_back(extent);
  }
}

Value Elaborator::lifted(const Value& value, const Shape& surface, const std::vector<Index>& indices,
                         const std::vector<Dim>& extents) {
  if (value.surface == surface && value.indices == indices) return value;
  ProductDraft sheet = draft();
  for (std::size_t i = 0; i < indices.size(); ++i) (void)sheet.index_label(indices[i], extents[i]);
  const auto places = sheet.fresh_axes(surface);
  sheet.multiply(value, value.is_scalar() ? std::vector<MaybeLabel>{} : places);
  return sheet.made(places, surface);
}

Value Elaborator::mapped(Function function, const std::vector<Value>& values) {
  Value result;
  union_of(values, result.surface, result.indices, result.extents);
  std::vector<Expr> operands;
  for (const Value& value : values)
    operands.push_back(lifted(value, result.surface, result.indices, result.extents).expr);
  result.expr = make_map(pool_, function, std::move(operands));
  return result;
}

Value Elaborator::added(const std::vector<std::pair<Rational, Value>>& terms) {
  Value result;
  std::vector<Value> values;
  for (const auto& [sign, value] : terms) {
    if (value.is_poisoned()) return {};
    values.push_back(value);
  }
  union_of(values, result.surface, result.indices, result.extents);
  constexpr std::size_t most_terms = 2000;
  std::vector<Term> flat;
  for (const auto& term : terms) {
    const Value& value = term.second;
    Term outer{term.first, value.expr};
    bool is_anonymous = value.is_anonymous;
    while (is_anonymous) {  // ±(±X)
      const Term inner = split_coefficient(pool_, outer.expr);
      if (inner.expr == outer.expr || !(inner.coefficient == Rational(-1))) break;
      outer = {-outer.coefficient, inner.expr};
      is_anonymous = defined_.find(inner.expr) == defined_.end();
    }
    const Node& node = pool_[outer.expr];
    const bool is_unit = outer.coefficient.is_one() || outer.coefficient == Rational(-1);
    const bool dissolves = is_anonymous && is_unit && node.kind == Kind::add && node.operands.size() > 1 &&
                           node.operands.size() + flat.size() < most_terms;
    const auto append = [&](Rational coefficient, Expr expr, bool anonymous) {
      Value part = value;
      part.expr = expr;
      part.is_anonymous = anonymous;
      flat.push_back({coefficient, lifted(part, result.surface, result.indices, result.extents).expr});
    };
    if (!dissolves) {
      append(outer.coefficient, outer.expr, is_anonymous);
      continue;
    }
    const std::vector<Expr> operands = node.operands;
    const std::vector<Rational> coefficients = std::get<Coefficients>(node.payload).values;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      append(outer.coefficient * coefficients[i], operands[i], defined_.find(operands[i]) == defined_.end());
    }
  }
  work_ += flat.size() / 8;
  result.expr = make_add(pool_, axes(result), flat);
  for (const Value& value : values) result.is_anonymous = result.is_anonymous && value.expr != result.expr;
  return result;
}

Value Elaborator::sum(Ast ast) {
  const AstNode& node = asts_[ast];
  std::vector<std::pair<Rational, Value>> terms;
  bool good = true;
  std::size_t shaped = node.children.size();
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    terms.emplace_back(node.operators[i] == Operator::minus ? -1 : 1, value_of(node.children[i]));
    const Value& value = terms.back().second;
    if (value.is_poisoned()) {
      good = false;
      continue;
    }
    if (value.is_scalar()) continue;
    if (shaped == node.children.size()) {
      shaped = i;
      continue;
    }
    const Value& first = terms[shaped].second;
    if (first.surface == value.surface) continue;
    good = false;
    const char* sign = node.operators[i] == Operator::minus ? "-" : "+";
    const Ast left = node.children[shaped];
    const Ast right = node.children[i];
    const bool is_bias = first.surface.size() == 2 && value.surface.size() == 2 &&
                         is_vector(first) != is_vector(value) &&
                         (rows_of(first) == rows_of(value) || cols_of(first) == cols_of(value));
    Diagnostic& diagnostic =
        error(is_bias ? "G0207" : "G0201", node.operator_spans[i],
              fmt::format("cannot {} {} ({}) and {} ({})", sign[0] == '-' ? "subtract" : "add", quoted(left),
                          size_text(first.surface), quoted(right), size_text(value.surface)))
            .about(mismatch({first.surface, value.surface}));
    label(diagnostic, left, first);
    label(diagnostic, right, value);
    if (first.surface.size() != 2 || value.surface.size() != 2) continue;
    if (is_bias) {
      const bool second_is_vector = is_vector(value);
      const Value& vector = second_is_vector ? value : first;
      const Value& matrix = second_is_vector ? first : value;
      const Ast at_vector = second_is_vector ? right : left;
      std::string text = raw(at_vector);
      const bool column = pool_.dims().is_one(cols_of(vector));
      if (!column || asts_[at_vector].kind == AstKind::sum)
        text = grouped(at_vector);  // a product stands behind the ones
      const std::string spread = column ? fmt::format("{}*ones({})'", text, pool_.dims().to_string(cols_of(matrix)))
                                        : fmt::format("ones({})*{}", pool_.dims().to_string(rows_of(matrix)), text);
      diagnostic.note("nothing but a scalar is repeated by itself");
      offer(diagnostic, asts_[at_vector].span, spread, fmt::format("add it to every {}", column ? "column" : "row"));
      continue;
    }
    note_differences(diagnostic, first, value, left, right);
    if (first.surface[0] == value.surface[1] && first.surface[1] == value.surface[0])
      offer_transpose(diagnostic, right);
    else if (is_vector(value) && rows_of(value) == cols_of(first) && pool_.dims().is_one(cols_of(value)))
      offer(diagnostic, asts_[right].span,
            fmt::format("ones({})*{}", pool_.dims().to_string(rows_of(first)), turned(right)),
            "add its transpose to every row");
  }
  return good ? added(terms) : Value{};
}

Value Elaborator::comparison(Ast ast) {
  const AstNode& node = asts_[ast];
  const Value a = value_of(node.children[0]);
  const Value b = value_of(node.children[1]);
  if (a.is_poisoned() || b.is_poisoned()) return {};
  if (!a.is_scalar() && !b.is_scalar() && a.surface != b.surface) {
    hadamard_mismatch(a, b, node.children[0], node.children[1], "a comparison", node.operator_spans[0]);
    return {};
  }
  switch (node.operators[0]) {
    case Operator::less: return mapped(Function::greater, {b, a});
    case Operator::less_equal: return mapped(Function::greater_equal, {b, a});
    case Operator::greater: return mapped(Function::greater, {a, b});
    case Operator::greater_equal: return mapped(Function::greater_equal, {a, b});
    default: return mapped(Function::equal, {a, b});
  }
}

Value Elaborator::summed_over(const Value& value, bool over_rows, bool over_cols) {
  ProductDraft sheet = draft();
  auto places = sheet.fresh_axes(value.surface);
  sheet.multiply(value, places);
  Shape surface = value.surface;
  if (surface.empty()) return value;
  if (value.is_tensor()) return sheet.made({}, {});
  if (over_rows) places[0] = std::nullopt;
  if (over_cols) places[1] = std::nullopt;
  if (over_rows) surface[0] = pool_.dims().one();
  if (over_cols) surface[1] = pool_.dims().one();
  return sheet.made(places, normal(surface));
}

std::vector<std::uint16_t> Elaborator::axes_over(const Value& value, bool over_rows, bool over_cols) const {
  std::vector<std::uint16_t> over;
  auto axis = static_cast<std::uint16_t>(value.indices.size());
  for (std::size_t i = 0; i < value.surface.size(); ++i) {
    if (!value.is_tensor() && pool_.dims().is_one(value.surface[i])) continue;
    if (value.is_tensor() || (i == 0 ? over_rows : over_cols)) over.push_back(axis);
    ++axis;
  }
  return over;
}

Value Elaborator::folded(FoldKind kind, const Value& value, bool over_rows, bool over_cols) {
  Value result = value;
  result.is_anonymous = true;
  if (value.is_scalar()) return value;
  const std::vector<std::uint16_t> over = axes_over(value, over_rows, over_cols);
  if (value.is_tensor()) {
    result.surface = {};
  } else {
    if (over_rows) result.surface[0] = pool_.dims().one();
    if (over_cols) result.surface[1] = pool_.dims().one();
    result.surface = normal(result.surface);
  }
  result.expr = make_fold(pool_, kind, value.expr, over);
  if (over.empty()) result.is_anonymous = value.is_anonymous;
  return result;
}

Value Elaborator::count_of(const Value& value, bool over_rows, bool over_cols) {
  Shape extents;
  for (std::size_t i = 0; i < value.surface.size(); ++i) {
    if (value.is_tensor() || (i == 0 ? over_rows : over_cols)) {
      if (!pool_.dims().is_one(value.surface[i])) extents.push_back(value.surface[i]);
    }
  }
  Value count;
  count.expr = make_einsum(pool_, {}, {}, extents);
  return count;
}

Value Elaborator::spread(const Value& value, const Shape& surface) {
  ProductDraft sheet = draft();
  const auto places = sheet.fresh_axes(surface);
  std::vector<MaybeLabel> own;
  for (std::size_t i = 0; i < value.surface.size(); ++i)
    own.push_back(pool_.dims().is_one(value.surface[i]) ? MaybeLabel{} : places[i]);
  sheet.multiply(value, own);
  return sheet.made(places, surface);
}

}  // namespace gradwright::formula
