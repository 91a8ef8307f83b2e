// Rows that let a part stand once: factors that all terms share, parts that have a name in the sheet, repetitions.
#include <algorithm>

#include "simplify/parts.h"
#include "simplify/rules.h"

namespace gradwright {
namespace {

constexpr std::size_t most_terms = 16;
constexpr std::size_t most_shared_factors = 8;

bool has_map(const Pool& pool, Expr e, Function function) {
  const std::vector<Expr>& operands = pool[e].operands;
  return std::any_of(operands.begin(), operands.end(), [&](Expr operand) { return is_map(pool, operand, function); });
}

std::size_t times_in(const Labels& labels, Label label) {
  return static_cast<std::size_t>(std::count(labels.begin(), labels.end(), label));
}

/// A term as factors. Axis k of the sum is label k, except in a diagonal: one label for both axes.
struct Product {
  Rational coefficient;
  std::vector<Factor> factors;
  Labels out;
  Shape dims;
  [[nodiscard]] bool is_diagonal() const { return out != axis_labels(out.size()); }
};

std::optional<Product> product_of(const Pool& pool, const Term& term, const Names& names) {
  if (pool.kind(term.expr) != Kind::einsum || names.contains(term.expr)) return std::nullopt;
  const auto& labels = pool.payload<EinsumLabels>(term.expr);
  return Product{term.coefficient, factors_of(pool, term.expr), labels.out, labels.dims};
}

/// What divides: base and exponent of 1/s^k; the expression itself to the power one otherwise.
std::pair<Expr, Rational> divisor_of(const Pool& pool, Expr e) {
  if (!is_map(pool, e, Function::power)) return {e, 1};
  const Rational p = pool.payload<MapFunction>(e).parameter;
  return p.is_integer() && p.is_negative() ? std::pair(pool[e].operands[0], p) : std::pair(e, Rational(1));
}

/// The factor that `wanted` stands in: itself, or another power of it that divides.
auto found_in(const Pool& pool, std::vector<Factor>& factors, const Factor& wanted) {
  const auto [base, power] = divisor_of(pool, wanted.expr);
  return std::find_if(factors.begin(), factors.end(), [&, base = base, divides = power.is_negative()](const Factor& f) {
    const auto [own, exponent] = divisor_of(pool, f.expr);
    return own == base && exponent.is_negative() == divides && f.labels == wanted.labels;
  });
}

/// Takes out of all products what they share of `factor`: of 1/s and 1/s^3 it is 1/s.
std::optional<Factor> taken_out(Pool& pool, std::vector<std::vector<Factor>*> products, const Factor& factor) {
  const auto [base, power] = divisor_of(pool, factor.expr);
  Rational shared = power;
  for (std::vector<Factor>* factors : products) {
    const auto found = found_in(pool, *factors, factor);
    if (found == factors->end()) return std::nullopt;
    const Rational own = divisor_of(pool, found->expr).second;
    if (shared < own) shared = own;
  }
  for (std::vector<Factor>* factors : products) {
    const auto found = found_in(pool, *factors, factor);
    const Rational left = divisor_of(pool, found->expr).second - shared;
    if (left.is_zero())
      factors->erase(found);
    else
      found->expr = make_power(pool, base, left);
  }
  return Factor{make_power(pool, base, shared), factor.labels};
}

/// Operations as they are read: n − 1 for n factors, one where what is left has to be repeated along an axis.
std::size_t operations(const Product& product, const std::vector<bool>& axes) {
  std::size_t count = product.factors.empty() ? 0 : product.factors.size() - 1;
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    const auto carries = [&](const Factor& f) { return times_in(f.labels, static_cast<Label>(axis)) > 0; };
    if (axes[axis] && !product.factors.empty() && std::none_of(product.factors.begin(), product.factors.end(), carries))
      ++count;
  }
  return count;
}

std::size_t operations(const std::vector<Product>& products, const std::vector<bool>& axes) {
  std::size_t count = products.size() - 1;
  for (const Product& product : products) count += operations(product, axes);
  return count;
}

/// A⊙u + B⊙u = (A + B)⊙u for every u that all terms share along axes of the sum.
std::optional<Expr> shared_factor(Pool& pool, Expr e, const Names& names) {
  const Shape shape = pool.shape(e);
  std::vector<Product> products;
  if (pool[e].operands.size() < 2 || pool[e].operands.size() > most_terms) return std::nullopt;
  for (const Term& term : terms_of(pool, e)) {
    auto product = product_of(pool, term, names);
    if (!product) return std::nullopt;
    products.push_back(std::move(*product));
  }
  const std::vector<bool> all_axes(shape.size(), true);
  const bool any_diagonal =
      std::any_of(products.begin(), products.end(), [](const Product& p) { return p.is_diagonal(); });
  const std::size_t before = operations(products, all_axes);
  std::vector<Factor> shared;
  for (const Factor& factor : std::vector<Factor>(products[0].factors)) {
    if (std::any_of(factor.labels.begin(), factor.labels.end(),
                    [&](Label label) { return any_diagonal || label >= shape.size(); }))
      continue;
    std::vector<std::vector<Factor>*> all;
    for (Product& product : products) all.push_back(&product.factors);
    if (const auto common = taken_out(pool, all, factor)) shared.push_back(*common);
  }
  if (shared.empty()) return std::nullopt;
  // Axes that what is left still depends on; the others are those of the shared factors alone.
  std::vector<bool> kept(shape.size(), false), spanned(shape.size(), false);
  for (const Product& product : products) {
    for (const Factor& factor : product.factors) {
      for (const Label label : factor.labels) {
        if (label < shape.size()) kept[label] = true;
      }
    }
  }
  for (const Factor& factor : shared) {
    for (const Label label : factor.labels) spanned[label] = true;
  }
  const bool is_scalar = std::all_of(shared.begin(), shared.end(), [](const Factor& f) { return f.labels.empty(); });
  const std::size_t after = operations(products, kept) + shared.size();
  if (!is_scalar && (after > before || (after == before && spanned != all_axes))) return std::nullopt;
  Labels inside;
  Shape inside_shape;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (!kept[axis] && !is_scalar) continue;
    inside.push_back(static_cast<Label>(axis));
    inside_shape.push_back(shape[axis]);
  }
  std::vector<Term> rest;
  for (const Product& product : products) {
    Shape dims = product.dims;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      if (times_in(inside, static_cast<Label>(axis)) == 0) dims[axis] = pool.dims().one();  // not a factor of its own
    }
    rest.push_back({product.coefficient, make_einsum(pool, is_scalar ? product.out : inside, product.factors, dims)});
  }
  shared.push_back({make_add(pool, inside_shape, rest), inside});
  return make_einsum(pool, axis_labels(shape.size()), shared, shape);
}

