// Rows for Add, and for elementwise functions.
#include <algorithm>

#include "ir/facts.h"
#include "simplify/cost.h"
#include "simplify/parts.h"
#include "simplify/rules.h"

namespace gradwright {
namespace {

std::optional<Expr> flattened_sum(Pool& pool, Expr e, const Names& names) {
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
    for (const Term& inner : terms_of(pool, term.expr))
      flat.push_back({term.coefficient * inner.coefficient, inner.expr});
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
            const Expr aligned = flip ? transposed(pool, other) : other;
            if (pool.shape(aligned) != pool.shape(one) ||
                context_of(pool, left, i, false) != context_of(pool, right, j, flip))
              continue;
            const Expr both =
                make_add(pool, Shape(pool.shape(one)), {{terms[a].coefficient, one}, {terms[b].coefficient, aligned}});
            const EinsumLabels labels = pool.payload<EinsumLabels>(left);
            std::vector<Factor> factors;
            for (std::size_t k = 0; k < count; ++k)
              factors.push_back({k == i ? both : pool[left].operands[k], labels.operands[k]});
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

/// A·x + A·y for factors A of order 2 that end on an axis of the sum, what stands beside them being any products: A·(x + y).
struct Ending {
  std::size_t factor;
  Label met;  ///< the summed label that it shares with the rest
};

std::vector<Ending> endings(const Pool& pool, Expr product, std::size_t axis) {
  const auto& labels = pool.payload<EinsumLabels>(product);
  const auto uses = [&](Label label, const std::vector<Labels>& in) {
    return std::count_if(in.begin(), in.end(),
                         [&](const Labels& own) { return std::find(own.begin(), own.end(), label) != own.end(); });
  };
  std::vector<Ending> found;
  if (uses(labels.out[axis], labels.operands) != 1 ||
      std::count(labels.out.begin(), labels.out.end(), labels.out[axis]) != 1)
    return found;
  for (std::size_t i = 0; i < labels.operands.size(); ++i) {
    const Labels& own = labels.operands[i];
    if (own.size() != 2 || own[0] == own[1] || std::find(own.begin(), own.end(), labels.out[axis]) == own.end())
      continue;
    const Label met = own[own[0] == labels.out[axis] ? 1 : 0];
    if (std::find(labels.out.begin(), labels.out.end(), met) == labels.out.end() && uses(met, labels.operands) > 1)
      found.push_back({i, met});
  }
  return found;
}

/// The product without that factor, `met` standing for its axis.
Expr beside(Pool& pool, Expr product, std::size_t axis, const Ending& ending) {
  const EinsumLabels labels = pool.payload<EinsumLabels>(product);
  std::vector<Factor> rest = factors_of(pool, product);
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(ending.factor));
  Labels out = labels.out;
  Shape dims = labels.dims;
  dims[out[axis]] = pool.dims().one();
  out[axis] = ending.met;
  return make_einsum(pool, out, rest, dims);
}

std::optional<Expr> factor_side(Pool& pool, Expr e, const Names& names) {
  const std::vector<Term> terms = terms_of(pool, e);
  const Shape shape = pool.shape(e);
  if (terms.size() > 6 || shape.empty() || shape.size() > 2) return std::nullopt;
  const auto is_product = [&](Expr f) {
    return pool.kind(f) == Kind::einsum && !names.contains(f) && pool[f].operands.size() > 1;
  };
  for (std::size_t a = 0; a < terms.size(); ++a) {
    for (std::size_t b = a + 1; b < terms.size(); ++b) {
      if (!is_product(terms[a].expr) || !is_product(terms[b].expr)) continue;
      for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        for (const Ending& left : endings(pool, terms[a].expr, axis)) {
          for (const Ending& right : endings(pool, terms[b].expr, axis)) {
            const Factor end = factors_of(pool, terms[a].expr)[left.factor];
            const Factor other = factors_of(pool, terms[b].expr)[right.factor];
            if (end.expr != other.expr || (end.labels[0] == left.met) != (other.labels[0] == right.met)) continue;
            const Expr first = beside(pool, terms[a].expr, axis, left);
            const Expr second = beside(pool, terms[b].expr, axis, right);
            const Expr inside = make_add(pool, Shape(pool.shape(first)),
                                         {{terms[a].coefficient, first}, {terms[b].coefficient, second}});
            const auto met = static_cast<Label>(shape.size());
            Labels out(shape.size()), within;
            for (std::size_t k = 0; k < out.size(); ++k) out[k] = static_cast<Label>(k);
            within = out;
            within[axis] = met;
            Shape dims = shape;
            dims.push_back(pool.shape(inside)[axis]);
            const Labels own = end.labels[0] == left.met ? Labels{met, out[axis]} : Labels{out[axis], met};
            std::vector<Term> next{{1, make_einsum(pool, out, {{end.expr, own}, {inside, within}}, dims)}};
            for (std::size_t k = 0; k < terms.size(); ++k) {
              if (k != a && k != b) next.push_back(terms[k]);
            }
            const Expr after = make_add(pool, shape, next);
            if (cost(pool, after, names) < cost(pool, e, names)) return after;
          }
        }
      }
    }
  }
  return std::nullopt;
}

/// −u, term by term.
Expr negated_terms(Pool& pool, Expr u) {
  std::vector<Term> terms = pool.kind(u) == Kind::add ? terms_of(pool, u) : std::vector<Term>{{1, u}};
  for (Term& term : terms) term.coefficient = -term.coefficient;
  return make_add(pool, Shape(pool.shape(u)), terms);
}

/// Whether it is the same along an axis: a number, a mean.
bool repeats(const Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::einsum) return pool.kind(e) == Kind::literal;
  const auto& labels = pool.payload<EinsumLabels>(e);
  return std::any_of(labels.out.begin(), labels.out.end(), [&](Label label) {
    return std::none_of(labels.operands.begin(), labels.operands.end(),
                        [&](const Labels& own) { return std::find(own.begin(), own.end(), label) != own.end(); });
  });
}

