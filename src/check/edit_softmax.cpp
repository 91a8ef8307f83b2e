#include "check/edit_softmax.h"

#include <algorithm>

#include "check/edit_enumerator.h"

namespace gradwright::check {
namespace {

/// What a name of the sheet stands for, or the formula itself.
Ast meant(const SyntaxTrees& trees, Ast ast) {
  for (std::size_t round = 0; round <= trees.definitions.size(); ++round) {
    const AstNode& node = trees.pool[ast];
    if (node.kind != AstKind::name) break;
    const auto found = std::find_if(trees.definitions.rbegin(), trees.definitions.rend(),
                                    [&](const auto& one) { return one.first == node.text; });
    if (found == trees.definitions.rend()) break;
    ast = found->second;
  }
  return ast;
}

/// `softmax`, `softmax_rows` …; empty for anything else.
std::string softmax_of(const SyntaxTrees& trees, Ast ast) {
  const AstNode& node = trees.pool[meant(trees, ast)];
  return node.kind == AstKind::call && node.text.starts_with("softmax") ? node.text : std::string();
}

bool is_one_less(const AstPool& pool, Ast ast, Ast what) {
  const AstNode& node = pool[ast];
  return node.kind == AstKind::sum && node.children.size() == 2 && node.operators[0] == Operator::plus &&
         node.operators[1] == Operator::minus && pool[node.children[0]].kind == AstKind::number &&
         pool[node.children[0]].value.is_one() && is_same(pool, node.children[1], what);
}

bool is_square_of(const AstPool& pool, Ast ast, Ast what) {
  const AstNode& node = pool[ast];
  const bool is_power = node.kind == AstKind::power && pool[node.children[1]].kind == AstKind::number &&
                        pool[node.children[1]].value == Rational(2) && is_same(pool, node.children[0], what);
  const bool is_product = node.kind == AstKind::product && node.children.size() == 2 &&
                          node.operators[0] == Operator::dot_times && is_same(pool, node.children[0], what) &&
                          is_same(pool, node.children[1], what);
  return is_power || is_product;
}

}  // namespace

std::optional<SoftmaxSlope> softmax_slope(const SyntaxTrees& trees, Ast ast) {
  const AstPool& pool = trees.pool;
  const AstNode& node = pool[ast];
  if (node.kind == AstKind::sum && node.children.size() == 2 && node.operators[1] == Operator::minus &&
      is_square_of(pool, node.children[1], node.children[0])) {
    const std::string function = softmax_of(trees, node.children[0]);
    if (!function.empty()) return SoftmaxSlope{node.children[0], {}, function == "softmax"};
  }
  if (node.kind != AstKind::product) return std::nullopt;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const std::string function = softmax_of(trees, node.children[i]);
    if (function.empty()) continue;
    for (std::size_t j = 0; j < node.children.size(); ++j) {
      if (i == j || !is_one_less(pool, node.children[j], node.children[i])) continue;
      SoftmaxSlope found{node.children[i], {}, function == "softmax"};
      for (std::size_t k = 0; k < node.children.size(); ++k)
        if (k != i && k != j) found.factors.push_back(node.children[k]);
      return found;
    }
  }
  return std::nullopt;
}

Span softmax_slope_in(const SyntaxTrees& trees, Ast root) {
  for (const Place& place : places_of(trees.pool, root)) {
    if (place.is_run() || place.is_size) continue;
    if (softmax_slope(trees, meant(trees, place.node))) return span_of(trees.pool, place);
  }
  return {};
}

/// g .* p .* (1 - p) → p .* (g - sum(g .* p)); p .* (1 - p) → diag(p) - p*p'.
void EditEnumerator::softmax(const Place& place) {
  const AstNode& node = pool_[place.node];
  if (node.kind != AstKind::product && (node.kind != AstKind::sum || place.is_run())) return;
  const Ast part = part_at(pool_, place);
  const AstNode product = pool_[part];
  const bool is_entrywise =
      product.kind == AstKind::sum || std::all_of(product.operators.begin(), product.operators.end(),
                                                  [](Operator op) { return op == Operator::dot_times; });
  const auto found = is_entrywise ? softmax_slope(trees_, part) : std::nullopt;
  if (!found || !found->is_vector) return;
  const Ast p = found->softmax;
  Ast made;
  if (found->factors.empty()) {
    const Ast outer = made_product(pool_, p, Operator::times, made_transpose(pool_, p));
    made = made_sum(pool_, made_call(pool_, "diag", {p}), Operator::minus, outer);
  } else {
    Ast g = found->factors[0];
    for (std::size_t i = 1; i < found->factors.size(); ++i)
      g = made_product(pool_, g, Operator::dot_times, found->factors[i]);
    const Ast mean = made_call(pool_, "sum", {made_product(pool_, g, Operator::dot_times, p)});
    made = made_product(pool_, p, Operator::dot_times, made_sum(pool_, g, Operator::minus, mean));
  }
  give(place, made, Edit::Kind::replace, fmt::format("{} for {}", text(made), text(part)), -0.3, "softmax-entrywise");
}

void EditEnumerator::other_slope(const Place& place) {
  const AstNode& node = pool_[place.node];
  if (node.kind != AstKind::product && (node.kind != AstKind::sum || place.is_run())) return;
  const AstNode whole = pool_[part_at(pool_, place)];
  if (whole.children.size() != 2) return;
  const Ast first = whole.children[0];
  const Ast second = whole.children[1];
  const Ast one = made_number(pool_, 1);
  const auto give_for = [&](Ast made) {
    give(place, made, Edit::Kind::replace, fmt::format("{} for {}", text(made), text(part_at(pool_, place))), -0.4,
         "other-slope");
  };
  if (whole.kind == AstKind::sum) {
    const AstNode& square = pool_[second];
    const bool is_tanh = square.kind == AstKind::power && is_square_of(pool_, second, square.children[0]) &&
                         is_one_less(pool_, place.node, second);
    if (!is_tanh) return;
    const Ast p = square.children[0];
    const Operator op = is_scalar_(p) ? Operator::times : Operator::dot_times;
    return give_for(made_product(pool_, p, op, made_sum(pool_, one, Operator::minus, p)));
  }
  if (whole.operators[0] != Operator::dot_times && whole.operators[0] != Operator::times) return;
  const Ast p = is_one_less(pool_, second, first) ? first : is_one_less(pool_, first, second) ? second : Ast{};
  if (p.is_none()) return;
  AstNode square;
  square.kind = AstKind::power;
  square.operators = {is_scalar_(p) ? Operator::power : Operator::dot_power};
  square.children = {p, made_number(pool_, 2)};
  give_for(made_sum(pool_, one, Operator::minus, pool_.add(std::move(square))));
}

}  // namespace gradwright::check
