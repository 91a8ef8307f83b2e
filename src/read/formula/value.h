// Value: what an expression means, in elaboration. ProductDraft: a product on its way, with anonymous products dissolved into it.
#pragma once

#include <optional>
#include <vector>

#include "ir/make.h"
#include "ir/names.h"

namespace gradwright::formula {

/// Index variables of index notation, by number; they are numbered once in a reading.
using Index = std::uint32_t;

/// Axes of `expr`: those of `indices` (ascending), then those of the surface (axes_of).
struct Value {
  Expr expr;
  Shape surface;
  bool is_anonymous = true;  ///< written out here, not a reference to a defined name
  std::vector<Index> indices;
  std::vector<Dim> extents;  ///< parallel to `indices`

  [[nodiscard]] bool is_poisoned() const { return expr.is_none(); }
  [[nodiscard]] bool is_scalar() const { return surface.empty(); }
  [[nodiscard]] bool is_tensor() const { return surface.size() > 2; }
};

/// Σ Π operands, collected before the node is made. Labels of matrix axes that are literally 1 do not exist.
class ProductDraft {
 public:
  static constexpr std::size_t most_factors = 64;
  using MaybeLabel = std::optional<Label>;

  ProductDraft(Pool& pool, const Names& names) : pool_(&pool), names_(&names) {}

  [[nodiscard]] MaybeLabel fresh(Dim dim);
  /// A label for every entry of a surface; tensors have one even where the extent is 1.
  [[nodiscard]] std::vector<MaybeLabel> fresh_axes(const Shape& surface);
  [[nodiscard]] Label fresh_label(Dim dim);
  /// The label of an index variable, the same for all operands.
  [[nodiscard]] Label index_label(Index, Dim extent);
  /// Multiplies by a value whose surface axes carry these labels (one a surface entry; none where the extent is 1).
  void multiply(const Value&, const std::vector<MaybeLabel>& axes);
  void multiply(Expr, const Labels& labels, bool is_anonymous);
  void multiply(Rational coefficient);
  /// Makes two labels one (a diagonal).
  void unite(Label a, Label b);
  [[nodiscard]] std::size_t factor_count() const { return factors_.size(); }
  [[nodiscard]] std::size_t room_for(const Value&) const;

  /// The product with these axes; indices not in `summed` come first. Labels that are not listed are summed.
  [[nodiscard]] Value made(const std::vector<MaybeLabel>& axes, const Shape& surface,
                           const std::vector<Index>& summed = {}) const;

 private:
  struct IndexLabel {
    Index index;
    Label label;
  };
  Pool* pool_;
  const Names* names_;
  Shape dims_;
  std::vector<Factor> factors_;
  std::vector<IndexLabel> index_labels_;
  Rational coefficient_ = 1;
};

/// `root` with `to` in the place of `from`.
[[nodiscard]] Expr substituted(Pool&, Expr root, Expr from, Expr to);

}  // namespace gradwright::formula