/// a − b, neither of them a number or a mean: those stand behind.
bool is_difference(const Pool& pool, Expr e, const Names& names) {
  if (pool.kind(e) != Kind::add || names.contains(e) || pool[e].operands.size() != 2) return false;
  const auto& values = pool.payload<Coefficients>(e).values;
  return values[0].is_negative() != values[1].is_negative() && !repeats(pool, pool[e].operands[0]) &&
         !repeats(pool, pool[e].operands[1]);
}

/// −(a − b)·x = (b − a)·x: a sign before a product goes into its difference.
std::optional<Expr> negated_difference(Pool& pool, Expr e, const Names& names) {
  const std::vector<Term> terms = terms_of(pool, e);
  if (terms.size() != 1 || !terms[0].coefficient.is_negative() || names.contains(terms[0].expr)) return std::nullopt;
  if (is_difference(pool, terms[0].expr, names))
    return scaled(pool, -terms[0].coefficient, negated_terms(pool, terms[0].expr));
  if (pool.kind(terms[0].expr) != Kind::einsum) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(terms[0].expr);
  std::vector<Factor> factors = factors_of(pool, terms[0].expr);
  const auto difference = std::find_if(factors.begin(), factors.end(),
                                       [&](const Factor& factor) { return is_difference(pool, factor.expr, names); });
  if (difference == factors.end()) return std::nullopt;
  difference->expr = negated_terms(pool, difference->expr);
  return scaled(pool, -terms[0].coefficient, make_einsum(pool, labels.out, factors, labels.dims));
}

/// relu(u) − relu(−u) = u, relu(u) + relu(−u) = |u|.
std::optional<Expr> relu_of_both_signs(Pool& pool, Expr e, const Names& names) {
  std::vector<Term> terms = terms_of(pool, e);
  const auto is_relu = [&](const Term& t) { return is_map(pool, t.expr, Function::relu) && !names.contains(t.expr); };
  for (std::size_t a = 0; a < terms.size(); ++a) {
    for (std::size_t b = a + 1; b < terms.size(); ++b) {
      if (!is_relu(terms[a]) || !is_relu(terms[b])) continue;
      const Expr u = pool[terms[a].expr].operands[0];
      const bool differ = terms[a].coefficient == -terms[b].coefficient;
      if ((!differ && !(terms[a].coefficient == terms[b].coefficient)) ||
          pool[terms[b].expr].operands[0] != negated_terms(pool, u))
        continue;
      terms[a].expr = differ ? u : make_map(pool, Function::abs, {u});
      terms.erase(terms.begin() + static_cast<std::ptrdiff_t>(b));
      return make_add(pool, Shape(pool.shape(e)), terms);
    }
  }
  return std::nullopt;
}

