// A sum along the wrong axis that is spread over a matrix again: ones(n)*colsum(A) for rowsum(A)*ones(m)'. In NumPy it is one number, axis=0 for axis=1.
#include "check/edit_axes.h"

#include <string_view>

#include "check/edit_search.h"

namespace gradwright::check {
namespace {

bool is_ones(const AstNode& node) {
  return node.kind == AstKind::call && node.text == "ones" && node.children.size() == 1;
}

/// The one factor that is a call of this kind, `colsum(A)` for "col"; its place among the factors.
std::optional<std::size_t> factor_along(const AstPool& pool, const AstNode& product, std::string_view axis) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < product.children.size(); ++i) {
    const AstNode& factor = pool[product.children[i]];
    if (factor.kind != AstKind::call || factor.children.size() != 1 || !factor.text.starts_with(axis)) continue;
    if (found) return std::nullopt;
    found = i;
  }
  return found;
}

}  // namespace

std::optional<Spread> spread_of(const AstPool& pool, Ast ast) {
  const AstNode& whole = pool[ast];
  if (whole.kind != AstKind::product) return std::nullopt;
  const std::size_t last = whole.children.size() - 1;
  const AstNode& back = pool[whole.children[last]];
  const bool is_down = is_ones(pool[whole.children[0]]) && whole.operators[0] == Operator::times;
  const bool is_along = back.kind == AstKind::transpose && is_ones(pool[back.children[0]]) &&
                        whole.operators[last - 1] == Operator::times;
  if (is_down == is_along) return std::nullopt;
  const auto first = static_cast<std::ptrdiff_t>(is_down ? 1 : 0);
  const auto count = static_cast<std::ptrdiff_t>(last);
  AstNode rest;
  rest.kind = AstKind::product;
  rest.children.assign(whole.children.begin() + first, whole.children.begin() + first + count);
  rest.operators.assign(whole.operators.begin() + first, whole.operators.begin() + first + count - 1);
  rest.operator_spans.resize(rest.operators.size());
  return Spread{std::move(rest), is_down};
}

Ast made_rest(AstPool& pool, const Spread& spread) {
  return spread.rest.children.size() == 1 ? spread.rest.children[0] : pool.add(spread.rest);
}

Ast without_spreads(AstPool& pool, Ast ast, std::vector<Ast>& columns) {
  AstNode made = pool[ast];
  const auto is_beside = [&](std::size_t i) {  // and not multiplied with as matrices are
    const Operator op = made.operators[made.kind == AstKind::sum || i == 0 ? i : i - 1];
    return made.kind == AstKind::sum || op == Operator::dot_times || op == Operator::dot_over;
  };
  std::size_t count = 0;
  for (std::size_t i = 0; i < made.children.size(); ++i) {
    const auto spread = is_beside(i) ? spread_of(pool, made.children[i]) : std::nullopt;
    if (!spread) continue;
    made.children[i] = made_rest(pool, *spread);
    if (!spread->is_down) columns.push_back(made.children[i]);
    ++count;
  }
  if (count == 0 || count == made.children.size()) return ast;
  made.span = {};
  made.height = 1;
  return pool.add(std::move(made));
}

/// The sum along the other axis in its place, nothing yet beside it.
Ast Search::along_other_axis(Spread spread) {
  AstPool& pool = trees_.pool;
  if (const AstNode& only = pool[spread.rest.children[0]];
      spread.rest.children.size() == 1 && only.kind == AstKind::product) {
    spread.rest = only;
    spread.rest.span = {};
    spread.rest.height = 1;
  }
  const auto at = factor_along(pool, spread.rest, spread.is_down ? "col" : "row");
  if (!at) return {};
  const AstNode call = pool[spread.rest.children[*at]];
  spread.rest.children[*at] = made_call(pool, (spread.is_down ? "row" : "col") + call.text.substr(3), call.children);
  return made_rest(pool, spread);
}

void Search::other_axes(const Step& step) {
  AstPool& pool = trees_.pool;
  constexpr double cost = 0.95;  // as another axis costs where nothing is spread
  for (const Place& place : places_of(pool, step.root)) {
    if (place.is_size || pool[place.node].kind != AstKind::product) continue;
    const auto spread = spread_of(pool, part_at(pool, place));
    if (!spread) continue;
    const Ast folded = along_other_axis(*spread);
    if (folded.is_none()) continue;
    for (const Atom& atom : atoms_) {
      if (atom.origin != Atom::Origin::shape || pool[atom.ast].text != "ones") continue;
      const Ast part = spread->is_down ? made_product(pool, folded, Operator::times, made_transpose(pool, atom.ast))
                                       : made_product(pool, atom.ast, Operator::times, folded);
      const Ast root = replaced(pool, step.root, place, part);
      ++trials_;
      const SampleEnvironment::Scope scope(points_[0]);
      if (!agree(points_[0].value(root), points_[0].target())) continue;
      record(step, {root,
                    {Edit::Kind::replace, text(part) + " for " + text(part_at(pool, place)), span_of(pool, place)},
                    cost,
                    "wrong-sum"});
    }
  }
}

}  // namespace gradwright::check
