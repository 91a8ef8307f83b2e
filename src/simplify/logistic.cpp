// Rows for softplus, sigmoid and tanh: what overflows or cancels on its way is said by the function that does not.
#include <algorithm>

#include "simplify/parts.h"
#include "simplify/rules.h"

namespace gradwright {
namespace {

std::optional<Expr> softplus(Pool& pool, Expr e, const Names&) {
  const Expr sum = pool[e].operands[0];
  if (is_map(pool, e, Function::log1p) && is_map(pool, sum, Function::exp))
    return make_map(pool, Function::softplus, {pool[sum].operands[0]});
  if (!is_map(pool, e, Function::log) || pool.kind(sum) != Kind::add || pool[sum].operands.size() != 2)
    return std::nullopt;
  const Expr ones = make_ones(pool, Shape(pool.shape(sum)));
  for (const Expr term : pool[sum].operands) {
    if (is_map(pool, term, Function::exp) && sum_of(pool, ones, term) == sum) {
      return make_map(pool, Function::softplus, {pool[term].operands[0]});
    }
  }
  return std::nullopt;
}

/// −u, where it is no longer than u: u has a minus before it, or before half of its terms.
std::optional<Expr> negated_argument(Pool& pool, Expr u) {
  const Term inner = split_coefficient(pool, u);
  if (inner.coefficient.is_negative()) return scaled(pool, -inner.coefficient, inner.expr);
  if (pool.kind(u) != Kind::add) return std::nullopt;
  const std::vector<Rational>& values = pool.payload<Coefficients>(u).values;
  const auto below = std::count_if(values.begin(), values.end(), [](const Rational& c) { return c.is_negative(); });
  return 2 * static_cast<std::size_t>(below) < values.size() ? std::nullopt : std::optional(negated(pool, u));
}

/// 1 − σ(−u) = σ(u); 2σ(2u) − 1 = tanh(u)
std::optional<Expr> sigmoid_complement(Pool& pool, Expr e, const Names& names) {
  if (pool[e].operands.size() != 2) return std::nullopt;
  const Expr ones = make_ones(pool, Shape(pool.shape(e)));
  for (const Term& term : terms_of(pool, e)) {
    if (!is_map(pool, term.expr, Function::sigmoid) || names.contains(term.expr)) continue;
    const Expr u = pool[term.expr].operands[0];
    const Rational half = term.coefficient * Rational(1, 2);
    if (split_coefficient(pool, u).coefficient == Rational(2) &&
        e == make_add(pool, Shape(pool.shape(e)), {term, {-half, ones}})) {
      return scaled(pool, half, make_map(pool, Function::tanh, {scaled(pool, {1, 2}, u)}));
    }
    if (difference_of(pool, ones, term.expr) != e) continue;
    if (const auto other = negated_argument(pool, u)) return make_map(pool, Function::sigmoid, {*other});
  }
  return std::nullopt;
}

}  // namespace

std::span<const Rule> logistic_rules() {
  static constexpr Rule rules[] = {
      {"softplus", "log(1 + exp(x)) = log1p(exp(x)) = softplus(x)", "", Kind::map, softplus},
      {"sigmoid-complement", "1 - sigmoid(-x) = sigmoid(x); 2*sigmoid(2*x) - 1 = tanh(x)", "", Kind::add,
       sigmoid_complement},
  };
  return rules;
}

}  // namespace gradwright
