// The constant factors of a product, exact. Those whose product fits 64 bits are one rational; the others stand beside it, each as itself:
// 3.141592653589793² is no rational of 64 bits, and π·(π·x) keeps both factors.
#pragma once

#include <vector>

#include "ir/pool.h"

namespace gradwright {

struct ConstantFactor {
  Rational leading = 1;
  std::vector<Rational> beside;  ///< ascending, positive, no two with a product that fits; empty nearly always

  void multiply(Rational);
  [[nodiscard]] bool is_zero() const { return leading.is_zero(); }
};

/// e without the constants that multiply it, which go into `factor`.
[[nodiscard]] Expr without_constants(Pool&, Expr e, ConstantFactor& factor);
/// e times constants that stay operands of the product: a literal, or an Einsum that holds literals.
[[nodiscard]] Expr beside_constants(Pool&, const std::vector<Rational>& constants, Expr e);
[[nodiscard]] bool is_literal_one(const Pool&, Expr);
/// Whether an operand of this Einsum is a literal.
[[nodiscard]] bool holds_constants(const Pool&, const Node& einsum);

}  // namespace gradwright
