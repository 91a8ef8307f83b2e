// Rows that pay by what cancels: products are multiplied out only where that makes the formula shorter.
#include <algorithm>

#include "simplify/cost.h"
#include "simplify/parts.h"
#include "simplify/rules.h"

namespace gradwright {
namespace {

constexpr std::size_t most_monomials = 16;

bool has_sum_factor(const Pool& pool, Expr e, const Names& names) {
  const Expr core = split_coefficient(pool, e).expr;
  if (pool.kind(core) != Kind::einsum) return false;
  return std::any_of(pool[core].operands.begin(), pool[core].operands.end(),
                     [&](Expr f) { return is_sum(pool, f, names); });
}

/// A term that divides by something.
bool has_quotient_term(const Pool& pool, Expr sum) {
  const auto divides = [&](Expr e) {
    return is_map(pool, e, Function::power) && pool.payload<MapFunction>(e).parameter.is_negative();
  };
  const std::vector<Expr>& terms = pool[sum].operands;
  return std::any_of(terms.begin(), terms.end(), [&](Expr term) {
    const std::vector<Expr>& parts = pool[term].operands;
    return divides(term) || (pool.kind(term) == Kind::einsum && std::any_of(parts.begin(), parts.end(), divides));
  });
}

/// The first sum of which a term divides by what stands beside it, so that multiplying out cancels; else the end.
std::vector<Factor>::iterator cancelling_sum(const Pool& pool, std::vector<Factor>& factors, const Names& names) {
  const auto divides_by = [&](Expr e, Expr base) {
    return is_map(pool, e, Function::power) && pool[e].operands[0] == base &&
           pool.payload<MapFunction>(e).parameter.is_negative();
  };
  return std::find_if(factors.begin(), factors.end(), [&](const Factor& sum) {
    if (!is_sum(pool, sum.expr, names)) return false;
    const std::vector<Expr>& terms = pool[sum.expr].operands;
    return std::any_of(factors.begin(), factors.end(), [&](const Factor& beside) {
      return std::any_of(terms.begin(), terms.end(), [&](Expr term) {
        if (divides_by(term, beside.expr)) return true;
        const std::vector<Expr>& parts = pool[term].operands;
        return pool.kind(term) == Kind::einsum &&
               std::any_of(parts.begin(), parts.end(), [&](Expr part) { return divides_by(part, beside.expr); });
      });
    });
  });
}

/// The terms of a product multiplied out over its sums; none where there are too many.
std::optional<std::vector<Term>> multiplied_out(Pool& pool, const Term& product, const Names& names) {
  std::vector<Term> waiting{product}, done;
  while (!waiting.empty()) {
    const Term term = waiting.back();
    waiting.pop_back();
    const Term core = split_coefficient(pool, term.expr);
    const Rational coefficient = term.coefficient * core.coefficient;
    if (coefficient.overflowed()) return std::nullopt;
    if (pool.kind(core.expr) != Kind::einsum) {
      done.push_back({coefficient, core.expr});
      continue;
    }
    std::vector<Factor> factors = factors_of(pool, core.expr);
    auto sum = cancelling_sum(pool, factors, names);
    if (sum == factors.end())
      sum = std::find_if(factors.begin(), factors.end(), [&](const Factor& f) { return is_sum(pool, f.expr, names); });
    if (sum == factors.end()) {
      done.push_back({coefficient, tidied(pool, core.expr, names)});
    } else {
      const EinsumLabels labels = pool.payload<EinsumLabels>(core.expr);
      for (const Term& inner : terms_of(pool, sum->expr)) {
        std::vector<Factor> own = factors;
        own[static_cast<std::size_t>(sum - factors.begin())].expr = inner.expr;
        waiting.push_back({coefficient, scaled(pool, inner.coefficient,
                                               tidied(pool, make_einsum(pool, labels.out, own, labels.dims), names))});
      }
    }
    if (waiting.size() + done.size() > most_monomials) return std::nullopt;
  }
  return done;
}

std::optional<Expr> if_shorter(Pool& pool, Expr before, const std::vector<Term>& terms, const Names& names) {
  const Expr after = make_add(pool, Shape(pool.shape(before)), terms);
  if (cost(pool, after, names) >= cost(pool, before, names)) return std::nullopt;
  return after;
}

/// p·(1 − y) − y·(1 − p) = p − y
std::optional<Expr> expand_sum(Pool& pool, Expr e, const Names& names) {
  const std::vector<Term> terms = terms_of(pool, e);
  if (terms.size() < 2 || terms.size() > 6) return std::nullopt;
  std::vector<Term> flat;
  bool any = false;
  for (const Term& term : terms) {
    if (names.contains(split_coefficient(pool, term.expr).expr) || !has_sum_factor(pool, term.expr, names)) {
      flat.push_back(term);
      continue;
    }
    const auto parts = multiplied_out(pool, term, names);
    if (!parts) return std::nullopt;
    any = true;
    flat.insert(flat.end(), parts->begin(), parts->end());
  }
  if (!any || flat.size() > most_monomials) return std::nullopt;
  return if_shorter(pool, e, flat, names);
}

/// p·(1 − p)·((1 − y)/(1 − p) − y/p) = p·(1 − y) − (1 − p)·y
std::optional<Expr> multiply_out(Pool& pool, Expr e, const Names& names) {
  const std::vector<Expr>& operands = pool[e].operands;
  if (std::none_of(operands.begin(), operands.end(),
                   [&](Expr f) { return is_sum(pool, f, names) && has_quotient_term(pool, f); }))
    return std::nullopt;
  std::vector<Factor> factors = factors_of(pool, e);
  if (cancelling_sum(pool, factors, names) == factors.end()) return std::nullopt;
  const auto parts = multiplied_out(pool, {1, e}, names);
  if (!parts) return std::nullopt;
  return if_shorter(pool, e, *parts, names);
}

/// The exponent with which an unnamed sum u divides a term entry by entry; zero where it does not.
Rational divides_by(const Pool& pool, const std::vector<Factor>& factors, Expr u, const Labels& axes) {
  for (const Factor& f : factors) {
    if (f.labels == axes && is_map(pool, f.expr, Function::power) && pool[f.expr].operands[0] == u)
      return pool.payload<MapFunction>(f.expr).parameter;
  }
  return 0;
}

/// 1/u − v/u² = (u − v)/u², where the terms of u cancel in what stands above.
std::optional<Expr> common_denominator(Pool& pool, Expr e, const Names& names) {
  const std::vector<Term> terms = terms_of(pool, e);
  const Labels axes = axis_labels(pool.order(e));
  const Shape shape = pool.shape(e);
  if (terms.size() < 2 || terms.size() > 6) return std::nullopt;
  Expr u;
  Rational lowest = -1;
  for (const Term& term : terms) {
    for (const Factor& f : as_factors(pool, term.expr, names)) {
      if (f.labels != axes || !is_map(pool, f.expr, Function::power) || !is_sum(pool, pool[f.expr].operands[0], names))
        continue;
      const Rational p = pool.payload<MapFunction>(f.expr).parameter;
      if (p.is_integer() && p < lowest) u = pool[f.expr].operands[0], lowest = p;
    }
  }
  if (u.is_none()) return std::nullopt;
  std::vector<Term> above;
  for (const Term& term : terms) {
    std::vector<Factor> factors = as_factors(pool, term.expr, names);
    const Rational own = divides_by(pool, factors, u, axes);
    const Rational left = own - lowest;
    if (!(left.is_zero() || left.is_one())) return std::nullopt;
    std::erase_if(factors, [&](const Factor& f) {
      return f.labels == axes && is_map(pool, f.expr, Function::power) && pool[f.expr].operands[0] == u;
    });
    if (left.is_zero()) {
      above.push_back({term.coefficient, make_einsum(pool, axes, factors, shape)});
      continue;
    }
    for (const Term& part : terms_of(pool, u)) {
      std::vector<Factor> with = factors;
      with.push_back({part.expr, axes});
      above.push_back({term.coefficient,
                       scaled(pool, part.coefficient, tidied(pool, make_einsum(pool, axes, with, shape), names))});
    }
  }
  const Expr whole =
      make_einsum(pool, axes, {{make_add(pool, shape, above), axes}, {make_power(pool, u, lowest), axes}}, shape);
  if (cost(pool, whole, names) >= cost(pool, e, names)) return std::nullopt;
  return whole;
}

/// Σ over `axis` of a sum, term by term, looking into names; good for seeing that it is zero.
Expr summed_termwise(Pool& pool, Expr e, std::uint16_t axis) {
  std::vector<Term> sums;
  for (const Term& term : terms_of(pool, e))
    sums.push_back({term.coefficient, tidied(pool, summed(pool, term.expr, {axis}), {})});
  Shape shape = pool.shape(e);
  shape.erase(shape.begin() + axis);
  return make_add(pool, shape, sums);
}

/// A sum of tensors of order 3 and more has no notation but its terms'.
std::optional<Expr> distribute_tensor(Pool& pool, Expr e, const Names& names) {
  const std::vector<Expr>& operands = pool[e].operands;
  if (pool.order(e) > 2 || std::none_of(operands.begin(), operands.end(), [&](Expr f) { return pool.order(f) > 2; }))
    return std::nullopt;
  const std::vector<Factor> factors = factors_of(pool, e);
  const auto sum = std::find_if(factors.begin(), factors.end(),
                                [&](const Factor& f) { return pool.order(f.expr) > 2 && is_sum(pool, f.expr, names); });
  if (sum == factors.end()) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  std::vector<Term> terms;
  for (const Term& inner : terms_of(pool, sum->expr)) {
    std::vector<Factor> own = factors;
    own[static_cast<std::size_t>(sum - factors.begin())].expr = inner.expr;
    terms.push_back({inner.coefficient, tidied(pool, make_einsum(pool, labels.out, own, labels.dims), names)});
  }
  return make_add(pool, Shape(pool.shape(e)), terms);
}

/// A product whose factors of the form f(x repeated) do not carry the labels of the repetition.
Expr with_repetitions_outside(Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::einsum) return e;
  std::vector<Factor> factors = factors_of(pool, e);
  bool any = false;
  for (Factor& factor : factors) {
    const auto image = repeated_image(pool, factor.expr);
    if (!image) continue;
    factor.expr = *image;
    any = true;
  }
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  return any ? make_einsum(pool, labels.out, factors, labels.dims) : e;
}

/// Whether a summed label of the product meets only one factor, a centred one: Σ (x − mean(x)) = 0.
bool vanishes(Pool& pool, Expr e, int depth = 0) {
  const Expr core = split_coefficient(pool, with_repetitions_outside(pool, split_coefficient(pool, e).expr)).expr;
  if (pool.kind(core) != Kind::einsum) return false;
  const EinsumLabels labels = pool.payload<EinsumLabels>(core);
  const std::vector<Factor> factors = factors_of(pool, core);
  for (std::size_t label = labels.out.size(); label < labels.dims.size(); ++label) {
    const Factor* only = nullptr;
    std::size_t uses = std::count(labels.out.begin(), labels.out.end(), static_cast<Label>(label)) > 0 ? 2 : 0;
    for (const Factor& factor : factors) {
      const auto own = std::count(factor.labels.begin(), factor.labels.end(), static_cast<Label>(label));
      if (own > 0) only = &factor;
      uses += static_cast<std::size_t>(own);
    }
    if (uses != 1) continue;
    const auto axis =
        std::find(only->labels.begin(), only->labels.end(), static_cast<Label>(label)) - only->labels.begin();
    if (pool.kind(only->expr) == Kind::einsum && depth < 4) {  // a name for a centred one times something
      if (vanishes(pool, tidied(pool, summed(pool, only->expr, {static_cast<std::uint16_t>(axis)}), {}), depth + 1))
        return true;
      continue;
    }
    if (pool.kind(only->expr) != Kind::add || pool[only->expr].operands.size() != 2) continue;
    if (is_zero(pool, summed_termwise(pool, only->expr, static_cast<std::uint16_t>(axis)))) return true;
  }
  return false;
}

/// A summed label that one factor alone carries.
bool sums_one_factor(const Pool& pool, Expr e) {
  const auto& labels = pool.payload<EinsumLabels>(e);
  for (std::size_t label = 0; label < labels.dims.size(); ++label) {
    const auto wanted = static_cast<Label>(label);
    if (std::find(labels.out.begin(), labels.out.end(), wanted) != labels.out.end()) continue;
    std::size_t carriers = 0;
    for (const Labels& own : labels.operands)
      carriers += std::find(own.begin(), own.end(), wanted) != own.end() ? 1 : 0;
    if (carriers == 1) return true;
  }
  return false;
}

std::optional<Expr> centred(Pool& pool, Expr e, const Names& names) {
  if (!sums_one_factor(pool, e)) return std::nullopt;
  if (vanishes(pool, e)) return make_zero(pool, Shape(pool.shape(e)));
  // Σ (a + b) = Σ a where Σ b = 0.
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  const std::vector<Factor> factors = factors_of(pool, e);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (!is_sum(pool, factors[i].expr, names) || pool.order(factors[i].expr) == 0) continue;
    std::vector<Term> kept;
    const std::vector<Term> terms = terms_of(pool, factors[i].expr);
    for (const Term& term : terms) {
      std::vector<Factor> own = factors;
      own[i].expr = term.expr;
      if (!vanishes(pool, tidied(pool, make_einsum(pool, labels.out, own, labels.dims), names))) kept.push_back(term);
    }
    if (kept.size() == terms.size()) continue;
    std::vector<Factor> own = factors;
    own[i].expr = make_add(pool, Shape(pool.shape(factors[i].expr)), kept);
    return make_einsum(pool, labels.out, own, labels.dims);
  }
  return std::nullopt;
}

