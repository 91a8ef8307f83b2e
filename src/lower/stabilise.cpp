#include "lower/stabilise.h"

#include <algorithm>
#include <array>

#include "lower/graph.h"
#include "lower/rewrite.h"

namespace gradwright {
namespace {

using namespace lowering;

Expr operand(const Pool& pool, Expr e) { return pool[e].operands[0]; }
Expr apply(Pool& pool, Function function, Expr x) { return make_map(pool, function, {x}); }
Expr ones_like(Pool& pool, Expr e) { return make_ones(pool, Shape(pool.shape(e))); }

/// u, where e = function(u).
Expr argument(const Pool& pool, Expr e, Function function) {
  return is_map(pool, e, function) ? operand(pool, e) : Expr{};
}

/// The coefficient of `term` in a sum; 0 where it is not in it.
Rational coefficient_of(const Pool& pool, Expr sum, Expr term) {
  if (pool.kind(sum) != Kind::add) return 0;
  const auto& terms = pool[sum].operands;
  const auto found = std::find(terms.begin(), terms.end(), term);
  return found == terms.end() ? Rational(0)
                              : pool.payload<Coefficients>(sum).values[static_cast<std::size_t>(found - terms.begin())];
}

/// v, where e = 1 + v.
Expr beyond_one(Pool& pool, Expr e) {
  const Expr ones = ones_like(pool, e);
  if (!coefficient_of(pool, e, ones).is_one()) return {};
  return sum_without(pool, e, {ones});
}

/// The two operands, where e = a + b.
std::array<Expr, 2> two_terms(const Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::add || pool[e].operands.size() != 2) return {};
  const auto& values = pool.payload<Coefficients>(e).values;
  if (!values[0].is_one() || !values[1].is_one()) return {};
  return {pool[e].operands[0], pool[e].operands[1]};
}

/// A sum Σ exp(u) over axes that it takes away, each kept axis once.
struct ExpSum {
  Expr u;
  EinsumLabels labels;
};
ExpSum exp_sum(const Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::einsum || pool[e].operands.size() != 1) return {};
  const Expr u = argument(pool, operand(pool, e), Function::exp);
  if (u.is_none()) return {};
  const auto& labels = pool.payload<EinsumLabels>(e);
  Labels own = labels.operands[0];
  std::sort(own.begin(), own.end());
  const bool is_plain = std::adjacent_find(own.begin(), own.end()) == own.end() && own.size() == labels.dims.size() &&
                        labels.out.size() < own.size();
  return is_plain ? ExpSum{u, labels} : ExpSum{};
}

/// logsumexp(u), with its axes in the order of u.
Expr fold_of(Pool& pool, const ExpSum& sum) {
  std::vector<std::uint16_t> axes;
  for (std::uint16_t axis = 0; axis < sum.labels.operands[0].size(); ++axis) {
    if (!contains(sum.labels.out, sum.labels.operands[0][axis])) axes.push_back(axis);
  }
  return make_fold(pool, FoldKind::logsumexp, sum.u, axes);
}

Labels kept_labels(const ExpSum& sum) {
  Labels kept;
  for (const Label label : sum.labels.operands[0]) {
    if (contains(sum.labels.out, label)) kept.push_back(label);
  }
  return kept;
}

Expr log_of_exp(Pool& pool, Expr e) {
  const Expr x = argument(pool, e, Function::log);
  return x.is_none() ? x : argument(pool, x, Function::exp);
}

Expr log_sum_exp(Pool& pool, Expr e) {
  const Expr x = argument(pool, e, Function::log);
  if (x.is_none()) return {};
  const Term scaled_sum = split_coefficient(pool, x);
  const ExpSum sum = exp_sum(pool, scaled_sum.expr);
  if (sum.u.is_none() || scaled_sum.coefficient.is_negative()) return {};
  const Expr fold = einsum_of(pool, sum.labels.out, {{fold_of(pool, sum), kept_labels(sum)}}, sum.labels.dims);
  if (scaled_sum.coefficient.is_one()) return fold;
  const Expr shift = apply(pool, Function::log, make_literal(pool, scaled_sum.coefficient));
  return sum_of(pool, fold, broadcast(pool, shift, Shape(pool.shape(fold)), {}));
}