/// x/s as the definition of a name writes it: with s repeated along the axes of x first, or not.
std::vector<Expr> quotients(Pool& pool, const Factor& above, Expr base, const Labels& below) {
  const Labels axes = axis_labels(above.labels.size());
  const Shape shape = pool.shape(above.expr);
  if (below.empty()) return {make_einsum(pool, axes, {{above.expr, axes}, {make_power(pool, base, -1), {}}}, shape)};
  std::vector<std::uint16_t> places;
  Labels own;
  for (const Label label : below) {
    const auto place = std::find(above.labels.begin(), above.labels.end(), label);
    if (place == above.labels.end() || times_in(below, label) > 1) return {};
    places.push_back(static_cast<std::uint16_t>(place - above.labels.begin()));
    own.push_back(static_cast<Label>(places.back()));
  }
  std::vector<Expr> all{make_einsum(pool, axes, {{above.expr, axes}, {make_power(pool, base, -1), own}}, shape)};
  if (below.size() < above.labels.size()) {
    all.push_back(make_einsum(
        pool, axes, {{above.expr, axes}, {make_power(pool, broadcast(pool, base, shape, places), -1), axes}}, shape));
  }
  return all;
}

/// x/s = y where y, so defined, has a name; x/s^2 = y/s too, though s^2 be written as what s is the root of.
std::optional<Expr> named_quotient(Pool& pool, Expr e, const Names& names) {
  if (names.empty() || !has_map(pool, e, Function::power)) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  std::vector<Factor> factors = factors_of(pool, e);
  if (factors.size() < 2 || factors.size() > most_shared_factors) return std::nullopt;
  for (std::size_t d = 0; d < factors.size(); ++d) {
    if (!is_map(pool, factors[d].expr, Function::power) || names.contains(factors[d].expr)) continue;
    const Rational p = pool.payload<MapFunction>(factors[d].expr).parameter;
    if (!p.is_integer() || !p.is_negative()) continue;
    const Expr below = pool[factors[d].expr].operands[0];
    for (const Expr base : {below, known_root(pool, below)}) {
      if (base.is_none()) continue;
      for (std::size_t n = 0; n < factors.size(); ++n) {
        if (n == d || pool.order(factors[n].expr) == 0) continue;
        for (const Expr quotient : quotients(pool, factors[n], base, factors[d].labels)) {
          const Rational exponent = (base == below ? p : p * Rational(2)) + Rational(1);
          if (!names.contains(quotient) || quotient == e || exponent.overflowed()) continue;
          factors[n].expr = quotient;
          factors[d].expr = make_power(pool, base, exponent);
          return make_einsum(pool, labels.out, factors, labels.dims);
        }
      }
    }
  }
  return std::nullopt;
}