/// (−A − B)·x = −(A + B)·x: a coefficient that all terms share stands before the product.
std::optional<Rational> shared_coefficient(const Pool& pool, Expr e) {
  const auto& values = pool.payload<Coefficients>(e).values;
  if (values.size() < 2) return std::nullopt;
  const auto size = [](Rational r) { return r.is_negative() ? -r : r; };
  const bool all_negative = std::all_of(values.begin(), values.end(), [](Rational r) { return r.is_negative(); });
  if (!std::all_of(values.begin(), values.end(), [&](Rational r) { return size(r) == size(values[0]); }))
    return std::nullopt;
  const Rational shared = all_negative ? -size(values[0]) : size(values[0]);
  if (shared.is_one()) return std::nullopt;
  return shared;
}

Expr divided(Pool& pool, Expr add, Rational by) {
  std::vector<Term> terms = terms_of(pool, add);
  for (Term& term : terms) term.coefficient = term.coefficient / by;
  return make_add(pool, Shape(pool.shape(add)), terms);
}

std::optional<Expr> coefficient_of_factor(Pool& pool, Expr e, const Names& names) {
  const std::vector<Expr>& operands = pool[e].operands;
  if (std::none_of(operands.begin(), operands.end(),
                   [&](Expr f) { return is_sum(pool, f, names) && shared_coefficient(pool, f); }))
    return std::nullopt;
  std::vector<Factor> factors = factors_of(pool, e);
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  for (Factor& factor : factors) {
    if (!is_sum(pool, factor.expr, names)) continue;
    const auto shared = shared_coefficient(pool, factor.expr);
    if (!shared) continue;
    factor.expr = divided(pool, factor.expr, *shared);
    return scaled(pool, *shared, make_einsum(pool, labels.out, factors, labels.dims));
  }
  return std::nullopt;
}