Expr softplus_form(Pool& pool, Expr e) {
  Expr inner = argument(pool, e, Function::log1p);
  if (inner.is_none()) {
    const Expr x = argument(pool, e, Function::log);
    if (x.is_none()) return {};
    inner = beyond_one(pool, x);
  }
  if (inner.is_none()) return {};
  const Expr u = argument(pool, inner, Function::exp);
  return u.is_none() ? u : apply(pool, Function::softplus, u);
}

Expr log_two_exp(Pool& pool, Expr e) {
  const Expr x = argument(pool, e, Function::log);
  if (x.is_none()) return {};
  const auto [first, second] = two_terms(pool, x);
  if (first.is_none()) return {};
  const Expr a = argument(pool, first, Function::exp);
  const Expr b = argument(pool, second, Function::exp);
  if (a.is_none() || b.is_none()) return {};
  const Expr larger = make_map(pool, Function::max, {a, b});
  const Expr apart = apply(pool, Function::abs, difference_of(pool, a, b));
  return sum_of(pool, larger, apply(pool, Function::log1p, apply(pool, Function::exp, negated(pool, apart))));
}

Expr log_sigmoid(Pool& pool, Expr e) {
  const Expr x = argument(pool, e, Function::log);
  const Expr u = x.is_none() ? x : argument(pool, x, Function::sigmoid);
  return u.is_none() ? u : negated(pool, apply(pool, Function::softplus, negated(pool, u)));
}

Expr log_one_minus_sigmoid(Pool& pool, Expr e) {
  Expr inner = argument(pool, e, Function::log1p);
  if (inner.is_none()) {
    const Expr x = argument(pool, e, Function::log);
    if (x.is_none()) return {};
    inner = beyond_one(pool, x);
  }
  if (inner.is_none()) return {};
  const Term term = split_coefficient(pool, inner);
  const Expr u = term.coefficient == Rational(-1) ? argument(pool, term.expr, Function::sigmoid) : Expr{};
  return u.is_none() ? u : negated(pool, apply(pool, Function::softplus, u));
}

Expr log_cosh(Pool& pool, Expr e) {
  const Expr x = argument(pool, e, Function::log);
  const Expr u = x.is_none() ? x : argument(pool, x, Function::cosh);
  if (u.is_none()) return {};
  const Expr size = apply(pool, Function::abs, u);
  const Expr tail = apply(pool, Function::log1p, apply(pool, Function::exp, scaled(pool, -2, size)));
  const Expr log_two = broadcast(pool, apply(pool, Function::log, make_literal(pool, 2)), Shape(pool.shape(u)), {});
  return difference_of(pool, sum_of(pool, size, tail), log_two);
}

/// u, where e = u + √(u² + 1).
Expr beside_own_root(Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::add) return {};
  for (const Expr root : std::vector<Expr>(pool[e].operands)) {
    const Expr inner = argument(pool, root, Function::sqrt);
    const Expr square = inner.is_none() || !coefficient_of(pool, e, root).is_one() ? Expr{} : beyond_one(pool, inner);
    if (square.is_none()) continue;
    const Expr u = sum_without(pool, e, {root});
    if (make_power(pool, u, 2) == square) return u;
  }
  return {};
}

