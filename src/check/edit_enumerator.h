// EditEnumerator: the edits of edit.h that rearrange what stands in the claim, one place after the other.
// edit_structural.cpp: products, sums, brackets, transposes; edit_wraps.cpp: functions, indices, numbers, sizes.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "check/edit.h"
#include "check/edit_functions.h"
#include "check/edit_print.h"

namespace gradwright::check {

class EditEnumerator {
 public:
  EditEnumerator(SyntaxTrees& trees, Ast root, const std::string& written, EditOptions options,
                 const std::function<void(const Edited&)>& sink)
      : trees_(trees),
        pool_(trees.pool),
        root_(root),
        written_(written),
        is_brief_(options.is_brief),
        has_texts_(options.has_texts),
        is_scalar_(std::move(options.is_scalar)),
        sink_(sink) {
    if (is_brief_) return;
    functions_ = {"diag", "rowsum", "colsum", "sum", "inv", "sqrt", "log", "exp"};
    for (const auto& [name, ast] : trees.definitions) collect_functions(ast);
    collect_functions(root);
  }

  void all() {
    for (const Place& place : places_of(pool_, root_)) {
      if (place.is_size) {
        size_edits(place);
        continue;
      }
      transpose(place);
      brackets(place);
      softmax(place);
      other_slope(place);
      if (!is_brief_) wraps(place);
      if (place.is_run()) continue;
      const AstKind kind = pool_[place.node].kind;
      if (kind == AstKind::product) product(place);
      if (kind == AstKind::sum) sum(place);
      if (kind != AstKind::product && kind != AstKind::sum) unwrap(place);
      if (kind == AstKind::product) spread(place);
      if (kind == AstKind::compare) comparison(place);
      if (kind == AstKind::power) power(place);
      if (kind == AstKind::index) swapped_indices(place);
      sign(place);
      numbers(place);
      if (!is_brief_) complement(place);
    }
  }

 private:
  std::string text(Ast ast) const { return has_texts_ ? printed(pool_, ast, written_) : std::string(); }
  void collect_functions(Ast ast) {
    const AstNode& node = pool_[ast];
    if ((node.kind == AstKind::call || node.kind == AstKind::prime_call) && is_elementwise(node.text))
      functions_.insert(node.text);
    for (const Ast child : node.children) collect_functions(child);
  }

  void give(const Place& place, Ast part, Edit::Kind kind, std::string what, double extra = 0, std::string mistake = {},
            std::string brings = {}) {
    sink_({replaced(pool_, root_, place, part),
           {kind, std::move(what), span_of(pool_, place)},
           base_cost(kind) + extra,
           std::move(mistake),
           std::move(brings)});
  }

  void transpose(const Place& place);

  const AstNode& parent_of(const Place& place) const {
    Ast at = root_;
    for (std::size_t i = 0; i + 1 < place.path.size(); ++i) at = pool_[at].children[place.path[i]];
    return pool_[at];
  }
  AstKind parent_kind(const Place& place) const { return parent_of(place).kind; }

  void brackets(const Place& place);

  /// a − b*c/d → (a − b)*c/d, (a − b*c)/d, and a − f(b)*c → f(a − b)*c.
  void pulled_in(const Place& place, const AstNode& node);

  /// Brackets within a product fall: a*(b + c) → a*b + c, a .* (b*c) → a .* b*c.
  void opened(const Place& place, const AstNode& node, std::size_t i);

  void product(const Place& place);

  /// The slope of a sigmoid too much: d .* p .* (1 - p) → d.
  void both_deleted(const Place& place, const AstNode& node, std::size_t i);

  /// A .* (ones(m)*v'), which is what NumPy makes of `A * v`, → A*v.
  void spread(const Place& place);

  void deleted(const Place& place, const AstNode& node, std::size_t i);

  void sum(const Place& place);

  void sign(const Place& place);

  /// (1 - a)^2 → 1 - a^2
  void power(const Place& place);

  /// a < b → a > b
  void comparison(const Place& place);

  void unwrap(const Place& place);

  /// A[i,j] → A[j,i]
  void swapped_indices(const Place& place);

  void axes(const Place& place, const AstNode& node);

  void softmax(const Place& place);

  /// The slope of a sigmoid for that of tanh, and the other way round: p .* (1 - p) → 1 - p.^2
  void other_slope(const Place& place);

  /// p → 1 - p, and back
  void complement(const Place& place);

  void wraps(const Place& place);

  [[nodiscard]] bool is_dividend(const Place& place) const;

  void numbers(const Place& place);

  void size_edits(const Place& place);

  const SyntaxTrees& trees_;
  AstPool& pool_;
  Ast root_;
  const std::string& written_;
  bool is_brief_, has_texts_;
  std::function<bool(Ast)> is_scalar_;
  const std::function<void(const Edited&)>& sink_;
  std::set<std::string> functions_;
};

}  // namespace gradwright::check