/// The number that a constant repeats.
std::optional<Rational> constant_of(const Pool& pool, Expr e) {
  if (is_zero(pool, e)) return Rational(0);
  if (pool.kind(e) == Kind::literal) return pool.payload<Rational>(e);
  const Term term = split_coefficient(pool, e);
  const bool repeats_one = pool.kind(term.expr) == Kind::einsum && pool[term.expr].operands.empty() &&
                           pool.payload<EinsumLabels>(term.expr).dims.size() == pool.order(e) &&
                           pool.payload<EinsumLabels>(term.expr).out == axis_labels(pool.order(e));
  return repeats_one ? std::optional(term.coefficient) : std::nullopt;
}

/// b > max(x, a) is b > x where b > a; min(x, b) > a is x > a; max(x, a) == b is x == b.
std::optional<Expr> comparison_of_bound(Pool& pool, Expr e, const Names& names) {
  const bool is_equal = is_map(pool, e, Function::equal);
  if (!is_equal && !is_map(pool, e, Function::greater)) return std::nullopt;
  std::vector<Expr> sides = pool[e].operands;
  for (const std::size_t bounded : {0U, 1U}) {
    const auto limit = constant_of(pool, sides[1 - bounded]);
    const Node inner = pool[sides[bounded]];
    const bool is_relu = is_map(pool, sides[bounded], Function::relu);
    const bool is_raised = is_relu || is_map(pool, sides[bounded], Function::max);
    if (!limit || names.contains(sides[bounded]) || !(is_raised || is_map(pool, sides[bounded], Function::min)))
      continue;
    if (!is_equal && is_raised != (bounded == 1)) continue;
    for (const std::size_t own : {0U, 1U}) {
      if (is_relu && own == 1) continue;
      const auto bound = is_relu ? Rational(0) : constant_of(pool, inner.operands[1 - own]);
      if (!bound || !(is_raised ? *bound < *limit : *limit < *bound)) continue;
      sides[bounded] = inner.operands[own];
      return make_map(pool, is_equal ? Function::equal : Function::greater, sides);
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
  if (node.kind == Kind::matrix && std::get<MatrixFunction>(node.payload).kind == MatrixKind::determinant) {
    return make_matrix(pool, MatrixKind::log_determinant, node.operands[0]);
  }
  return std::nullopt;
}

std::optional<Expr> log_of_sum_of_exp(Pool& pool, Expr e, const Names&) {
  if (!is_map(pool, e, Function::log)) return std::nullopt;
  const Expr sum = pool[e].operands[0];
  if (pool.kind(sum) != Kind::einsum || pool[sum].operands.size() != 1 ||
      !is_map(pool, pool[sum].operands[0], Function::exp))
    return std::nullopt;
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

/// u^p = s^(2p) where the root of u has the name s.
std::optional<Expr> named_root(Pool& pool, Expr e, const Names& names) {
  if (!is_map(pool, e, Function::power)) return std::nullopt;
  const Rational p = pool.payload<MapFunction>(e).parameter;
  const Rational of_root = p * Rational(2);
  Node root = pool[e];
  root.payload = MapFunction{Function::sqrt, 0};
  const Expr known = pool.find(root);
  if (!p.is_integer() || of_root.overflowed() || known.is_none() || !names.contains(known)) return std::nullopt;
  return make_power(pool, known, of_root);
}

std::optional<Expr> half_power(Pool& pool, Expr e, const Names& names) {
  if (!is_map(pool, e, Function::power) || names.contains(e)) return std::nullopt;
  const Rational p = pool.payload<MapFunction>(e).parameter;
  if (!(p == Rational(1, 2)) && !(p == Rational(-1, 2))) return std::nullopt;
  return make_power(pool, make_map(pool, Function::sqrt, {pool[e].operands[0]}), p * Rational(2));
}

/// 1/(a·b) = 1/a·1/b, so that each may meet what cancels it.
std::optional<Expr> power_of_product(Pool& pool, Expr e, const Names& names) {
  if (!is_map(pool, e, Function::power) || names.contains(pool[e].operands[0])) return std::nullopt;
  const Rational p = pool.payload<MapFunction>(e).parameter;
  if (!known_root(pool, pool[e].operands[0]).is_none()) return std::nullopt;  // 1/s^2, where s is its root
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
  const MatrixKind kind = pool.payload<MatrixFunction>(e).kind;
  if (kind == MatrixKind::inverse || kind == MatrixKind::power) return std::nullopt;
  if (pool.kind(x) != Kind::matrix || pool.payload<MatrixFunction>(x).kind != MatrixKind::inverse) return std::nullopt;
  const Expr of = make_matrix(pool, kind, pool[x].operands[0]);
  return kind == MatrixKind::determinant ? make_power(pool, of, -1) : negated(pool, of);
}

std::optional<Expr> inverse_of_orthogonal(Pool& pool, Expr e, const Names&) {
  const Expr q = pool[e].operands[0];
  if (!is_orthogonal(pool, q)) return std::nullopt;
  switch (pool.payload<MatrixFunction>(e).kind) {
    case MatrixKind::inverse: return transposed(pool, q);
    case MatrixKind::log_determinant: return make_literal(pool, 0);
    case MatrixKind::determinant:
    case MatrixKind::power: break;
  }
  return std::nullopt;
}

}  // namespace

std::span<const Rule> sum_rules() {
  static constexpr Rule rules[] = {
      {"flatten-sum", "a - (b - c) = a - b + c", "the inner sum has no name", Kind::add, flattened_sum},
      {"factor-common", "A*x + B*x = (A + B)*x", "", Kind::add, factor_common},
      {"factor-side", "A*b*c' + A*c*b' = A*(b*c' + c*b')", "only where it gets shorter", Kind::add, factor_side},
      {"turned-difference", "-(a - b)*x = (b - a)*x", "neither a nor b repeats along an axis", Kind::add,
       negated_difference},
      {"relu-of-both-signs", "relu(u) - relu(-u) = u; relu(u) + relu(-u) = abs(u)", "", Kind::add, relu_of_both_signs},
  };
  return rules;
}

std::span<const Rule> map_rules() {
  static constexpr Rule rules[] = {
      {"log", "log(exp(x)) = x; log(1/x) = -log(x); log(det(A)) = logdet(A)", "the left side is defined", Kind::map,
       logarithm},
      {"log-sum-exp", "log(sum(exp(x))) = logsumexp(x)", "", Kind::map, log_of_sum_of_exp},
      {"comparison-of-bound", "b > max(x,a) = b > x; min(x,b) > a = x > a; (max(x,a) == b) = (x == b)", "numbers b > a",
       Kind::map, comparison_of_bound},
      {"named-root", "u^p = s^(2*p)", "s = sqrt(u) has a name", Kind::map, named_root},
      {"half-power", "x^(1/2) = sqrt(x)", "", Kind::map, half_power},
      {"power-of-product", "1/(a*b)^p = 1/a^p*1/b^p", "the product has no name, and its root does not occur", Kind::map,
       power_of_product},
      {"inverse-functions", "exp(log(x)) = x; sqrt(x)^2 = x", "x > 0", Kind::map, inverse_functions},
      {"inverse-of-orthogonal", "inv(Q) = Q'; logdet(Q) = 0", "Q orthogonal", Kind::matrix, inverse_of_orthogonal},
      {"determinant-of-inverse", "det(inv(A)) = 1/det(A)", "A invertible", Kind::matrix, determinant_of_inverse},
  };
  return rules;
}

}  // namespace gradwright
