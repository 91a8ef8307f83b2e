// The formulas to lower with their sizes as numbers: what the passes of this room ask about nodes.
#pragma once

#include <unordered_map>
#include <vector>

#include "ir/pool.h"

namespace gradwright::lowering {

using Extents = std::vector<std::int64_t>;

class Graph {
 public:
  Graph(const Pool& pool, const DimValues& dims, const std::vector<Expr>& roots);

  [[nodiscard]] const Pool& pool() const { return pool_; }
  [[nodiscard]] const Node& operator[](Expr e) const { return pool_[e]; }
  [[nodiscard]] const std::vector<Expr>& nodes() const { return nodes_; }  ///< ascending
  [[nodiscard]] std::int64_t extent(Dim dim) const { return pool_.dims().value(dim, dims_).value_or(0); }
  [[nodiscard]] Extents extents(const Shape&) const;
  [[nodiscard]] Extents extents(Expr e) const { return extents(pool_[e].shape); }
  [[nodiscard]] std::int64_t count(Expr e) const;

  /// Σ over a label that an operand carries, or a Fold.
  [[nodiscard]] bool is_reducing(Expr) const;
  /// Iterations of the loops that make e: its entries, times what is summed.
  [[nodiscard]] std::int64_t iterations(Expr) const;
  /// An axis of the operand may be read outside its extent.
  [[nodiscard]] bool needs_guards(Expr window) const;
  /// δ[i,j] with no operand.
  [[nodiscard]] bool is_identity(Expr) const;
  /// The node whose buffer is read, at an affine index, when e is asked for an entry: through transpositions, broadcasts, reshapes,
  /// and windows that stay inside.
  [[nodiscard]] Expr viewed(Expr) const;

 private:
  const Pool& pool_;
  const DimValues& dims_;
  std::vector<Expr> nodes_;
};

/// Labels of an Einsum that some operand carries.
[[nodiscard]] std::vector<bool> carried_labels(const EinsumLabels&);
[[nodiscard]] bool contains(const Labels&, Label);
[[nodiscard]] std::int64_t product(const Extents&);
/// Strides of a column-major array.
[[nodiscard]] Extents strides_of(const Extents&);

}  // namespace gradwright::lowering
