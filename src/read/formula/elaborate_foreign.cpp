// `|v|`, `x**2`, `e^x`, `[[1,2],[3,4]]`: what they would be here depends on the sizes of what stands in them. No value comes of them.
#include <fmt/format.h>

#include <algorithm>

#include "read/formula/elaborate.h"

namespace gradwright::formula {

Value Elaborator::bars(Ast ast) {
  const AstNode& node = asts_[ast];
  const Ast inner = node.children[0];
  const Value value = value_of(inner);
  if (value.is_poisoned()) return {};
  const bool is_matrix = !value.is_scalar() && !is_vector(value);
  const bool is_double = node.text.starts_with("||");
  const std::string which = node.text.substr(is_double ? 2 : 1);  // _1, _2, _F, _\infty
  Diagnostic& diagnostic = error("G0117", node.span,
                                 fmt::format("bars are no brackets here: {} is {}", quoted(inner),
                                             value.is_scalar() ? "a scalar" : size_text(value.surface)));
  const auto write = [&](std::string_view function, std::string title) {
    offer(diagnostic, node.span, fmt::format("{}({})", function, bare(raw(inner))), std::move(title));
  };
  if (value.is_scalar()) {
    write("abs", "the absolute value");
  } else if (which == "_1" && !is_matrix) {
    write("norm1", "the sum of the absolute values");
  } else if (which == "_F" || (!is_matrix && (which == "_2" || which.empty())) ||
             (is_matrix && is_double && which.empty())) {
    write("norm2", is_matrix ? "the Frobenius norm" : "the length");
  }
  if (!value.is_scalar() && !is_double && which.empty()) {
    if (is_square(value)) write("det", "the determinant");
    write("abs", "the absolute value of each entry");
  }
  if (diagnostic.fixits.empty())
    diagnostic.help("norms are `norm1` and `norm2`, which of a matrix are those of its entries");
  return {};
}

bool Elaborator::is_e(Ast ast) const {
  const AstNode& node = asts_[ast];
  const bool is_argument = !frames_.empty() && frames_.back().arguments.contains(node.text);
  return node.kind == AstKind::name && node.text == "e" && binding("e") == nullptr && !has_symbol("e") &&
         !index_named("e") && !is_argument;
}

Value Elaborator::power_of_e(Ast ast) {
  const AstNode& node = asts_[ast];
  const Value exponent = value_of(node.children[1]);
  if (exponent.is_poisoned()) return {};
  Diagnostic& diagnostic =
      error("G0301", asts_[node.children[0]].span, "unknown name `e`: the exponential function is `exp`");
  if (is_square(exponent) && node.operators[0] == Operator::power) {
    diagnostic.help("`exp` of a matrix is taken entry by entry; the series of its powers has no name here");
    return {};
  }
  const std::string call = fmt::format("exp({})", bare(raw(node.children[1])));
  offer(diagnostic, node.span, call, fmt::format("write `{}`", call));
  return {};
}

bool Elaborator::is_tower(Ast ast) const {
  const AstNode& node = asts_[ast];
  const AstNode& base = asts_[node.children[0]];
  return base.kind == AstKind::power && !is_enclosed(raw(node.children[0]));
}

Value Elaborator::foreign_tower(Ast ast) {
  error("G0117", asts_[ast].span, "a power of a power: which comes first?")
      .help(is_e(asts_[asts_[ast].children[0]].children[0]) ? "write `exp(…)`, with the whole exponent in its brackets"
                                                            : "set brackets: `x^(y^z)` or `(x^y)^z`");
  return {};
}

Value Elaborator::double_star(Ast ast) {
  const AstNode& node = asts_[ast];
  const Value base = value_of(node.children[0]);
  const Value exponent = value_of(node.children[1]);
  if (base.is_poisoned() || exponent.is_poisoned()) return {};
  const bool is_matrix = !base.is_scalar() && !is_vector(base);
  Diagnostic& diagnostic = error("G0117", node.operator_spans[0], "`**` is no operator here");
  offer(diagnostic, node.operator_spans[0], is_matrix ? ".^" : "^",
        is_matrix ? "raise entry by entry" : "a power is written with `^`");
  if (is_square(base))
    diagnostic.help(fmt::format("a product of matrices: `{0}^2` is `{0}*{0}`", grouped(node.children[0])));
  return {};
}

bool Elaborator::refuses_lists(Ast ast) {
  const AstNode& node = asts_[ast];
  const auto is_row = [&](Ast child) {
    return asts_[child].kind == AstKind::block && asts_[child].rows.size() == 1 && raw(child).starts_with('[');
  };
  if (node.rows.size() != 1 || node.children.size() < 2 || !std::ranges::all_of(node.children, is_row)) return false;
  std::string rows;
  bool is_matrix = true;
  for (const Ast child : node.children) {
    const auto is_block = [&](Ast entry) { return asts_[entry].kind == AstKind::block; };
    is_matrix = is_matrix && std::ranges::none_of(asts_[child].children, is_block);
    const std::string row = raw(child);
    rows += (rows.empty() ? "" : "; ") + row.substr(1, row.size() - 2);
  }
  Diagnostic& diagnostic =
      error("G0117", node.span, "lists inside a list: is it a matrix by its rows, or blocks side by side?");
  if (is_matrix) offer(diagnostic, node.span, "[" + rows + "]", "the rows of a matrix are parted by `;`");
  diagnostic.help(is_matrix ? "side by side: leave the inner brackets out"
                            : "a tensor is data: declare it, `A : R[a,b,c]`");
  return true;
}

}  // namespace gradwright::formula
