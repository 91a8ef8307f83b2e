// Stages in an order that computes everything before it is used. A stored node joins the stage that made the last of its operands,
// where it reads that one at the same index: bias, activation, mask and update become the epilogue of their product.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "lower/graph.h"
#include "lower/plan.h"

namespace gradwright::lowering {

/// A stage or a matrix algorithm, before kernels are formed.
struct Piece {
  Stage stage;
  std::optional<MatrixCall> call;
};

/// `plan.buffers` holds the inputs already (`buffers`: where they live); buffers of stored nodes are added. `fuse`: epilogues are joined.
[[nodiscard]] std::vector<Piece> pieces_of(const Graph&, const std::vector<bool>& stored,
                                           std::unordered_map<Expr, BufferId>& buffers, Plan&, bool fuse);
/// One element after another, from one buffer into another of the same extents.
[[nodiscard]] Piece copy_of(const Plan&, BufferId from, BufferId to);
/// What the loops of a stage amount to, and where its contraction is one that a back-end may do faster.
void classify(Stage&);

}  // namespace gradwright::lowering
