// Rows for what a root and its argument make together: 1/(x + t) beside x/((x + t)·t), the slope of log(x + t) with t = √(x² + 1).
#include <algorithm>

#include "simplify/parts.h"
#include "simplify/rules.h"

namespace gradwright {
namespace {

bool is_reciprocal(const Pool& pool, const Factor& f, const Labels& axes) {
  return f.labels == axes && is_map(pool, f.expr, Function::power) &&
         pool.payload<MapFunction>(f.expr).parameter == Rational(-1);
}

std::vector<Factor> without(std::vector<Factor> factors, Expr one) {
  std::erase_if(factors, [&](const Factor& f) { return f.expr == one; });
  return factors;
}

/// a·r/u + b·r·v/(u·t) = k·r/t, where a·t + b·v = k·u.
std::optional<Expr> conjugate_sum(Pool& pool, Expr e, const Names& names) {
  if (pool.kind(e) != Kind::add || pool[e].operands.size() != 2) return std::nullopt;
  const std::vector<Term> terms = terms_of(pool, e);
  const Labels axes = axis_labels(pool.order(e));
  const Shape shape = pool.shape(e);
  const auto product = [&](std::vector<Factor> factors, Expr more) {
    factors.push_back({more, axes});
    return tidied(pool, make_einsum(pool, axes, factors, shape), names);
  };
  for (const auto& [a, b] : {std::pair{terms[0], terms[1]}, std::pair{terms[1], terms[0]}}) {
    const std::vector<Factor> plain = as_factors(pool, a.expr, names), divided = as_factors(pool, b.expr, names);
    for (const Factor& below : plain) {
      const bool is_shared = std::any_of(divided.begin(), divided.end(),
                                         [&](const Factor& f) { return f.expr == below.expr && f.labels == axes; });
      if (!is_shared || !is_reciprocal(pool, below, axes) || !is_sum(pool, pool[below.expr].operands[0], names))
        continue;
      const std::vector<Term> parts = terms_of(pool, pool[below.expr].operands[0]);
      const std::vector<Factor> rest = without(plain, below.expr);
      for (const Factor& stroke : divided) {
        if (!is_reciprocal(pool, stroke, axes)) continue;
        const Expr t = pool[stroke.expr].operands[0];
        const auto own = std::find_if(parts.begin(), parts.end(), [&](const Term& part) { return part.expr == t; });
        if (own == parts.end()) continue;
        const Rational k = a.coefficient / own->coefficient;
        std::vector<Term> whole;
        for (const Term& part : parts) whole.push_back({k * part.coefficient, product(rest, part.expr)});
        const Expr other = make_einsum(pool, axes, without(without(divided, below.expr), stroke.expr), shape);
        if (make_add(pool, shape, whole) ==
            make_add(pool, shape, {{a.coefficient, product(rest, t)}, {b.coefficient, tidied(pool, other, names)}})) {
          return scaled(pool, k, product(rest, stroke.expr));
        }
      }
    }
  }
  return std::nullopt;
}

/// The same with the sum as a factor: (1 + x/t)/(x + t).
std::optional<Expr> conjugate_product(Pool& pool, Expr e, const Names& names) {
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  std::vector<Factor> factors = factors_of(pool, e);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (!is_sum(pool, factors[i].expr, names)) continue;
    const Labels axes = axis_labels(pool.order(factors[i].expr));
    for (std::size_t j = 0; j < factors.size(); ++j) {
      if (factors[j].labels != factors[i].labels || !is_reciprocal(pool, {factors[j].expr, axes}, axes)) continue;
      std::vector<Term> terms;
      const Shape shape = pool.shape(factors[i].expr);
      for (const Term& term : terms_of(pool, factors[i].expr)) {
        terms.push_back({term.coefficient, tidied(pool, hadamard(pool, {term.expr, factors[j].expr}), names)});
      }
      const auto found = conjugate_sum(pool, make_add(pool, shape, terms), names);
      if (!found) continue;
      factors[i].expr = *found;
      factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(j));
      return make_einsum(pool, labels.out, factors, labels.dims);
    }
  }
  return std::nullopt;
}

}  // namespace

std::span<const Rule> conjugate_rules() {
  static constexpr Rule rules[] = {
      {"conjugate-sum", "1/(x + t) + x/((x + t)*t) = 1/t", "the left side is defined", Kind::add, conjugate_sum},
      {"conjugate-product", "(1 + x/t)/(x + t) = 1/t", "the left side is defined", Kind::einsum, conjugate_product},
  };
  return rules;
}

}  // namespace gradwright