/// Factors a and b as one product over the labels that nothing else carries, the others either way round, the named way if one is; none where
/// they do not meet or have no name.
std::optional<Factor> met(Pool& pool, const EinsumLabels& labels, const std::vector<Factor>& factors, std::size_t a,
                          std::size_t b, const Names& names) {
  const auto is_elsewhere = [&](Label label) {
    if (times_in(labels.out, label) > 0) return true;
    for (std::size_t i = 0; i < factors.size(); ++i) {
      if (i != a && i != b && times_in(factors[i].labels, label) > 0) return true;
    }
    return false;
  };
  Labels open;
  bool meet = false;
  Shape dims(labels.dims.size(), pool.dims().one());  // labels of other factors are not summed here
  for (const std::size_t i : {a, b}) {
    for (const Label label : factors[i].labels) {
      dims[label] = labels.dims[label];
      if (is_elsewhere(label)) {
        if (times_in(open, label) == 0) open.push_back(label);
      } else {
        meet = meet || (times_in(factors[a].labels, label) > 0 && times_in(factors[b].labels, label) > 0);
      }
    }
  }
  if (!meet || open.size() > 2) return std::nullopt;
  for (int way = 0; way < 2; ++way) {
    const Expr product = make_einsum(pool, open, {factors[a], factors[b]}, dims);
    if (names.contains(product)) return Factor{product, open};
    std::reverse(open.begin(), open.end());
  }
  return std::nullopt;
}

/// A·B = C where C, so defined, has a name.
std::optional<Expr> named_product(Pool& pool, Expr e, const Names& names) {
  const std::size_t count = pool[e].operands.size();
  if (names.empty() || count < 3 || count > most_shared_factors) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  if (labels.dims.size() <= labels.out.size()) return std::nullopt;  // nothing is summed
  const std::vector<Factor> factors = factors_of(pool, e);
  // An adjoint is in no formula of the sheet.
  const auto is_delta = [&](Expr f) {
    return pool.kind(f) == Kind::input && pool.payload<InputInfo>(f).role == Role::cut;
  };
  for (std::size_t a = 0; a < factors.size(); ++a) {
    for (std::size_t b = a + 1; b < factors.size(); ++b) {
      if (is_delta(factors[a].expr) || is_delta(factors[b].expr)) continue;
      const std::optional<Factor> product = met(pool, labels, factors, a, b, names);
      if (!product || product->expr == e) continue;
      std::vector<Factor> rest{*product};
      Shape dims = labels.dims;
      for (std::size_t i = 0; i < factors.size(); ++i) {
        if (i != a && i != b) {
          rest.push_back(factors[i]);
          continue;
        }
        for (const Label label : factors[i].labels) {  // summed inside: gone
          if (times_in(product->labels, label) == 0) dims[label] = pool.dims().one();
        }
      }
      return make_einsum(pool, labels.out, rest, dims);
    }
  }
  return std::nullopt;
}

