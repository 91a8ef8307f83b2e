#include "ir/others.h"

#include <algorithm>

#include "ir/labels.h"
#include "ir/make.h"

namespace gradwright {
namespace {

/// 0 where all of the first axes equal their twins, 1 elsewhere. A comparison, since 1 − δ would be multiplied out.
Expr others_mask(Pool& pool, const Shape& extents) {
  Labels diagonal = counted(extents.size());
  diagonal.insert(diagonal.end(), diagonal.begin(), diagonal.end());
  const Expr own = make_einsum(pool, diagonal, {}, extents);
  return make_map(pool, Function::equal, {own, make_zero(pool, Shape(pool.shape(own)))});
}

/// 1 where the last axes equal those of the first that they are the twins of.
Expr ones_at_own_place(Pool& pool, const Shape& shape, const std::vector<std::uint16_t>& axes) {
  Labels diagonal = counted(shape.size());
  diagonal.insert(diagonal.end(), axes.begin(), axes.end());
  return make_einsum(pool, diagonal, {}, shape);
}

Shape extents_of(const Shape& shape, const std::vector<std::uint16_t>& axes) {
  Shape extents;
  for (const std::uint16_t axis : axes) extents.push_back(shape[axis]);
  return extents;
}

/// What a term c·x[k,f']·mask[f,f'] at [k,f,f'] multiplies, where operand `mask` of it is the mask; none otherwise.
std::optional<Others> masked_by(Pool& pool, const Term& term, std::size_t mask, std::size_t order) {
  const EinsumLabels labels = pool.payload<EinsumLabels>(term.expr);
  const std::vector<Expr> operands = pool[term.expr].operands;
  const std::size_t count = labels.out.size() - order;
  Labels pairs = labels.operands[mask];
  if (pairs.size() != 2 * count) return std::nullopt;
  const auto half = pairs.begin() + static_cast<std::ptrdiff_t>(count);
  if (pairs[0] == labels.out[order]) std::rotate(pairs.begin(), half, pairs.end());  // it is symmetric
  Others of;
  Shape dims = labels.dims;
  Labels out(labels.out.begin(), labels.out.begin() + static_cast<std::ptrdiff_t>(order));
  for (std::size_t i = 0; i < count; ++i) {
    const auto axis = std::find(out.begin(), out.end(), pairs[i]);
    if (axis == out.end() || pairs[count + i] != labels.out[order + i]) return std::nullopt;
    of.axes.push_back(static_cast<std::uint16_t>(axis - out.begin()));
    *axis = pairs[count + i];
    dims[pairs[i]] = pool.dims().one();
  }
  std::vector<Factor> factors;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (i == mask) continue;
    factors.push_back({operands[i], labels.operands[i]});
    const bool is_own = std::any_of(pairs.begin(), half, [&](Label own) {
      return std::find(labels.operands[i].begin(), labels.operands[i].end(), own) != labels.operands[i].end();
    });
    if (is_own) return std::nullopt;
  }
  of.x = scaled(pool, term.coefficient, make_einsum(pool, out, factors, dims));
  if (operands[mask] != others_mask(pool, extents_of(pool.shape(of.x), of.axes))) return std::nullopt;
  return of;
}

}  // namespace

Expr make_product_of_others(Pool& pool, Others of) {
  const Shape shape = pool.shape(of.x);
  std::erase_if(of.axes, [&](std::uint16_t axis) { return pool.dims().is_one(shape[axis]); });
  if (of.axes.empty()) return make_ones(pool, shape);
  const Shape extents = extents_of(shape, of.axes);
  Shape dims = shape;
  dims.insert(dims.end(), extents.begin(), extents.end());
  const Labels doubled = counted(dims.size());
  const Labels twins(doubled.begin() + static_cast<std::ptrdiff_t>(shape.size()), doubled.end());
  Labels repeated = counted(shape.size()), pairs(of.axes.begin(), of.axes.end());
  pairs.insert(pairs.end(), twins.begin(), twins.end());
  for (std::size_t i = 0; i < twins.size(); ++i) repeated[of.axes[i]] = twins[i];
  const Expr others = make_einsum(pool, doubled, {{of.x, repeated}, {others_mask(pool, extents), pairs}}, dims);
  const Expr own = ones_at_own_place(pool, shape, of.axes);
  return make_fold(pool, FoldKind::prod, make_add(pool, dims, {{1, own}, {1, others}}), {twins.begin(), twins.end()});
}

std::optional<Others> product_of_others(Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::fold || pool.payload<FoldAxes>(e).kind != FoldKind::prod) return std::nullopt;
  const std::size_t order = pool.order(e);
  const Expr masked = pool[e].operands[0];
  if (pool.kind(masked) != Kind::add || pool[masked].operands.size() != 2) return std::nullopt;
  if (pool.payload<FoldAxes>(e).axes[0] != order) return std::nullopt;
  const std::vector<Expr> terms = pool[masked].operands;
  const std::vector<Rational> coefficients = pool.payload<Coefficients>(masked).values;
  for (std::size_t i = 0; i < 2; ++i) {
    if (pool.kind(terms[i]) != Kind::einsum || !coefficients[1 - i].is_one()) continue;
    const std::vector<Expr> factors = pool[terms[i]].operands;
    for (std::size_t mask = 0; mask < factors.size(); ++mask) {
      if (!is_map(pool, factors[mask], Function::equal)) continue;
      const auto of = masked_by(pool, {coefficients[i], terms[i]}, mask, order);
      if (of && ones_at_own_place(pool, pool.shape(of->x), of->axes) == terms[1 - i]) return of;
    }
  }
  return std::nullopt;
}

}  // namespace gradwright
