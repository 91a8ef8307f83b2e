// Rows for Einsum: Σ of products.
#include <algorithm>

#include "ir/facts.h"
#include "simplify/parts.h"
#include "simplify/rules.h"

namespace gradwright {
namespace {

constexpr std::size_t most_flat_factors = 24;

/// Labels of the outer product that a diagonal inside it makes one.
class United {
 public:
  Label operator()(Label label) const {
    while (label < parent_.size() && parent_[label] != label) label = parent_[label];
    return label;
  }
  void unite(Label a, Label b) {
    a = (*this)(a);
    b = (*this)(b);
    if (a == b) return;
    while (parent_.size() <= std::max(a, b)) parent_.push_back(static_cast<Label>(parent_.size()));
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<Label> parent_;
};

std::optional<Expr> flattened_product(Pool& pool, Expr e, const Names& names) {
  if (!has_operand(pool, e, Kind::einsum)) return std::nullopt;
  const EinsumLabels outer = pool.payload<EinsumLabels>(e);
  const std::vector<Factor> factors = factors_of(pool, e);
  std::size_t total = 0;
  bool found = false;
  for (const Factor& factor : factors) {
    const bool dissolve = pool.kind(factor.expr) == Kind::einsum && !names.contains(factor.expr);
    total += dissolve ? pool[factor.expr].operands.size() : 1;
    found = found || dissolve;
  }
  if (!found || total > most_flat_factors) return std::nullopt;
  Shape dims = outer.dims;
  United united;
  std::vector<Factor> flat;
  for (const Factor& factor : factors) {
    if (pool.kind(factor.expr) != Kind::einsum || names.contains(factor.expr)) {
      flat.push_back(factor);
      continue;
    }
    const EinsumLabels inner = pool.payload<EinsumLabels>(factor.expr);
    std::vector<Label> renamed(inner.dims.size());
    std::vector<bool> known(inner.dims.size(), false);
    for (std::size_t axis = 0; axis < inner.out.size(); ++axis) {
      if (known[inner.out[axis]]) united.unite(renamed[inner.out[axis]], factor.labels[axis]);
      renamed[inner.out[axis]] = factor.labels[axis];
      known[inner.out[axis]] = true;
    }
    for (std::size_t label = 0; label < renamed.size(); ++label) {
      if (known[label]) continue;
      renamed[label] = static_cast<Label>(dims.size());
      dims.push_back(inner.dims[label]);
    }
    for (const Factor& part : factors_of(pool, factor.expr)) {
      Factor next{part.expr, {}};
      for (const Label label : part.labels) next.labels.push_back(renamed[label]);
      flat.push_back(std::move(next));
    }
  }
  Labels out = outer.out;
  for (Label& label : out) label = united(label);
  for (Factor& factor : flat) {
    for (Label& label : factor.labels) label = united(label);
  }
  // A label that became another one is no factor of its own.
  for (std::size_t label = 0; label < dims.size(); ++label) {
    if (united(static_cast<Label>(label)) != label) dims[label] = pool.dims().one();
  }
  return make_einsum(pool, out, flat, dims);
}

struct Power {
  Expr base;
  Rational exponent;
};

Power power_of(const Pool& pool, Expr e) {
  if (is_map(pool, e, Function::power)) return {pool[e].operands[0], pool.payload<MapFunction>(e).parameter};
  return {e, 1};
}

bool shares_a_base(const Pool& pool, Expr e) {
  const std::vector<Expr>& operands = pool[e].operands;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Expr base = power_of(pool, operands[i]).base;
    for (std::size_t j = i + 1; j < operands.size(); ++j) {
      if (power_of(pool, operands[j]).base == base) return true;
    }
  }
  return false;
}

std::optional<Expr> merge_powers(Pool& pool, Expr e, const Names&) {
  if (!shares_a_base(pool, e)) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  std::vector<Factor> factors = factors_of(pool, e);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    for (std::size_t j = i + 1; j < factors.size(); ++j) {
      if (factors[i].labels != factors[j].labels) continue;
      const Power a = power_of(pool, factors[i].expr);
      const Power b = power_of(pool, factors[j].expr);
      if (a.base != b.base || !a.exponent.is_integer() || !b.exponent.is_integer()) continue;
      // x'*x stays the product that a person wrote.
      const bool is_dot = a.exponent.is_one() && b.exponent.is_one() && factors[i].labels.size() == 1 &&
                          uses(labels, factors[i].labels[0]) == 2;
      const Rational exponent = a.exponent + b.exponent;
      if (is_dot || exponent.overflowed()) continue;
      factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(j));
      factors[i].expr = make_power(pool, a.base, exponent);
      return make_einsum(pool, labels.out, factors, labels.dims);
    }
  }
  return std::nullopt;
}

