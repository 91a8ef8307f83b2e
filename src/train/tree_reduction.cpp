#include "train/tree_reduction.h"

#include <algorithm>

namespace gradwright {
namespace {

template <class Real>
void add_to(std::span<Real> below, std::span<const Real> top) {
  for (std::size_t i = 0; i < below.size(); ++i) below[i] += top[i];
}

/// Two lanes a group.
int lane_of(std::size_t group, bool is_sharing) {
  return first_free_lane + static_cast<int>(2 * group) + (is_sharing ? 1 : 0);
}

}  // namespace

template <class Real>
TreeReduction<Real>::TreeReduction(Communicator& ranks, std::vector<std::size_t> sizes) : ranks_(ranks) {
  for (const std::size_t size : sizes) {
    groups_.emplace_back().size = size;
    groups_.back().begin = width_;
    width_ += size;
  }
  totals_.resize(width_);
}

template <class Real>
void TreeReduction<Real>::begin(std::size_t pieces) {
  pieces_ = pieces;
  for (Group& group : groups_) {
    group.order = {};
    group.put = 0;
  }
}

template <class Real>
PieceRange TreeReduction<Real>::mine() const {
  return share_of(static_cast<std::size_t>(ranks_.rank()), static_cast<std::size_t>(ranks_.size()), pieces_);
}

template <class Real>
PieceRange TreeReduction<Real>::share(const Group& group, int rank) const {
  return share_of(static_cast<std::size_t>(rank), static_cast<std::size_t>(ranks_.size()), group.size);
}

template <class Real>
std::span<Real> TreeReduction<Real>::slot(std::size_t level, const Group& group) {
  while (slots_.size() <= level) slots_.emplace_back(width_);
  return std::span(slots_[level]).subspan(group.begin, group.size);
}

template <class Real>
std::span<Real> TreeReduction<Real>::next(std::size_t group) {
  return slot(groups_[group].order.nodes().size(), groups_[group]);
}

template <class Real>
void TreeReduction<Real>::put(std::size_t which) {
  Group& group = groups_[which];
  const PieceRange own = mine();
  std::size_t top = group.order.nodes().size();
  for (std::size_t merges = group.order.push({own.begin + group.put, 0}); merges > 0; --merges, --top)
    add_to<Real>(slot(top - 1, group), slot(top, group));
  if (own.begin + ++group.put == own.end) start(which);
}

template <class Real>
void TreeReduction<Real>::start(std::size_t which) {
  Group& group = groups_[which];
  group.phase = Phase::adding;
  const PieceRange to_add = share(group, ranks_.rank());
  std::size_t others = 0;
  for (int rank = 0; rank < ranks_.size(); ++rank) {
    if (rank != ranks_.rank())
      others +=
          nodes_of(share_of(static_cast<std::size_t>(rank), static_cast<std::size_t>(ranks_.size()), pieces_)).size();
  }
  const std::size_t width = to_add.end - to_add.begin;
  group.received.resize(others * width);
  Real* place = group.received.data();
  const std::size_t own = group.order.nodes().size();
  for (int rank = 0; rank < ranks_.size(); ++rank) {
    if (rank == ranks_.rank()) continue;
    const PieceRange pieces =
        share_of(static_cast<std::size_t>(rank), static_cast<std::size_t>(ranks_.size()), pieces_);
    for (std::size_t node = nodes_of(pieces).size(); node > 0 && width > 0; --node, place += width)
      ranks_.receive(lane_of(which, false), rank, std::as_writable_bytes(std::span(place, width)));
    const PieceRange theirs = share(group, rank);
    for (std::size_t node = 0; node < own && theirs.begin < theirs.end; ++node)
      ranks_.send(lane_of(which, false), rank,
                  std::as_bytes(slot(node, group).subspan(theirs.begin, theirs.end - theirs.begin)));
  }
}

/// This rank's share of the sums, from the nodes of all ranks.
template <class Real>
void TreeReduction<Real>::add_up(std::size_t which) {
  Group& group = groups_[which];
  const PieceRange to_add = share(group, ranks_.rank());
  const std::size_t width = to_add.end - to_add.begin;
  const auto sum = [&](std::size_t level) {
    if (group.added.size() < (level + 1) * width) group.added.resize((level + 1) * width);
    return std::span(group.added).subspan(level * width, width);
  };
  TreeOrder order;
  const Real* place = group.received.data();
  for (int rank = 0; rank < ranks_.size(); ++rank) {
    const PieceRange pieces =
        share_of(static_cast<std::size_t>(rank), static_cast<std::size_t>(ranks_.size()), pieces_);
    std::size_t own = 0;
    for (const TreeNode node : nodes_of(pieces)) {
      std::size_t top = order.nodes().size();
      if (rank == ranks_.rank()) {
        const std::span<const Real> numbers = slot(own++, group).subspan(to_add.begin, width);
        std::copy(numbers.begin(), numbers.end(), sum(top).begin());
      } else {
        std::copy_n(place, width, sum(top).begin());
        place += width;
      }
      for (std::size_t merges = order.push(node); merges > 0; --merges, --top) add_to<Real>(sum(top - 1), sum(top));
    }
  }
  for (std::size_t top = order.nodes().size() - 1; top > 0; --top) add_to<Real>(sum(top - 1), sum(top));
  const std::span<Real> total = std::span(totals_).subspan(group.begin, group.size);
  std::copy_n(sum(0).begin(), width, total.begin() + static_cast<std::ptrdiff_t>(to_add.begin));
  group.phase = Phase::sharing;
  for (int rank = 0; rank < ranks_.size(); ++rank) {
    if (rank == ranks_.rank()) continue;
    const PieceRange theirs = share(group, rank);
    if (theirs.begin < theirs.end)
      ranks_.receive(lane_of(which, true), rank,
                     std::as_writable_bytes(total.subspan(theirs.begin, theirs.end - theirs.begin)));
    if (width > 0) ranks_.send(lane_of(which, true), rank, std::as_bytes(total.subspan(to_add.begin, width)));
  }
}

template <class Real>
void TreeReduction<Real>::go_on() {
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    if (groups_[group].phase == Phase::adding && ranks_.settled(lane_of(group, false))) add_up(group);
    if (groups_[group].phase == Phase::sharing && ranks_.settled(lane_of(group, true)))
      groups_[group].phase = Phase::idle;
  }
}

template <class Real>
std::span<const Real> TreeReduction<Real>::total(std::size_t which) {
  Group& group = groups_[which];
  while (group.phase != Phase::idle) go_on();
  return std::span<const Real>(totals_).subspan(group.begin, group.size);
}

template class TreeReduction<float>;
template class TreeReduction<double>;

}  // namespace gradwright
