// Sums of pieces over all ranks, in the order of TreeOrder, while the rank computes: numbers come in groups, and a group is on its way
// as soon as it is begun. Each rank adds up one share of a group, for all, and gives the sums to the others.
#pragma once

#include "train/communicator.h"
#include "train/tree_order.h"

namespace gradwright {

template <class Real>
class TreeReduction {
 public:
  /// `sizes`: numbers of each group.
  TreeReduction(Communicator& ranks, std::vector<std::size_t> sizes);

  /// A step of so many pieces begins.
  void begin(std::size_t pieces);
  [[nodiscard]] PieceRange mine() const;
  /// Where the numbers of this rank's next piece go, group by group; `put` says that those of a group are there. The last piece's groups
  /// go out at once. A rank without pieces calls `join` for each group.
  [[nodiscard]] std::span<Real> next(std::size_t group);
  void put(std::size_t group);
  void join(std::size_t group) { start(group); }
  /// Lets what is under way go on.
  void go_on();
  /// The sums, once all of them are there.
  [[nodiscard]] std::span<const Real> total(std::size_t group);

 private:
  enum class Phase : std::uint8_t { idle, adding, sharing };
  struct Group {
    std::size_t begin = 0, size = 0;
    Phase phase = Phase::idle;
    TreeOrder order;
    std::size_t put = 0;
    std::vector<Real> received, added;
  };

  [[nodiscard]] PieceRange share(const Group&, int rank) const;
  [[nodiscard]] std::span<Real> slot(std::size_t level, const Group&);
  void start(std::size_t group);
  void add_up(std::size_t group);

  Communicator& ranks_;
  std::size_t pieces_ = 0, width_ = 0;
  std::vector<Group> groups_;
  std::vector<std::vector<Real>> slots_;  ///< the stack of sums of this rank
  std::vector<Real> totals_;
};

extern template class TreeReduction<float>;
extern template class TreeReduction<double>;

}  // namespace gradwright