std::optional<Expr> sum_of_unit_mass(Pool& pool, Expr e, const Names&) {
  const std::vector<Expr>& operands = pool[e].operands;
  const auto may_have_mass = [&](Expr f) {
    return is_map(pool, f, Function::exp) ||
           (pool.kind(f) == Kind::input && usable_facts(pool.payload<InputInfo>(f)) != Property::none);
  };
  if (std::none_of(operands.begin(), operands.end(), may_have_mass)) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  std::vector<Factor> factors = factors_of(pool, e);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const Expr factor = factors[i].expr;
    const Labels& axes = factors[i].labels;
    std::optional<std::size_t> unit_axis;
    if (pool.kind(factor) == Kind::input) {
      const Property facts = usable_facts(pool.payload<InputInfo>(factor));
      if (axes.size() == 1 && has(facts, Property::prob | Property::onehot_cols | Property::onehot_rows |
                                             Property::simplex_cols | Property::simplex_rows)) {
        unit_axis = 0;
      }
      if (axes.size() == 2 && has(facts, Property::onehot_cols | Property::simplex_cols)) unit_axis = 0;
      if (axes.size() == 2 && has(facts, Property::onehot_rows | Property::simplex_rows)) unit_axis = 1;
    } else if (is_map(pool, factor, Function::exp) && pool.kind(pool[factor].operands[0]) == Kind::add) {
      // softmax: exp(x − logsumexp(x)) sums to one over the folded axis.
      for (const Expr term : pool[pool[factor].operands[0]].operands) {
        if (pool.kind(term) != Kind::einsum || pool[term].operands.size() != 1) continue;
        const Expr fold = pool[term].operands[0];
        if (pool.kind(fold) != Kind::fold || pool.payload<FoldAxes>(fold).kind != FoldKind::logsumexp) continue;
        const Expr x = pool[fold].operands[0];
        const auto& folded = pool.payload<FoldAxes>(fold).axes;
        if (folded.size() == 1 && make_map(pool, Function::exp, {difference_of(pool, x, term)}) == factor)
          unit_axis = folded[0];
      }
    }
    if (!unit_axis || uses(labels, axes[*unit_axis]) != 1) continue;
    const Label gone = axes[*unit_axis];
    factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(i));
    // The summed label would be left as a factor n: give it extent one.
    Shape dims = labels.dims;
    dims[gone] = pool.dims().one();
    return make_einsum(pool, labels.out, factors, dims);
  }
  return std::nullopt;
}

std::optional<Expr> cancel_inverse(Pool& pool, Expr e, const Names&) {
  if (!has_operand(pool, e, Kind::matrix)) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  std::vector<Factor> factors = factors_of(pool, e);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const Node inverse = pool[factors[i].expr];
    if (inverse.kind != Kind::matrix || std::get<MatrixFunction>(inverse.payload).kind != MatrixKind::inverse) continue;
    for (std::size_t j = 0; j < factors.size(); ++j) {
      if (factors[j].expr != inverse.operands[0]) continue;
      for (const std::size_t side : {0U, 1U}) {
        // inv(A)[i,k]·A[k,j] with k summed: δ[i,j]; and A[i,k]·inv(A)[k,j].
        if (factors[i].labels[1 - side] != factors[j].labels[side]) continue;
        const Label met = factors[i].labels[1 - side];
        if (uses(labels, met) != 2) continue;
        const Expr identity = make_identity(pool, inverse.shape[0]);
        Factor delta{identity, {factors[i].labels[side], factors[j].labels[1 - side]}};
        Shape dims = labels.dims;
        dims[met] = pool.dims().one();
        factors[i] = delta;
        factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(j));
        return make_einsum(pool, labels.out, factors, dims);
      }
    }
  }
  return std::nullopt;
}

