// The one order in which the pieces of a step are added: neighbours in pairs, pairs of pairs, and so on; what is left over at the end is
// added from the right. It depends on the number of pieces alone, so that any division of the pieces among ranks gives the same bits.
#pragma once

#include <cstddef>
#include <vector>

namespace gradwright {

/// The sum of the pieces [begin, begin + 2^level).
struct TreeNode {
  std::size_t begin = 0, level = 0;
};

/// A stack of sums, to which nodes come from the left to the right.
class TreeOrder {
 public:
  /// How many times now the topmost sum is added to the one below it.
  std::size_t push(TreeNode node) {
    stack_.push_back(node);
    std::size_t merges = 0;
    while (stack_.size() > 1) {
      TreeNode& below = stack_[stack_.size() - 2];
      if (below.level != stack_.back().level || below.begin % (std::size_t{2} << below.level) != 0) break;
      ++below.level;
      stack_.pop_back();
      ++merges;
    }
    return merges;
  }
  [[nodiscard]] const std::vector<TreeNode>& nodes() const { return stack_; }

 private:
  std::vector<TreeNode> stack_;
};

struct PieceRange {
  std::size_t begin = 0, end = 0;
};
/// The pieces of one rank: `count` things divided among `parts`.
[[nodiscard]] inline PieceRange share_of(std::size_t part, std::size_t parts, std::size_t count) {
  return {part * count / parts, (part + 1) * count / parts};
}
/// What a rank with these pieces has to tell.
[[nodiscard]] inline std::vector<TreeNode> nodes_of(PieceRange pieces) {
  TreeOrder order;
  for (std::size_t piece = pieces.begin; piece < pieces.end; ++piece) order.push({piece, 0});
  return order.nodes();
}

}  // namespace gradwright
