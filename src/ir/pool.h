// Pool: the arena that owns all nodes. Equal nodes have equal ids; an operand's id is smaller than its user's.
// A pass is therefore a loop over ids with a vector as memo. Nodes are made through ir/make.h only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "ir/dim.h"
#include "ir/expr.h"

namespace gradwright {

class Pool {
 public:
  [[nodiscard]] const Node& operator[](Expr e) const { return nodes_[e.index()]; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] DimTable& dims() { return dims_; }
  [[nodiscard]] const DimTable& dims() const { return dims_; }

  /// The one node equal to `node`. Debug builds verify its canonical form.
  [[nodiscard]] Expr interned(Node node);
  /// The id of an equal node, or none: asks without making.
  [[nodiscard]] Expr find(const Node& node) const;
  /// A hash of what the node means, by names instead of ids: the same in every pool.
  [[nodiscard]] std::uint64_t fingerprint(Expr e) const { return fingerprints_[e.index()]; }

  template <class T>
  [[nodiscard]] const T& payload(Expr e) const {
    return std::get<T>((*this)[e].payload);
  }
  [[nodiscard]] Kind kind(Expr e) const { return (*this)[e].kind; }
  [[nodiscard]] const Shape& shape(Expr e) const { return (*this)[e].shape; }
  [[nodiscard]] std::size_t order(Expr e) const { return (*this)[e].shape.size(); }

 private:
  std::deque<Node> nodes_;
  std::vector<std::uint64_t> fingerprints_;
  /// The id of an equal node, or none; `slot`: where it stands or would stand in `slots_`.
  [[nodiscard]] Expr found(const Node& node, std::uint64_t hash, std::size_t& slot) const;
  void grow();
  std::vector<Expr> slots_;  ///< open addressing by fingerprint, a power of two, at most half full
  DimTable dims_;
};

/// The nodes reachable from `roots`, ascending (operands before users).
[[nodiscard]] std::vector<Expr> reachable(const Pool&, const std::vector<Expr>& roots);

}  // namespace gradwright