/// n·(1/n): a summed label that nothing carries counts n.
std::optional<Expr> cancel_size(Pool& pool, Expr e, const Names&) {
  if (!has_operand(pool, e, Kind::map)) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  std::vector<Factor> factors = factors_of(pool, e);
  for (std::size_t label = 0; label < labels.dims.size(); ++label) {
    if (uses(labels, static_cast<Label>(label)) != 0) continue;
    const Expr size = make_size(pool, labels.dims[label]);
    for (Factor& factor : factors) {
      const Power power = power_of(pool, factor.expr);
      if (power.base != size || !power.exponent.is_integer() || !power.exponent.is_negative()) continue;
      factor.expr = make_power(pool, size, power.exponent + Rational(1));
      Shape dims = labels.dims;
      dims[label] = pool.dims().one();
      return make_einsum(pool, labels.out, factors, dims);
    }
  }
  return std::nullopt;
}

/// The square factors of a product A·X·B in their order; empty where it is something else.
std::vector<Factor> square_chain(const Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::einsum || pool.order(e) != 2) return {};
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  std::vector<Factor> waiting = factors_of(pool, e);
  std::vector<Factor> chain;
  Label at = labels.out[0];
  while (!waiting.empty()) {
    const auto next = std::find_if(waiting.begin(), waiting.end(), [&](const Factor& f) {
      return f.labels.size() == 2 && pool.shape(f.expr) == pool.shape(e) && (f.labels[0] == at || f.labels[1] == at);
    });
    if (next == waiting.end()) return {};
    chain.push_back(*next);
    at = next->labels[next->labels[0] == at ? 1 : 0];
    waiting.erase(next);
  }
  return at == labels.out[1] && labels.dims.size() == chain.size() + 1 ? chain : std::vector<Factor>{};
}

/// A'·inv(A·X·B)'·B' = inv(X)': the inverse of a product is opened where a factor cancels.
std::optional<Expr> open_inverse(Pool& pool, Expr e, const Names& names) {
  if (!has_operand(pool, e, Kind::matrix)) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  const std::vector<Factor> factors = factors_of(pool, e);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const Node inverse = pool[factors[i].expr];
    if (inverse.kind != Kind::matrix || std::get<MatrixFunction>(inverse.payload).kind != MatrixKind::inverse ||
        names.contains(inverse.operands[0]))
      continue;
    const std::vector<Factor> chain = square_chain(pool, inverse.operands[0]);
    if (chain.size() < 2) continue;
    const bool cancels = std::any_of(factors.begin(), factors.end(), [&](const Factor& f) {
      return f.expr == chain.front().expr || f.expr == chain.back().expr;
    });
    if (!cancels) continue;
    // inv(A·X·B)[r,c] = Σ inv(B)[r,k]·inv(X)[k,l]·inv(A)[l,c]; a factor read backwards stands transposed.
    Shape dims = labels.dims;
    std::vector<Factor> opened;
    Label at = factors[i].labels[0];
    Label entry = pool.payload<EinsumLabels>(inverse.operands[0]).out[1];
    for (std::size_t k = chain.size(); k-- > 0;) {
      Label next = factors[i].labels[1];
      if (k > 0) {
        next = static_cast<Label>(dims.size());
        dims.push_back(inverse.shape[0]);
      }
      const bool straight = chain[k].labels[1] == entry;
      entry = chain[k].labels[straight ? 0 : 1];
      opened.push_back(
          {make_matrix(pool, MatrixKind::inverse, chain[k].expr), straight ? Labels{at, next} : Labels{next, at}});
      at = next;
    }
    std::vector<Factor> all = factors;
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
    all.insert(all.end(), opened.begin(), opened.end());
    const Expr wide = make_einsum(pool, labels.out, all, dims);
    const auto once = cancel_inverse(pool, wide, names);
    if (once) return once;
  }
  return std::nullopt;
}

