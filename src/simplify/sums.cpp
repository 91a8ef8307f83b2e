// Rows for Add, and for elementwise functions.
#include <algorithm>

#include "simplify/parts.h"
#include "simplify/rules.h"

namespace gradwright {
namespace {

std::optional<Expr> flatten(Pool& pool, Expr e, const Names& names) {
  const Shape shape = pool.shape(e);
  std::vector<Term> flat;
  bool found = false;
  for (const Term& term : terms_of(pool, e)) {
    const bool unit = term.coefficient == Rational(1) || term.coefficient == Rational(-1);
    if (pool.kind(term.expr) != Kind::add || names.contains(term.expr) || !(unit || pool[e].operands.size() == 1)) {
      flat.push_back(term);
      continue;
    }
    if (!unit) return std::nullopt;
    found = true;
    for (const Term& inner : terms_of(pool, term.expr)) flat.push_back({term.coefficient * inner.coefficient, inner.expr});
  }
  if (!found || flat.size() > 24) return std::nullopt;
  return make_add(pool, shape, flat);
}

/// The product around factor `hole`, with the labels of the hole as further axes (in the order `flip` asks for).
Expr context_of(Pool& pool, Expr product, std::size_t hole, bool flip) {
  const EinsumLabels labels = pool.payload<EinsumLabels>(product);
  std::vector<Factor> rest;
  for (std::size_t i = 0; i < labels.operands.size(); ++i) {
    if (i != hole) rest.push_back({pool[product].operands[i], labels.operands[i]});
  }
  Labels out = labels.out;
  Labels axes = labels.operands[hole];
  if (flip) std::reverse(axes.begin(), axes.end());
  out.insert(out.end(), axes.begin(), axes.end());
  return make_einsum(pool, out, rest, labels.dims);
}

std::optional<Expr> factor_common(Pool& pool, Expr e, const Names&) {
  const std::vector<Term> terms = terms_of(pool, e);
  const Shape shape = pool.shape(e);
  if (terms.size() > 6) return std::nullopt;
  for (std::size_t a = 0; a < terms.size(); ++a) {
    for (std::size_t b = a + 1; b < terms.size(); ++b) {
      const Expr left = terms[a].expr;
      const Expr right = terms[b].expr;
      if (pool.kind(left) != Kind::einsum || pool.kind(right) != Kind::einsum) continue;
      const std::size_t count = pool[left].operands.size();
      if (count < 2 || count > 6 || pool[right].operands.size() != count) continue;
      for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = 0; j < count; ++j) {
          const Expr one = pool[left].operands[i];
          const Expr other = pool[right].operands[j];
          if (pool.order(one) != pool.order(other)) continue;
          for (const bool flip : {false, true}) {
            if (flip && pool.order(one) != 2) continue;
            const Expr turned = flip ? transposed(pool, other) : other;
            if (pool.shape(turned) != pool.shape(one) || context_of(pool, left, i, false) != context_of(pool, right, j, flip)) continue;
            const Expr both = make_add(pool, Shape(pool.shape(one)), {{terms[a].coefficient, one}, {terms[b].coefficient, turned}});
            const EinsumLabels labels = pool.payload<EinsumLabels>(left);
            std::vector<Factor> factors;
            for (std::size_t k = 0; k < count; ++k) factors.push_back({k == i ? both : pool[left].operands[k], labels.operands[k]});
            std::vector<Term> next{{1, make_einsum(pool, labels.out, factors, labels.dims)}};
            for (std::size_t k = 0; k < terms.size(); ++k) {
              if (k != a && k != b) next.push_back(terms[k]);
            }
            return make_add(pool, shape, next);
          }
        }
      }
    }
  }
  return std::nullopt;
}

std::optional<Expr> logarithm(Pool& pool, Expr e, const Names&) {
  if (!is_map(pool, e, Function::log)) return std::nullopt;
  const Expr x = pool[e].operands[0];
  const Node node = pool[x];
  if (is_map(pool, x, Function::exp)) return node.operands[0];
  if (is_map(pool, x, Function::power)) {
    const Rational p = std::get<MapFunction>(node.payload).parameter;
    if (p.is_integer() && p.num() % 2 != 0) return scaled(pool, p, make_map(pool, Function::log, {node.operands[0]}));
  }
  if (node.kind == Kind::matrix && std::get<MatrixKind>(node.payload) == MatrixKind::determinant) {
    return make_matrix(pool, MatrixKind::log_determinant, node.operands[0]);
  }
  return std::nullopt;
}

std::optional<Expr> log_of_sum_of_exp(Pool& pool, Expr e, const Names&) {
  if (!is_map(pool, e, Function::log)) return std::nullopt;
  const Expr sum = pool[e].operands[0];
  if (pool.kind(sum) != Kind::einsum || pool[sum].operands.size() != 1 || !is_map(pool, pool[sum].operands[0], Function::exp)) return std::nullopt;
  const auto labels = pool.payload<EinsumLabels>(sum);
  const Labels& axes = labels.operands[0];
  Labels kept;
  std::vector<std::uint16_t> folded;
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    if (std::find(labels.out.begin(), labels.out.end(), axes[axis]) == labels.out.end()) {
      folded.push_back(static_cast<std::uint16_t>(axis));
    } else {
      kept.push_back(axes[axis]);
    }
  }
  if (folded.empty() || kept != labels.out || labels.dims.size() != axes.size()) return std::nullopt;
  return make_fold(pool, FoldKind::logsumexp, pool[pool[sum].operands[0]].operands[0], folded);
}

