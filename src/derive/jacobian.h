// Derivatives as tensors, second derivatives, and substitution.
#pragma once

#include <unordered_map>
#include <vector>

#include "ir/names.h"
#include "ir/pool.h"

namespace gradwright {

/// ∂of/∂wrt with the axes of `of`, then those of `wrt`.
[[nodiscard]] Expr derivative_of(Pool&, Expr of, Expr wrt);
/// ∂of/∂wrt as far as it does not lead through another named node: the link of a chain between neighbours.
[[nodiscard]] Expr local_derivative(Pool&, Expr of, Expr wrt, const Names&);

/// Nodes replaced by others of the same shape, wherever they stand; what was done once is remembered.
class Substitution {
 public:
  explicit Substitution(Pool& pool) : pool_(pool) {}
  void replace(Expr from, Expr to) { done_[from] = to; }
  /// Does not look below these nodes.
  void keep(const Names& names) { kept_ = &names; }
  [[nodiscard]] bool is_empty() const { return done_.empty(); }
  [[nodiscard]] Expr operator()(Expr root);

 private:
  Pool& pool_;
  std::unordered_map<Expr, Expr> done_;
  const Names* kept_ = nullptr;
};

/// root with nodes replaced by others of the same shape.
[[nodiscard]] Expr substituted(Pool&, Expr root, const std::unordered_map<Expr, Expr>& replacement);

}  // namespace gradwright
