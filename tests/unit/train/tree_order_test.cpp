// Sums of pieces: whoever holds which pieces, the same additions in the same order.
#include "train/tree_order.h"

#include <doctest/doctest.h>

#include <string>

using namespace gradwright;

namespace {

/// The sum as text with all its brackets.
class Written {
 public:
  void add(TreeNode node, std::string text) {
    sums_.push_back(std::move(text));
    for (std::size_t merges = order_.push(node); merges > 0; --merges) merge();
  }
  std::string folded() {
    while (sums_.size() > 1) merge();
    return sums_[0];
  }
  [[nodiscard]] const std::vector<std::string>& sums() const { return sums_; }

 private:
  void merge() {
    const std::string top = sums_.back();
    sums_.pop_back();
    sums_.back() = "(" + sums_.back() + "+" + top + ")";
  }
  TreeOrder order_;
  std::vector<std::string> sums_;
};

std::string with_ranks(std::size_t ranks, std::size_t pieces) {
  Written all;
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    const PieceRange mine = share_of(rank, ranks, pieces);
    Written own;
    for (std::size_t piece = mine.begin; piece < mine.end; ++piece) own.add({piece, 0}, std::to_string(piece));
    const std::vector<TreeNode> nodes = nodes_of(mine);
    REQUIRE(nodes.size() == own.sums().size());
    for (std::size_t i = 0; i < nodes.size(); ++i) all.add(nodes[i], own.sums()[i]);
  }
  return all.folded();
}

}  // namespace

TEST_CASE("the order of additions depends on the number of pieces alone") {
  CHECK(with_ranks(1, 4) == "((0+1)+(2+3))");
  CHECK(with_ranks(1, 7) == "(((0+1)+(2+3))+((4+5)+6))");
  for (std::size_t pieces = 1; pieces <= 33; ++pieces) {
    const std::string wanted = with_ranks(1, pieces);
    for (std::size_t ranks = 2; ranks <= 40; ++ranks) CHECK(with_ranks(ranks, pieces) == wanted);
  }
}
