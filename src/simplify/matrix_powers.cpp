// Products of powers of one matrix, whose exponents may be sizes.
#include <utility>

#include "simplify/parts.h"

namespace gradwright {
namespace {

/// The exponent of X where e is a power of it.
std::optional<Dim> exponent_of(Pool& pool, Expr e, Expr x) {
  if (e == x) return pool.dims().one();
  if (pool.kind(e) != Kind::matrix || pool[e].operands[0] != x) return std::nullopt;
  const auto [kind, exponent] = pool.payload<MatrixFunction>(e);
  if (kind == MatrixKind::inverse) return pool.dims().constant(-1);
  return kind == MatrixKind::power ? std::optional(exponent) : std::nullopt;
}

}  // namespace

std::optional<Expr> merged_matrix_powers(Pool& pool, Expr e, const Names& names) {
  if (!has_operand(pool, e, Kind::matrix)) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  std::vector<Factor> factors = factors_of(pool, e);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (pool.kind(factors[i].expr) != Kind::matrix ||
        pool.payload<MatrixFunction>(factors[i].expr).kind != MatrixKind::power)
      continue;
    const Expr x = pool[factors[i].expr].operands[0];
    for (std::size_t j = 0; j < factors.size(); ++j) {
      const auto other = exponent_of(pool, factors[j].expr, x);
      if (j == i || !other || names.contains(factors[i].expr) ||
          (factors[j].expr != x && names.contains(factors[j].expr)))
        continue;
      for (const std::size_t side : {0U, 1U}) {
        const Label met = factors[i].labels[1 - side];
        if (met != factors[j].labels[side] || uses(labels, met) != 2) continue;
        const Dim both = pool.dims().sum(*exponent_of(pool, factors[i].expr, x), *other);
        Labels ends{factors[i].labels[side], factors[j].labels[1 - side]};
        if (side == 1) std::swap(ends[0], ends[1]);
        Shape dims = labels.dims;
        dims[met] = pool.dims().one();
        factors[i] = {make_matrix_power(pool, x, both), ends};
        factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(j));
        return make_einsum(pool, labels.out, factors, dims);
      }
    }
  }
  return std::nullopt;
}

}  // namespace gradwright