/// sign(u)·asinh|u|, without |u|² beyond 1, without a difference of large numbers below 0 and without a loss near it.
Expr area_sine(Pool& pool, Expr e) {
  const Expr x = argument(pool, e, Function::log);
  const Expr u = x.is_none() ? x : beside_own_root(pool, x);
  const bool is_number = !u.is_none() && pool.kind(u) != Kind::input && pool[u].operands.empty();
  if (u.is_none() || is_number) return {};
  const Expr ones = ones_like(pool, u), size = apply(pool, Function::abs, u);
  const auto hypotenuse = [&](Expr leg) {
    return apply(pool, Function::sqrt, sum_of(pool, ones, make_power(pool, leg, 2)));
  };
  const Expr near = make_map(pool, Function::min, {size, ones}), far = make_map(pool, Function::max, {size, ones});
  const Expr over =
      hadamard(pool, {make_power(pool, near, 2), make_power(pool, sum_of(pool, ones, hypotenuse(near)), -1)});
  const Expr grown = apply(pool, Function::log, sum_of(pool, ones, hypotenuse(make_power(pool, far, -1))));
  const Expr at_one = apply(pool, Function::log, sum_of(pool, ones, hypotenuse(ones)));
  const Expr beyond =
      make_add(pool, Shape(pool.shape(u)), {{1, apply(pool, Function::log, far)}, {1, grown}, {-1, at_one}});
  const Expr is_beyond = make_map(pool, Function::greater, {size, ones});
  const Expr whole =
      sum_of(pool, apply(pool, Function::log1p, sum_of(pool, near, over)), hadamard(pool, {is_beyond, beyond}));
  return hadamard(pool, {apply(pool, Function::sign, u), whole});
}

/// n, where e = uⁿ with a whole n; else 0.
std::int64_t whole_power(const Pool& pool, Expr e) {
  if (!is_map(pool, e, Function::power)) return 0;
  const Rational exponent = pool.payload<MapFunction>(e).parameter;
  return exponent.is_integer() ? exponent.num() : 0;
}

Expr sigmoid_form(Pool& pool, Expr e) {
  const std::int64_t power = whole_power(pool, e);
  if (power >= 0) return {};
  const Expr inner = beyond_one(pool, operand(pool, e));
  const Expr u = inner.is_none() ? inner : argument(pool, inner, Function::exp);
  if (u.is_none()) return u;
  return make_power(pool, apply(pool, Function::sigmoid, negated(pool, u)), -power);
}

Expr log1p_form(Pool& pool, Expr e) {
  const Expr x = argument(pool, e, Function::log);
  const Expr inner = x.is_none() ? x : beyond_one(pool, x);
  return inner.is_none() ? inner : apply(pool, Function::log1p, inner);
}

Expr expm1_form(Pool& pool, Expr e) {
  const Rational of_ones = pool.kind(e) == Kind::add ? coefficient_of(pool, e, ones_like(pool, e)) : Rational(0);
  if (of_ones.is_zero()) return {};
  for (const Expr term : std::vector<Expr>(pool[e].operands)) {
    const Expr u = argument(pool, term, Function::exp);
    if (u.is_none() || coefficient_of(pool, e, term) != -of_ones) continue;
    const Expr rest = sum_without(pool, e, {term, ones_like(pool, e)});
    return sum_of(pool, rest, scaled(pool, -of_ones, apply(pool, Function::expm1, u)));
  }
  return {};
}

Expr power_of_exp(Pool& pool, Expr e) {
  if (!is_map(pool, e, Function::power)) return {};
  const Expr u = argument(pool, operand(pool, e), Function::exp);
  return u.is_none() ? u : apply(pool, Function::exp, scaled(pool, pool.payload<MapFunction>(e).parameter, u));
}

/// Two factors of a product that make one: `joined(a, b)` is tried on each ordered pair.
template <class Join>
Expr with_joined_factors(Pool& pool, Expr e, const Join& joined) {
  if (pool.kind(e) != Kind::einsum || pool[e].operands.size() < 2 || pool[e].operands.size() > 8) return {};
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  const std::vector<Expr> operands = pool[e].operands;
  for (std::size_t a = 0; a < operands.size(); ++a) {
    for (std::size_t b = 0; b < operands.size(); ++b) {
      const Expr both =
          a == b ? Expr{} : joined(Factor{operands[a], labels.operands[a]}, Factor{operands[b], labels.operands[b]});
      if (both.is_none()) continue;
      std::vector<Factor> factors{{both, labels.operands[a]}};
      for (std::size_t i = 0; i < operands.size(); ++i) {
        if (i != a && i != b) factors.push_back({operands[i], labels.operands[i]});
      }
      return make_einsum(pool, labels.out, factors, labels.dims);
    }
  }
  return {};
}

