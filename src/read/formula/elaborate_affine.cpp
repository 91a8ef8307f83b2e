// Sums of index variables and sizes: `2*r + u - 1`. Where they are one number (`delta(i, 2*r+u-1)`), and whether they stay inside of an array.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ir/reach.h"
#include "read/formula/elaborate.h"

namespace gradwright::formula {

bool Elaborator::affine_of(Ast ast, std::int64_t factor, Affine& total) {
  const AstNode& node = asts_[ast];
  if (factor > 1000000 || factor < -1000000) return false;
  if (node.kind == AstKind::name) {
    if (const auto index = index_named(node.text)) {
      total.parts[*index] += factor;
      return true;
    }
  }
  if (!mentions_index(ast)) {
    const auto constant = dim_of(ast, false);
    if (!constant) return false;
    const auto sum = dim_sum(total.constant, *constant, factor, node.span);
    if (!sum) return false;
    total.constant = *sum;
    total.has_constant = true;
    return true;
  }
  switch (node.kind) {
    case AstKind::negate: return affine_of(node.children[0], -factor, total);
    case AstKind::sum:
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        if (!affine_of(node.children[i], node.operators[i] == Operator::minus ? -factor : factor, total)) return false;
      }
      return true;
    case AstKind::product: {
      if (node.children.size() != 2 || node.operators[0] != Operator::times) break;
      for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
        const AstNode& written = asts_[node.children[i]];
        const bool is_minus = written.kind == AstKind::negate;  // -2*r is (-2)*r
        const AstNode& number = is_minus ? asts_[written.children[0]] : written;
        if (number.kind == AstKind::number && number.value.is_integer() && number.value.num() <= 1000000) {
          return affine_of(node.children[1 - i], (is_minus ? -factor : factor) * number.value.num(), total);
        }
      }
      break;
    }
    default: break;
  }
  error("G0212", node.span, fmt::format("{} is no index", quoted(ast)))
      .help("an index is a sum of index variables and sizes with whole factors: `2*r + u - 1`");
  return false;
}

bool Elaborator::is_possible(Dim room, const std::function<Diagnostic()>& fault) {
  DimTable& dims = pool_.dims();
  if (is_nonnegative(dims, room)) return true;
  Diagnostic found = fault();
  if (!is_nonnegative(dims, dims.sum(dims.constant(-1), room, -1))) {
    bounds.push_back({room, std::move(found)});
    const std::vector<Dim>& assumed = dims.assumed_nonnegative();
    if (std::find(assumed.begin(), assumed.end(), room) == assumed.end()) dims.assume_nonnegative(room);
    return true;
  }
  error(found.code.c_str(), found.span, found.message).about(found.fact).helps = found.helps;
  return false;
}

// Nothing is read, so nothing lies outside: where the numbers are not one, it is 0.
Value Elaborator::delta(Ast ast) {
  const AstNode& node = asts_[ast];
  DimTable& dims = pool_.dims();
  std::array<Affine, 2> sides;
  bool has_index = false;
  for (std::size_t i = 0; i < 2; ++i) {
    sides[i].constant = dims.constant(0);
    if (!affine_of(node.children[i], 1, sides[i])) return {};
    std::erase_if(sides[i].parts, [](const auto& part) { return part.second == 0; });
    for (const auto& [index, coefficient] : sides[i].parts) {
      if (!indices_[index].extent) return {};
      has_index = true;
    }
  }
  if (!has_index) {
    error("G0214", node.span, fmt::format("{} has no index: `delta(i,j)` takes two", quoted(ast)));
    return {};
  }
  const auto lone = [&](const Affine& side) -> std::optional<Index> {
    const bool is_lone = side.parts.size() == 1 && side.parts.begin()->second == 1 && side.constant == dims.constant(0);
    return is_lone ? std::optional(side.parts.begin()->first) : std::nullopt;
  };
  ProductDraft sheet = draft();
  for (const Affine& side : sides) {
    for (const auto& [index, coefficient] : side.parts) (void)sheet.index_label(index, *indices_[index].extent);
  }
  const auto first = lone(sides[0]), second = lone(sides[1]);
  if (first && second && *indices_[*first].extent == *indices_[*second].extent) {
    const Label a = sheet.index_label(*first, *indices_[*first].extent);
    const Label b = sheet.index_label(*second, *indices_[*second].extent);
    if (a != b) sheet.unite(a, b);
    return sheet.made({}, {});
  }
  Shape shape;
  Labels labels;
  const auto axis_of = [&](Index index) {
    const Label label = sheet.index_label(index, *indices_[index].extent);
    const auto found = std::find(labels.begin(), labels.end(), label);
    if (found != labels.end()) return static_cast<std::uint16_t>(found - labels.begin());
    labels.push_back(label);
    shape.push_back(*indices_[index].extent);
    return static_cast<std::uint16_t>(labels.size() - 1);
  };
  const auto entry_of = [&](const Affine& side) {  // counted from 0
    AffineIndex entry{{}, dims.sum(side.constant, dims.one(), -1)};
    for (const auto& [index, coefficient] : side.parts) {
      entry.parts.push_back({axis_of(index), coefficient});
      entry.offset = dims.sum(entry.offset, dims.constant(coefficient));
    }
    return entry;
  };
  const Affine& row = first ? sides[0] : sides[1];
  const Affine& column = first ? sides[1] : sides[0];
  if (const auto index = first ? first : second; index && !column.parts.empty() && !column.parts.contains(*index)) {
    const AffineIndex of_row = entry_of(row), of_column = entry_of(column);
    const Expr identity = make_identity(pool_, *indices_[*index].extent);
    sheet.multiply(make_window(pool_, identity, shape, {of_row, of_column}), labels, true);
    return sheet.made({}, {});
  }
  // ones(1) at the distance of the two.
  Affine apart = sides[0];
  apart.constant = dims.sum(dims.sum(apart.constant, sides[1].constant, -1), dims.one());
  for (const auto& [one, coefficient] : sides[1].parts) apart.parts[one] -= coefficient;
  std::erase_if(apart.parts, [](const auto& part) { return part.second == 0; });
  const AffineIndex distance = entry_of(apart);
  if (const auto known = dims.constant_value(distance.offset); known && distance.parts.empty()) {
    if (*known != 0) sheet.multiply(Rational(0));
    return sheet.made({}, {});
  }
  sheet.multiply(make_window(pool_, make_ones(pool_, {dims.one()}), shape, {distance}), labels, true);
  return sheet.made({}, {});
}

}  // namespace gradwright::formula