/// So that what f(x) meets can move through the repetition.
std::optional<Expr> function_of_repetition(Pool& pool, Expr e, const Names& names) {
  if (names.contains(e) || names.contains(pool[e].operands[0])) return std::nullopt;
  return repeated_image(pool, e);
}

/// u·sign(u) = |u|, |u|·sign(u) = u.
std::optional<Expr> meeting_sign(Pool& pool, Expr e, const Names& names) {
  if (!has_map(pool, e, Function::sign)) return std::nullopt;
  std::vector<Factor> factors = factors_of(pool, e);
  if (factors.size() > most_shared_factors) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (!is_map(pool, factors[i].expr, Function::sign) || names.contains(factors[i].expr)) continue;
    const Expr u = pool[factors[i].expr].operands[0];
    const Expr size = make_map(pool, Function::abs, {u});
    for (std::size_t j = 0; j < factors.size(); ++j) {
      if ((factors[j].expr != u && factors[j].expr != size) || factors[j].labels != factors[i].labels) continue;
      factors[j].expr = factors[j].expr == u ? size : u;
      factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(i));
      return make_einsum(pool, labels.out, factors, labels.dims);
    }
  }
  return std::nullopt;
}

/// relu(u)·relu'(u) = relu(u), sinh(u)/cosh(u) = tanh(u).
std::optional<Expr> meeting_functions(Pool& pool, Expr e, const Names& names) {
  if (!has_map(pool, e, Function::relu) && !has_map(pool, e, Function::sinh)) return std::nullopt;
  std::vector<Factor> factors = factors_of(pool, e);
  if (factors.size() < 2 || factors.size() > most_shared_factors) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const bool is_relu = is_map(pool, factors[i].expr, Function::relu);
    if (!is_relu && !is_map(pool, factors[i].expr, Function::sinh)) continue;
    const Expr u = pool[factors[i].expr].operands[0];
    const Expr partner =
        is_relu ? make_map(pool, Function::step, {u}) : make_power(pool, make_map(pool, Function::cosh, {u}), -1);
    for (std::size_t j = 0; j < factors.size(); ++j) {
      if (factors[j].expr != partner || factors[j].labels != factors[i].labels ||
          (!is_relu && names.contains(factors[i].expr)))
        continue;
      if (!is_relu) factors[i].expr = make_map(pool, Function::tanh, {u});
      factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(j));
      return make_einsum(pool, labels.out, factors, labels.dims);
    }
  }
  return std::nullopt;
}

}  // namespace

std::span<const Rule> sharing_rules() {
  static constexpr Rule rules[] = {
      {"named-quotient", "x/s = y", "y = x/s has a name", Kind::einsum, named_quotient},
      {"named-product", "A*B = C", "C = A*B has a name", Kind::einsum, named_product},
      {"meeting-functions", "relu(u) .* relu'(u) = relu(u); sinh(u) ./ cosh(u) = tanh(u)", "", Kind::einsum,
       meeting_functions},
      {"meeting-sign", "u .* sign(u) = abs(u); abs(u) .* sign(u) = u", "sign(0) = 0", Kind::einsum, meeting_sign},
      {"function-of-repetition", "f(ones(n)*s) = ones(n)*f(s)", "f is elementwise", Kind::map, function_of_repetition},
      {"shared-factor", "A/s + B/s = (A + B)/s; A .* u + B .* u = (A + B) .* u", "only where it gets no longer",
       Kind::add, shared_factor},
  };
  return rules;
}

}  // namespace gradwright