Expr softmax_form(Pool& pool, Expr e) {
  return with_joined_factors(pool, e, [&](const Factor& a, const Factor& b) {
    const Expr u = argument(pool, a.expr, Function::exp);
    if (u.is_none() || !is_map(pool, b.expr, Function::power) ||
        pool.payload<MapFunction>(b.expr).parameter != Rational(-1))
      return Expr{};
    const ExpSum sum = exp_sum(pool, operand(pool, b.expr));
    if (sum.u != u) return Expr{};
    std::vector<std::uint16_t> places;
    for (std::uint16_t axis = 0; axis < a.labels.size(); ++axis) {
      const auto out = std::find(sum.labels.out.begin(), sum.labels.out.end(), sum.labels.operands[0][axis]);
      if (out == sum.labels.out.end()) continue;
      if (b.labels[static_cast<std::size_t>(out - sum.labels.out.begin())] != a.labels[axis]) return Expr{};
      places.push_back(axis);
    }
    return apply(pool, Function::exp,
                 difference_of(pool, u, broadcast(pool, fold_of(pool, sum), Shape(pool.shape(u)), places)));
  });
}

Expr product_of_exp(Pool& pool, Expr e) {
  return with_joined_factors(pool, e, [&](const Factor& a, const Factor& b) {
    const Expr u = argument(pool, a.expr, Function::exp);
    const Expr v = argument(pool, b.expr, Function::exp);
    if (u.is_none() || v.is_none() || a.labels != b.labels) return Expr{};
    return apply(pool, Function::exp, sum_of(pool, u, v));
  });
}

Expr exp_times_sigmoid(Pool& pool, Expr e) {
  return with_joined_factors(pool, e, [&](const Factor& a, const Factor& b) {
    const Expr u = argument(pool, a.expr, Function::exp);
    const std::int64_t power = whole_power(pool, b.expr);
    const Expr base = power >= 2 ? operand(pool, b.expr) : b.expr;
    const Expr v = argument(pool, base, Function::sigmoid);
    if (u.is_none() || v.is_none() || a.labels != b.labels || v != negated(pool, u)) return Expr{};
    const Expr one = apply(pool, Function::sigmoid, u);
    return power >= 2 ? hadamard(pool, {one, make_power(pool, base, power - 1)}) : one;
  });
}

/// (eᵘ − e⁻ᵘ)/(eᵘ + e⁻ᵘ)
Expr tanh_form(Pool& pool, Expr e) {
  return with_joined_factors(pool, e, [&](const Factor& a, const Factor& b) {
    if (!is_map(pool, b.expr, Function::power) || pool.payload<MapFunction>(b.expr).parameter != Rational(-1) ||
        a.labels != b.labels)
      return Expr{};
    const auto [first, second] = two_terms(pool, operand(pool, b.expr));
    if (first.is_none()) return Expr{};
    for (const auto& [up, down] : {std::array{first, second}, std::array{second, first}}) {
      const Expr u = argument(pool, up, Function::exp);
      if (u.is_none() || argument(pool, down, Function::exp) != negated(pool, u)) continue;
      if (difference_of(pool, up, down) == a.expr) return apply(pool, Function::tanh, u);
    }
    return Expr{};
  });
}

Expr tanh_of_hyperbolics(Pool& pool, Expr e) {
  return with_joined_factors(pool, e, [&](const Factor& a, const Factor& b) {
    const Expr u = argument(pool, a.expr, Function::sinh);
    const Expr below = whole_power(pool, b.expr) == -1 ? operand(pool, b.expr) : Expr{};
    if (u.is_none() || below.is_none() || a.labels != b.labels || argument(pool, below, Function::cosh) != u)
      return Expr{};
    return apply(pool, Function::tanh, u);
  });
}

