// Places in a claim and the single edits that need nothing from outside it: transpose, swap, operator, brackets, sign, delete, functions.
// An edit makes a new tree; unchanged parts are shared, so their values are known already.
// Read next: check/edit_spine.h (edits that bring something in: only values are tried, the tree is made on a hit).
#pragma once

#include <functional>
#include <vector>

#include "check/edit_values.h"

namespace gradwright::check {

/// A node by the way from the root, or a run [begin, end) of the children of a product or sum.
struct Place {
  std::vector<std::uint16_t> path;
  Ast node;
  std::size_t begin = 0, end = 0;  ///< a run where end > begin
  bool is_size = false;            ///< a size or an index: `eye(n)`, `A[1,2:n]`
  [[nodiscard]] bool is_run() const { return end > begin; }
};

/// Nodes and runs, the root first. Runs of products and sums of two and more, not the whole.
[[nodiscard]] std::vector<Place> places_of(const AstPool&, Ast root);
/// The run as a node of its own, or the node.
[[nodiscard]] Ast part_at(AstPool&, const Place&);
[[nodiscard]] Span span_of(const AstPool&, const Place&);
/// `root` with another part at the place; a product at the front of a product joins it, (A′)′ and −(−A) vanish.
[[nodiscard]] Ast replaced(AstPool&, Ast root, const Place&, Ast part);
/// How many names, numbers and functions stand in it.
[[nodiscard]] std::size_t size_of(const AstPool&, Ast);
/// The child names the index that a sum runs over.
[[nodiscard]] bool names_index(const AstNode&, std::size_t child);
/// Written the same, spans apart.
[[nodiscard]] bool is_same(const AstPool&, Ast, Ast);

[[nodiscard]] Ast made_name(AstPool&, std::string name);
[[nodiscard]] Ast made_number(AstPool&, Rational);
[[nodiscard]] Ast made_transpose(AstPool&, Ast);
[[nodiscard]] Ast made_negate(AstPool&, Ast);
[[nodiscard]] Ast made_call(AstPool&, std::string function, std::vector<Ast> arguments, std::uint16_t primes = 0);
/// A product on the left is continued.
[[nodiscard]] Ast made_product(AstPool&, Ast, Operator, Ast);
[[nodiscard]] Ast made_sum(AstPool&, Ast, Operator, Ast);

struct Edited {
  Ast root;
  Edit edit;
  double cost = 0;      ///< small for a small edit; what repairs are ranked by
  std::string mistake;  ///< the name that fits it; empty: decided by its kind
  /// What it brings in, wherever that is put: "A'", "/m", "+x", "relu()". Empty: it is the place that matters.
  std::string brings = {};
};

/// What an edit costs before its size is counted.
[[nodiscard]] double base_cost(Edit::Kind);

struct EditOptions {
  bool is_brief = false;   ///< without changes of functions
  bool has_texts = false;  ///< edits are described
  /// Of a part; a number has no transpose.
  std::function<bool(Ast)> is_scalar = [](Ast) { return false; };
};
/// Every edit of `root` that needs no name from outside, always in the same order.
void for_each_edit(SyntaxTrees&, Ast root, const std::string& written, EditOptions,
                   const std::function<void(const Edited&)>&);

}  // namespace gradwright::check
