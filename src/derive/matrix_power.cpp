#include "derive/matrix_power.h"

#include <algorithm>

#include "ir/labels.h"
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

/// Σ_{m<k} A^m·C·B^(k−1−m), for square A, B, C of one size: 0 where k is 0.
Expr power_sum(Pool& pool, Expr a, Expr c, Expr b, Dim k) {
  const Dim n = pool.shape(a)[0];
  const Dim zero = pool.dims().constant(0);
  const Dim twice = pool.dims().sum(n, n);
  const Expr blocks = make_add(pool, {twice, twice},
                               {{1, placed(pool, a, twice, zero, zero)},
                                {1, placed(pool, c, twice, zero, n)},
                                {1, placed(pool, b, twice, n, n)}});
  return make_window(pool, make_matrix_power(pool, blocks, k), {n, n}, {{{{0, 1}}, zero}, {{{1, 1}}, n}});
}

/// ∂(X^k)[a,b]/∂X[i,j] = Σ_{m<k} (X^m)[a,i]·(X^(k−1−m))[j,b], axes a b i j.
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

/// Whether the last two axes are those of a number times the identity.
bool is_diagonal_constant(const Pool& pool, Expr e) {
  const Expr bare = split_coefficient(pool, e).expr;
  if (pool.kind(bare) != Kind::einsum) return false;
  const EinsumLabels& einsum = pool.payload<EinsumLabels>(bare);
  const Label last = einsum.out.back();
  return einsum.out[einsum.out.size() - 2] == last &&
         std::none_of(einsum.operands.begin(), einsum.operands.end(), [last](const Labels& labels) {
           return std::find(labels.begin(), labels.end(), last) != labels.end();
         });
}

}  // namespace

Expr through_matrix_power(Pool& pool, Expr x, Expr adjoint, Dim k) {
  const Dim n = pool.shape(x)[0];
  // The seeds, then a, b, i, j.
  Shape dims(pool.shape(adjoint).begin(), pool.shape(adjoint).end() - 2);
  const auto first = static_cast<Label>(dims.size());
  dims.insert(dims.end(), 4, n);
  const Labels seeds = counted(first);
  const auto with_seeds = [&](std::initializer_list<int> axes) {
    Labels labels = seeds;
    for (const int axis : axes) labels.push_back(static_cast<Label>(first + axis));
    return labels;
  };
  const auto own = [&](int axis) { return static_cast<Label>(first + axis); };
  if (is_diagonal_constant(pool, adjoint)) {  // D[…,i,b]·(X^(k−1))[j,b]
    const Expr rest = make_matrix_power(pool, x, pool.dims().sum(k, pool.dims().one(), -1));
    dims[own(0)] = pool.dims().one();
    return make_einsum(pool, with_seeds({2, 3}),
                       {{make_size(pool, k), {}}, {adjoint, with_seeds({2, 1})}, {rest, {own(3), own(1)}}}, dims);
  }
  if (seeds.empty()) {
    const Expr transpose = transposed(pool, x);
    return power_sum(pool, transpose, adjoint, transpose, k);
  }
  return make_einsum(pool, with_seeds({2, 3}),
                     {{adjoint, with_seeds({0, 1})}, {power_jacobian(pool, x, k), {own(0), own(1), own(2), own(3)}}},
                     dims);
}

}  // namespace gradwright