std::optional<Expr> softplus(Pool& pool, Expr e, const Names&) {
  if (!is_map(pool, e, Function::log)) return std::nullopt;
  const Expr sum = pool[e].operands[0];
  if (pool.kind(sum) != Kind::add || pool[sum].operands.size() != 2) return std::nullopt;
  const Expr ones = make_ones(pool, Shape(pool.shape(sum)));
  for (const Expr term : pool[sum].operands) {
    if (is_map(pool, term, Function::exp) && sum_of(pool, ones, term) == sum) {
      return make_map(pool, Function::softplus, {pool[term].operands[0]});
    }
  }
  return std::nullopt;
}

/// 1 − σ(−u) = σ(u)
std::optional<Expr> sigmoid_complement(Pool& pool, Expr e, const Names&) {
  if (pool[e].operands.size() != 2) return std::nullopt;
  const Expr ones = make_ones(pool, Shape(pool.shape(e)));
  for (const Expr term : std::vector<Expr>(pool[e].operands)) {
    if (!is_map(pool, term, Function::sigmoid) || difference_of(pool, ones, term) != e) continue;
    const Term inner = split_coefficient(pool, pool[term].operands[0]);
    if (inner.coefficient.is_negative()) return make_map(pool, Function::sigmoid, {scaled(pool, -inner.coefficient, inner.expr)});
  }
  return std::nullopt;
}

/// u^p = s^(2p) where the root of u has the name s.
std::optional<Expr> named_root(Pool& pool, Expr e, const Names& names) {
  if (!is_map(pool, e, Function::power)) return std::nullopt;
  const Rational p = pool.payload<MapFunction>(e).parameter;
  Node root = pool[e];
  root.payload = MapFunction{Function::sqrt, 0};
  const Expr known = pool.find(root);
  if (!p.is_integer() || known.is_none() || !names.contains(known)) return std::nullopt;
  return make_power(pool, known, p * Rational(2));
}

/// 1/(a·b) = 1/a·1/b, so that each may meet what cancels it.
std::optional<Expr> power_of_product(Pool& pool, Expr e, const Names& names) {
  if (!is_map(pool, e, Function::power) || names.contains(pool[e].operands[0])) return std::nullopt;
  const Rational p = pool.payload<MapFunction>(e).parameter;
  return p.is_negative() ? power_of_factors(pool, pool[e].operands[0], p) : std::nullopt;
}

std::optional<Expr> inverse_functions(Pool& pool, Expr e, const Names& names) {
  const Expr x = pool[e].operands[0];
  if (is_map(pool, e, Function::exp) && is_map(pool, x, Function::log)) return pool[x].operands[0];
  if (is_map(pool, e, Function::power) && is_map(pool, x, Function::sqrt) && !names.contains(x)) {
    const Rational p = pool.payload<MapFunction>(e).parameter;
    if (p.is_integer() && p.num() % 2 == 0) return make_power(pool, pool[x].operands[0], p / Rational(2));
  }
  return std::nullopt;
}

std::optional<Expr> determinant_of_inverse(Pool& pool, Expr e, const Names&) {
  const Expr x = pool[e].operands[0];
  const MatrixKind kind = pool.payload<MatrixKind>(e);
  if (kind == MatrixKind::inverse || pool.kind(x) != Kind::matrix) return std::nullopt;
  const Expr of = make_matrix(pool, kind, pool[x].operands[0]);
  return kind == MatrixKind::determinant ? make_power(pool, of, -1) : negated(pool, of);
}

}  // namespace

std::span<const Rule> sum_rules() {
  static constexpr Rule rules[] = {
      {"flatten-sum", "a - (b - c) = a - b + c", "the inner sum has no name", Kind::add, flatten},
      {"factor-common", "A*x + B*x = (A + B)*x", "", Kind::add, factor_common},
  };
  return rules;
}

std::span<const Rule> map_rules() {
  static constexpr Rule rules[] = {
      {"log", "log(exp(x)) = x; log(1/x) = -log(x); log(det(A)) = logdet(A)", "the left side is defined", Kind::map, logarithm},
      {"log-sum-exp", "log(sum(exp(x))) = logsumexp(x)", "", Kind::map, log_of_sum_of_exp},
      {"softplus", "log(1 + exp(x)) = softplus(x)", "", Kind::map, softplus},
      {"sigmoid-complement", "1 - sigmoid(-x) = sigmoid(x)", "", Kind::add, sigmoid_complement},
      {"named-root", "u^p = s^(2*p)", "s = sqrt(u) has a name", Kind::map, named_root},
      {"power-of-product", "1/(a*b)^p = 1/a^p*1/b^p", "the product has no name", Kind::map, power_of_product},
      {"inverse-functions", "exp(log(x)) = x; sqrt(x)^2 = x", "x > 0", Kind::map, inverse_functions},
      {"determinant-of-inverse", "det(inv(A)) = 1/det(A)", "A invertible", Kind::matrix, determinant_of_inverse},
  };
  return rules;
}

}  // namespace gradwright
