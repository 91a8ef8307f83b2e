// What X^k hands to X, for a k that stays a symbol: Σ over the places of one factor, in closed form.
#pragma once

#include "ir/pool.h"

namespace gradwright {

/// The adjoint of X, axes (seeds…, i, j), given that of X^k, axes (seeds…, a, b): Σ_ab D[…,a,b]·∂(X^k)[a,b]/∂X[i,j].
/// Where D is a number times the identity, k·D·(X^(k−1))ᵀ; else by a block of a power (Van Loan, Computing integrals involving the matrix
/// exponential, 1978): Σ_{m<k} A^m·C·B^(k−1−m) stands above the diagonal of [A, C; 0, B]^k.
[[nodiscard]] Expr through_matrix_power(Pool&, Expr x, Expr adjoint, Dim k);

}  // namespace gradwright