/// Q[k,i]·Q[k,j] with k summed: δ[i,j]; and Q[i,k]·Q[j,k]; and Q[k,i]² with k summed: 1.
std::optional<Expr> cancel_orthogonal(Pool& pool, Expr e, const Names&) {
  const std::vector<Expr>& operands = pool[e].operands;
  if (std::none_of(operands.begin(), operands.end(),
                   [&](Expr f) { return is_orthogonal(pool, power_of(pool, f).base); }))
    return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  std::vector<Factor> factors = factors_of(pool, e);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const Power power = power_of(pool, factors[i].expr);
    if (!is_orthogonal(pool, power.base)) continue;
    for (const Label met : Labels(factors[i].labels)) {
      if (!(power.exponent == Rational(2)) || uses(labels, met) != 1) continue;
      Shape dims = labels.dims;
      dims[met] = pool.dims().one();
      factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(i));
      return make_einsum(pool, labels.out, factors, dims);
    }
    if (!power.exponent.is_one()) continue;
    for (std::size_t j = i + 1; j < factors.size(); ++j) {
      if (factors[j].expr != factors[i].expr) continue;
      for (const std::size_t side : {0U, 1U}) {
        const Label met = factors[i].labels[side];
        if (factors[j].labels[side] != met || uses(labels, met) != 2) continue;
        Shape dims = labels.dims;
        dims[met] = pool.dims().one();
        factors[i] = {make_identity(pool, pool.shape(factors[i].expr)[0]),
                      {factors[i].labels[1 - side], factors[j].labels[1 - side]}};
        factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(j));
        return make_einsum(pool, labels.out, factors, dims);
      }
    }
  }
  return std::nullopt;
}

std::optional<Expr> square_of_sign(Pool& pool, Expr e, const Names&) {
  if (!has_operand(pool, e, Kind::map)) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  std::vector<Factor> factors = factors_of(pool, e);
  for (Factor& factor : factors) {
    const Power power = power_of(pool, factor.expr);
    if (pool.kind(power.base) != Kind::input || !power.exponent.is_integer() || power.exponent.num() < 2) continue;
    const Property facts = usable_facts(pool.payload<InputInfo>(power.base));
    if (has(facts, Property::binary)) {
      factor.expr = power.base;
    } else if (has(facts, Property::pm1)) {
      factor.expr = make_power(pool, power.base, power.exponent.num() % 2);
    } else {
      continue;
    }
    return make_einsum(pool, labels.out, factors, labels.dims);
  }
  return std::nullopt;
}

/// Σ F · (1/Σ F), along the axes that stay.
std::optional<Expr> cancel_sum(Pool& pool, Expr e, const Names& names) {
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  const std::vector<Factor> factors = factors_of(pool, e);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const Expr over = factors[i].expr;
    if (factors[i].labels != labels.out || names.contains(over) || !is_map(pool, over, Function::power) ||
        pool.payload<MapFunction>(over).parameter != Rational(-1))
      continue;
    std::vector<Factor> others = factors;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    if (others.empty()) continue;
    const Term sum = split_coefficient(pool, make_einsum(pool, labels.out, others, labels.dims));
    if (sum.expr == pool[over].operands[0]) return scaled(pool, sum.coefficient, make_ones(pool, Shape(pool.shape(e))));
  }
  return std::nullopt;
}

}  // namespace

std::span<const Rule> product_rules() {
  static constexpr Rule rules[] = {
      {"flatten-product", "A*(B*C) = A*B*C", "the inner product has no name", Kind::einsum, flattened_product},
      {"merge-powers", "x.^a .* x.^b = x.^(a+b)", "a, b integers; x nonzero where an exponent is negative",
       Kind::einsum, merge_powers},
      {"unit-mass", "sum(p) = 1", "p is a probability vector, one-hot, or a softmax", Kind::einsum, sum_of_unit_mass},
      {"cancel-inverse", "inv(A)*A = eye(n)", "A invertible", Kind::einsum, cancel_inverse},
      {"inverse-of-product", "A'*inv(A*X*B)'*B' = inv(X)'",
       "A, X, B square and A*X*B invertible; only where a factor cancels", Kind::einsum, open_inverse},
      {"powers-of-one-matrix", "X^k*X = X^(k+1)", "X square, k a size", Kind::einsum, merged_matrix_powers},
      {"cancel-sum", "sum(x)/sum(x) = 1; rowsum(A) ./ rowsum(A) = ones(m)", "nonzero where it is divided by",
       Kind::einsum, cancel_sum},
      {"orthogonal", "Q'*Q = eye(n)", "Q orthogonal", Kind::einsum, cancel_orthogonal},
      {"cancel-size", "n*(1/n) = 1", "", Kind::einsum, cancel_size},
      {"square-of-sign", "y.^2 = 1", "y is ±1 (for 0/1: y.^2 = y)", Kind::einsum, square_of_sign},
  };
  return rules;
}

}  // namespace gradwright