/// (eʷ − 1)/(eʷ + 1) = tanh(w/2)
Expr tanh_of_half(Pool& pool, Expr e) {
  return with_joined_factors(pool, e, [&](const Factor& a, const Factor& b) {
    const Expr w = argument(pool, a.expr, Function::expm1);
    const Expr v = argument(pool, b.expr, Function::sigmoid);
    if (w.is_none() || v.is_none() || a.labels != b.labels || v != negated(pool, w)) return Expr{};
    return apply(pool, Function::tanh, scaled(pool, {1, 2}, w));
  });
}

constexpr std::array rows = {
    StableForm{"log of exp", "log(exp(u)) = u", log_of_exp},
    StableForm{"log-sum-exp", "log(c*sum(exp(u))) = logsumexp(u) + log(c)", log_sum_exp},
    StableForm{"softplus", "log(1 + exp(u)) = softplus(u)", softplus_form},
    StableForm{"log of two exponentials", "log(exp(a) + exp(b)) = max(a, b) + log1p(exp(-|a - b|))", log_two_exp},
    StableForm{"log-sigmoid", "log(sigmoid(u)) = -softplus(-u)", log_sigmoid},
    StableForm{"log of one minus sigmoid", "log(1 - sigmoid(u)) = -softplus(u)", log_one_minus_sigmoid},
    StableForm{"log-cosh", "log(cosh(u)) = |u| + log1p(exp(-2*|u|)) - log(2)", log_cosh},
    StableForm{"area sine", "log(u + sqrt(u^2 + 1)) = sign(u)*asinh(|u|), by log1p up to 1 and by log(|u|) beyond",
               area_sine},
    StableForm{"sigmoid", "1/(1 + exp(-u))^n = sigmoid(u)^n", sigmoid_form},
    StableForm{"log1p", "log(1 + u) = log1p(u)", log1p_form},
    StableForm{"expm1", "exp(u) - 1 = expm1(u)", expm1_form},
    StableForm{"power of exp", "exp(u)^p = exp(p*u)", power_of_exp},
    StableForm{"softmax", "exp(u)/sum(exp(u)) = exp(u - logsumexp(u))", softmax_form},
    StableForm{"exp times sigmoid", "exp(u)/(1 + exp(u))^n = sigmoid(u)*sigmoid(-u)^(n-1)", exp_times_sigmoid},
    StableForm{"tanh", "(exp(u) - exp(-u))/(exp(u) + exp(-u)) = tanh(u)", tanh_form},
    StableForm{"tanh of a half", "(exp(w) - 1)/(exp(w) + 1) = tanh(w/2)", tanh_of_half},
    StableForm{"tanh of hyperbolics", "sinh(u)/cosh(u) = tanh(u)", tanh_of_hyperbolics},
    StableForm{"product of exponentials", "exp(a)*exp(b) = exp(a + b)", product_of_exp},
};

constexpr int most_rewrites_of_a_node = 8;
constexpr int most_sweeps = 4;  ///< what a form is made of may be a textbook form itself

std::vector<Expr> swept(Pool& pool, const std::vector<Expr>& roots, std::vector<std::string_view>* used) {
  return rewritten(pool, roots, [&](Expr e) {
    Expr best;
    for (int round = 0; round < most_rewrites_of_a_node; ++round) {
      const Expr now = best.is_none() ? e : best;
      Expr next;
      for (const StableForm& row : rows) {
        next = row.form(pool, now);
        if (next.is_none() || next == now) continue;
        if (used != nullptr) used->push_back(row.name);
        break;
      }
      if (next.is_none() || next == now) break;
      best = next;
    }
    return best;
  });
}

}  // namespace

std::span<const StableForm> stable_forms() { return rows; }

std::vector<Expr> stabilised(Pool& pool, const std::vector<Expr>& roots, std::vector<std::string_view>* used) {
  std::vector<Expr> made = roots;
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    std::vector<Expr> next = swept(pool, made, used);
    if (next == made) break;
    made = std::move(next);
  }
  return made;
}

}  // namespace gradwright
