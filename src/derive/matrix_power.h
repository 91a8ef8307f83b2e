// What X^k hands to X, for a k that stays a symbol: Σ over the places of one factor, in closed form.
#pragma once

#include "ir/pool.h"

namespace gradwright {

/// Σ_{m<k} A^m·C·B^(k−1−m), for square A, B, C of one size: the block above the diagonal of [A, C; 0, B]^k
/// (Van Loan, Computing integrals involving the matrix exponential, 1978). 0 where k is 0.
[[nodiscard]] Expr power_sum(Pool&, Expr a, Expr c, Expr b, Dim k);

/// ∂(X^k)[a,b]/∂X[i,j] = Σ_{m<k} (X^m)[a,i]·(X^(k−1−m))[j,b], axes a b i j.
[[nodiscard]] Expr power_jacobian(Pool&, Expr x, Dim k);

}  // namespace gradwright
