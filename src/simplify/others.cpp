// Rows for products of the other entries.
#include <algorithm>

#include "ir/others.h"
#include "simplify/parts.h"
#include "simplify/rules.h"

namespace gradwright {
namespace {

/// The labels of an operand of the fold, those that are folded left out.
Labels kept_labels(const Labels& all, const std::vector<std::uint16_t>& folded) {
  Labels kept;
  for (std::size_t axis = 0; axis < all.size(); ++axis) {
    if (std::find(folded.begin(), folded.end(), axis) == folded.end()) kept.push_back(all[axis]);
  }
  return kept;
}

/// p^q times the product of the others, where p is the product of all: p^(q+1)/x.
std::optional<Expr> others_over_all(Pool& pool, Expr e, const Names& names) {
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  std::vector<Factor> factors = factors_of(pool, e);
  for (Factor& part : factors) {
    const auto others = names.contains(part.expr) ? std::nullopt : product_of_others(pool, part.expr);
    if (!others) continue;
    const Expr all = make_fold(pool, FoldKind::prod, others->x, others->axes);
    const Labels kept = kept_labels(part.labels, others->axes);
    for (Factor& power : factors) {
      if (!is_map(pool, power.expr, Function::power) || pool[power.expr].operands[0] != all || power.labels != kept)
        continue;
      const Rational exponent = pool.payload<MapFunction>(power.expr).parameter;
      const Rational raised = exponent + Rational(1);
      if (!exponent.is_negative() || raised.overflowed()) continue;
      power.expr = make_power(pool, all, raised);
      part.expr = make_power(pool, others->x, -1);
      return make_einsum(pool, labels.out, factors, labels.dims);
    }
  }
  return std::nullopt;
}

}  // namespace

std::span<const Rule> others_rules() {
  static constexpr Rule rules[] = {
      {"others-over-all", "prod_others(x)/prod(x) = 1/x", "the left side is defined", Kind::einsum, others_over_all},
  };
  return rules;
}

}  // namespace gradwright
