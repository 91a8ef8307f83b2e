#include "derive/matrix_power.h"

#include "ir/make.h"

namespace gradwright {
namespace {

/// `block` with its first entry at (row, column) of a size×size matrix, 0 around it.
Expr placed(Pool& pool, Expr block, Dim size, Dim row, Dim column) {
  const Dim zero = pool.dims().constant(0);
  const AffineIndex across{{{0, 1}}, pool.dims().sum(zero, row, -1)};
  const AffineIndex along{{{1, 1}}, pool.dims().sum(zero, column, -1)};
  return make_window(pool, block, {size, size}, {across, along});
}

}  // namespace

Expr power_sum(Pool& pool, Expr a, Expr c, Expr b, Dim k) {
  const Dim n = pool.shape(a)[0];
  const Dim zero = pool.dims().constant(0);
  const Dim twice = pool.dims().sum(n, n);
  const Expr blocks = make_add(pool, {twice, twice},
                               {{1, placed(pool, a, twice, zero, zero)}, {1, placed(pool, c, twice, zero, n)}, {1, placed(pool, b, twice, n, n)}});
  return make_window(pool, make_matrix_power(pool, blocks, k), {n, n}, {{{{0, 1}}, zero}, {{{1, 1}}, n}});
}

Expr power_jacobian(Pool& pool, Expr x, Dim k) {
  // With the pairs (a,b) and (i,j) as one index each: A = X[a,i]·δ[b,j], B = δ[a,i]·X[j,b], C = δ[a,i]·δ[b,j].
  const Dim n = pool.shape(x)[0];
  const Dim pairs = pool.dims().product(n, n);
  const Expr identity = make_identity(pool, n);
  const auto paired = [&](const Factor& first, const Factor& second) {
    return make_reshape(pool, make_einsum(pool, {0, 1, 2, 3}, {first, second}, {n, n, n, n}), {pairs, pairs});
  };
  const Expr a = paired({x, {0, 2}}, {identity, {1, 3}});
  const Expr b = paired({identity, {0, 2}}, {x, {3, 1}});
  return make_reshape(pool, power_sum(pool, a, make_identity(pool, pairs), b, k), {n, n, n, n});
}

}  // namespace gradwright
