// Names: which nodes the person (or the program) has given a name; a side table beside the Pool.
// A named node is a boundary: simplify does not dissolve it into its user, present writes its name.
#pragma once

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ir/pool.h"

namespace gradwright {

struct Name {
  std::string text;
  Shape surface;  ///< size as written: {} scalar, {rows, cols}, or three and more axes
};

/// A map Expr → Name that answers "has no name", what passes ask at every node, by one bit.
class Names {
 public:
  using Map = std::unordered_map<Expr, Name>;
  using const_iterator = Map::const_iterator;

  [[nodiscard]] bool contains(Expr e) const { return e.index() < is_named_.size() && is_named_[e.index()]; }
  [[nodiscard]] const_iterator find(Expr e) const { return contains(e) ? map_.find(e) : map_.end(); }
  [[nodiscard]] const Name& at(Expr e) const { return map_.at(e); }
  [[nodiscard]] const_iterator begin() const { return map_.begin(); }
  [[nodiscard]] const_iterator end() const { return map_.end(); }
  [[nodiscard]] bool empty() const { return map_.empty(); }
  [[nodiscard]] std::size_t size() const { return map_.size(); }

  /// The first name stays.
  void emplace(Expr e, Name name) {
    if (map_.try_emplace(e, std::move(name)).second) mark(e);
  }
  void insert_or_assign(Expr e, Name name) {
    map_.insert_or_assign(e, std::move(name));
    mark(e);
  }
  void insert(const_iterator from, const_iterator to) {
    for (; from != to; ++from) emplace(from->first, from->second);
  }
  void erase(Expr e) {
    if (map_.erase(e) != 0) is_named_[e.index()] = false;
  }

 private:
  void mark(Expr e) {
    if (e.index() >= is_named_.size())
      is_named_.resize(std::max<std::size_t>(e.index() + 1, 2 * is_named_.size()), false);
    is_named_[e.index()] = true;
  }

  Map map_;
  std::vector<bool> is_named_;  ///< by id
};

/// The roots and what they are made of, ascending, without looking below a named node (other than a root): linear in what it finds.
[[nodiscard]] std::vector<Expr> reachable_within(const Pool&, const std::vector<Expr>& roots, const Names&);

}  // namespace gradwright
