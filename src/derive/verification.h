// What was derived, judged by forward mode on the formula as it was read: along a few random directions, so that the cost is that of a few
// evaluations whatever the size. Variables move freely from a point that has their facts. Central differences along the same directions stand beside.
#pragma once

#include "derive/points.h"

namespace gradwright {

struct VerificationOptions {
  std::uint64_t seed = 1;
  int points = 4;
  double most_bytes = 1e9;
};

/// Gradients of a scalar, all by a few directions together; those of a direction that does not agree, one by one.
[[nodiscard]] std::vector<NumericCheck> checked_gradients(const Pool&, Expr of, const std::vector<Expr>& wrt,
                                                          const std::vector<Expr>& gradients,
                                                          const VerificationOptions& = {});

/// A derivative in two forms: its numbers (of-index fastest, then wrt-index) are compared as far as they can be held at once. Beyond, the tensor, with
/// the axes of `of` and then those of `wrt`, is summed against a direction and a weight of each entry of `of`.
struct ClaimedDerivative {
  Expr matrix, tensor;
};
[[nodiscard]] NumericCheck checked_jacobian(Pool&, Expr of, Expr wrt, const ClaimedDerivative&,
                                            const VerificationOptions& = {});
/// Of a scalar, first by `first`, then by `wrt`; first-index fastest.
[[nodiscard]] NumericCheck checked_hessian(Pool&, Expr of, Expr first, Expr wrt, const ClaimedDerivative&,
                                           const VerificationOptions& = {});

}  // namespace gradwright
