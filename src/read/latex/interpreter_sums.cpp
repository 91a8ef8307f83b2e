// Sums over indices, ones, indicators, gradients inside a formula.
#include <fmt/format.h>

#include <algorithm>

#include "read/latex/interpreter.h"

namespace gradwright::latex {

/// The body of a sum: one product, and the terms after it that still speak of the index.
Sketch Interpreter::summand(Cursor& cursor, const std::vector<std::string>& indices) {
  const auto mentions = [&](const auto& self, const TexRow& row, std::size_t begin, std::size_t end,
                            bool in_script) -> bool {
    for (std::size_t i = begin; i < end; ++i) {
      const TexNode& node = row[i];
      const bool is_index = in_script && std::find(indices.begin(), indices.end(), node.text) != indices.end();
      // what stands behind a sum over the same index speaks of that one
      if (node.kind == TexKind::big && self(self, node.sub, 0, node.sub.size(), true)) return false;
      if (is_index || self(self, node.sub, 0, node.sub.size(), true) || self(self, node.sup, 0, node.sup.size(), true))
        return true;
      for (const TexRow& part : node.parts) {
        if (self(self, part, 0, part.size(), in_script)) return true;
      }
    }
    return false;
  };
  Factor lone;
  std::vector<Sketch> terms{chain(cursor, &lone)};
  std::vector<bool> minus{false};
  while (terms.back() != nullptr && (cursor.is_sign("+") || cursor.is_sign("-"))) {
    std::size_t end = cursor.at + 1;
    while (end < cursor.row.size() && !cursor.row[end].is_sign("+") && !cursor.row[end].is_sign("-")) ++end;
    const bool is_sum_itself = std::any_of(cursor.row.begin() + static_cast<std::ptrdiff_t>(cursor.at),
                                           cursor.row.begin() + static_cast<std::ptrdiff_t>(end),
                                           [](const TexNode& node) { return node.kind == TexKind::big; });
    if (is_sum_itself || !mentions(mentions, cursor.row, cursor.at + 1, end, false)) break;
    minus.push_back(cursor.is_sign("-"));
    ++cursor.at;
    terms.push_back(chain(cursor, &lone));
  }
  if (terms.back() == nullptr) return nullptr;
  const Span span = joined(terms.front()->span, terms.back()->span);
  return sketcher_.sum(std::move(terms), std::move(minus), span);
}

Interpreter::Factor Interpreter::blackboard(Cursor& cursor) {
  const TexNode node = cursor.node();
  ++cursor.at;
  const std::string text = plain_text(node.parts[0]);
  const bool before_fence = !cursor.is_end() && cursor.node().kind == TexKind::fence && cursor.node().parts.size() == 1;
  if ((text == "1" || text == "I") &&
      (compares(unwrapped(node.sub)) || (before_fence && compares(cursor.node().parts[0]))))
    return {indicator(cursor, node), false, false, true};
  if (text == "E" && before_fence) {
    const Factor inner = fenced(cursor.node());
    ++cursor.at;
    if (inner.sketch == nullptr) return {};
    return {sketcher_.call("mean", {inner.sketch}, node.span), false, false, false};
  }
  if (text != "1" && text != "I" && text != "0") {
    (void)fail("G0602", node.span, fmt::format("`{}` in this style has no meaning here", text),
               "write a name of the sheet");
    return {};
  }
  if (text == "0") return zeros(node);
  if (text == "1") return ones(node);
  return identity(node);
}

/// \nabla_W L, \partial L/\partial W
Sketch Interpreter::derivative(Cursor& cursor) {
  const TexNode sign = cursor.node();
  ++cursor.at;
  const bool is_turned = !cursor.is_end() && sign.text == "nabla" && is_transposed_number(cursor.node());
  TexNode bare = cursor.is_end() ? sign : cursor.node();
  if (is_turned) bare.sup.clear();
  const auto of = cursor.is_end() ? std::nullopt : name_of(bare);
  const Span of_span = cursor.is_end() ? sign.span : cursor.node().span;
  std::optional<Named> wrt;
  Span wrt_span = sign.span;
  if (of && sign.text == "nabla" && sign.sub.size() == 1) {
    wrt = name_of(sign.sub[0]);
    ++cursor.at;
  } else if (of && sign.text == "partial" && cursor.at + 3 < cursor.row.size() &&
             cursor.row[cursor.at + 1].is_sign("/") && cursor.row[cursor.at + 2].is_sign("partial")) {
    wrt = name_of(cursor.row[cursor.at + 3]);
    wrt_span = cursor.row[cursor.at + 3].span;
    cursor.at += 4;
  }
  if (!of || !wrt || !of->entry.empty() || !wrt->entry.empty())
    return fail("G0602", sign.span, "this derivative is not read",
                "write `\\frac{\\partial L}{\\partial W}` or `\\nabla_W L` with names of the sheet");
  const Span span = joined(sign.span, wrt_span);
  const Sketch made = slope(of->name, of_span, wrt->name, wrt_span, span);
  return is_turned ? sketcher_.transposed(made, span) : made;
}

}  // namespace gradwright::latex