std::optional<Expr> coefficient_of_sum(Pool& pool, Expr e, const Names&) {
  const auto shared = shared_coefficient(pool, e);
  if (!shared || *shared == Rational(-1)) return std::nullopt;
  return scaled(pool, *shared, divided(pool, e, *shared));
}

}  // namespace

Expr tidied(Pool& pool, Expr e, const Names& names) {
  for (int round = 0; round < 16; ++round) {
    const Term term = split_coefficient(pool, e);
    if (pool.kind(term.expr) != Kind::einsum) return e;
    Expr next = term.expr;
    for (const Rule& rule : product_rules()) {
      next = rule.rewrite(pool, term.expr, names).value_or(term.expr);
      if (next != term.expr) break;
    }
    if (next == term.expr) return e;
    e = scaled(pool, term.coefficient, next);
  }
  return e;
}

std::span<const Rule> cancelling_rules() {
  static constexpr Rule rules[] = {
      {"centred-sum", "sum(x - mean(x)) = 0", "", Kind::einsum, centred},
      {"distribute-tensor", "(S + T):X = S:X + T:X", "S, T of order 3 or more", Kind::einsum, distribute_tensor},
      {"multiply-out", "p*(1 - p)*((1 - y)/(1 - p) - y/p) = p*(1 - y) - (1 - p)*y",
       "what is divided by is not zero; only where it cancels", Kind::einsum, multiply_out},
      {"shared-coefficient", "(-A - B)*x = -(A + B)*x", "", Kind::einsum, coefficient_of_factor},
      {"expand-and-cancel", "p*(1 - y) - (1 - p)*y = p - y", "only where it gets shorter", Kind::add, expand_sum},
      {"common-denominator", "1/(1 + x) - x/(1 + x)^2 = 1/(1 + x)^2", "only where it gets shorter", Kind::add,
       common_denominator},
      {"coefficient-of-a-sum", "2*A - 2*B = 2*(A - B)", "", Kind::add, coefficient_of_sum},
  };
  return rules;
}

}  // namespace gradwright
