// Elementwise functions opened: everything that is made of e^z is a polynomial in e^z and 1/P(e^z), everything with a kink in step(z).
#include <algorithm>

#include "check/normal.h"

namespace gradwright::check {
namespace {

constexpr std::int64_t most_whole_power = 12;

/// A positive number as a product of powers of primes (and what is left beyond the small ones).
std::vector<std::pair<std::int64_t, std::int64_t>> prime_powers(const Rational& number) {
  std::vector<std::pair<std::int64_t, std::int64_t>> found;
  for (auto [n, sign] : {std::pair{number.num(), 1}, std::pair{number.den(), -1}}) {
    for (std::int64_t prime = 2; prime < 1000 && prime * prime <= n; ++prime) {
      for (std::int64_t first = n; n % prime == 0; n /= prime) {
        if (n == first) found.emplace_back(prime, 0);
        found.back().second += sign;
      }
    }
    if (n > 1) found.emplace_back(n, sign);
  }
  return found;
}

bool is_entrywise(const Power& factor, std::size_t axes) {
  return factor.atom != delta_atom &&
         std::all_of(factor.labels.begin(), factor.labels.end(), [&](Label label) { return label < axes; });
}

}  // namespace

Polynomial NormalForms::constant(const Shape& axes, Rational value) { return monomial_of(axes, {}, value); }

Polynomial NormalForms::sum(const Polynomial& a, const Polynomial& b, Rational factor) {
  Polynomial total = a;
  for (const auto& [key, term] : b.terms) add_term(total, key, {factor * term.coefficient, term.monomial});
  return total;
}

NormalForms::MaybePolynomial NormalForms::product(const Polynomial& a, const Polynomial& b) {
  if (a.terms.size() * b.terms.size() > 2000) return std::nullopt;
  Labels places(a.axes.size());
  for (std::size_t axis = 0; axis < places.size(); ++axis) places[axis] = static_cast<Label>(axis);
  std::vector<PolynomialTerm> work;
  for (const auto& [left_key, left] : a.terms) {
    for (const auto& [right_key, right] : b.terms) {
      PolynomialTerm both{left.coefficient * right.coefficient, left.monomial};
      append(both.monomial, right.monomial, places);
      work.push_back(std::move(both));
    }
  }
  Polynomial form{a.axes, {}};
  if (!settle(std::move(work), form)) return std::nullopt;
  return form;
}

NormalForms::MaybePolynomial NormalForms::whole_power(const Polynomial& p, std::int64_t exponent) {
  MaybePolynomial total = constant(p.axes, 1);
  for (std::int64_t i = 0; i < exponent && total; ++i) total = product(*total, p);
  return total;
}

bool NormalForms::is_step(const Power& factor, std::size_t axes) const {
  const Atom& atom = atoms_[factor.atom];
  return atom.kind == AtomKind::function && atom.function == Function::step && is_entrywise(factor, axes);
}

std::vector<Power> NormalForms::least_powers(const Polynomial& p, bool below, bool only_positive) const {
  const std::size_t axes = p.axes.size();
  const auto share = [&](const PolynomialTerm& term, const Power& like) {
    for (const Power& factor : term.monomial.factors) {
      if (factor.atom == like.atom && factor.labels == like.labels) return factor.exponent;
    }
    return Rational(0);
  };
  std::vector<Power> found;
  for (const auto& [key, term] : p.terms) {
    for (const Power& factor : term.monomial.factors) {
      const Atom& atom = atoms_[factor.atom];
      if (!is_entrywise(factor, axes) || (only_positive && !atom.is_positive)) continue;
      if (below && (atom.kind != AtomKind::root || !factor.exponent.is_negative())) continue;
      const auto same = [&](const Power& one) { return one.atom == factor.atom && one.labels == factor.labels; };
      if (std::none_of(found.begin(), found.end(), same)) found.push_back({factor.atom, 0, factor.labels});
    }
  }
  for (Power& factor : found) {
    factor.exponent = share(p.terms.begin()->second, factor);
    for (const auto& [key, term] : p.terms) {
      const Rational own = share(term, factor);
      if (own < factor.exponent) factor.exponent = own;
    }
  }
  std::erase_if(found, [](const Power& factor) { return factor.exponent.is_zero(); });
  return found;
}

bool NormalForms::divide(Polynomial& p, const std::vector<Power>& by) {
  std::vector<PolynomialTerm> work;
  for (const auto& [key, term] : p.terms) {
    work.push_back(term);
    for (const Power& factor : by)
      work.back().monomial.factors.push_back({factor.atom, -factor.exponent, factor.labels});
  }
  p.terms.clear();
  return settle(std::move(work), p);
}

bool NormalForms::split_content(Polynomial& rest, std::vector<Power>& content, bool only_positive) {
  // Roots in the denominator of some term are cleared, then what all terms share is taken out.
  for (const bool clears : {true, false}) {
    const std::vector<Power> found = least_powers(rest, clears, only_positive);
    if (found.empty()) continue;
    if (!divide(rest, found) || rest.is_zero()) return false;
    content.insert(content.end(), found.begin(), found.end());
  }
  return true;
}

bool NormalForms::are_equal(const Polynomial& a, const Polynomial& b) {
  if (polynomial_key(a) == polynomial_key(b)) return true;
  constexpr int most_rounds = 4;  // fractions within fractions
  work_ = tries_ = 0;
  Polynomial rest = sum(a, b, -1);
  for (int round = 0; round < most_rounds && !rest.is_zero(); ++round) {
    const std::vector<Power> below = least_powers(rest, true, false);
    if (below.empty() || !divide(rest, below)) return false;
  }
  return rest.is_zero();
}

NormalForms::MaybePolynomial NormalForms::power(const Polynomial& p, Rational exponent) {
  if (exponent.is_integer() && !exponent.is_negative()) {
    if (exponent.num() > most_whole_power) return std::nullopt;
    return whole_power(p, exponent.num());
  }
  if (p.is_zero()) return std::nullopt;
  Polynomial rest = p;
  std::vector<Power> content;
  if (!split_content(rest, content, !exponent.is_integer())) return std::nullopt;
  for (Power& factor : content) factor.exponent = factor.exponent * exponent;
  Rational scale = scale_of(rest);
  if (!exponent.is_integer() && scale.is_negative()) scale = -scale;
  for (auto& [key, term] : rest.terms) term.coefficient = term.coefficient / scale;
  Rational coefficient = 1;
  if (exponent.is_integer()) {
    coefficient = Rational(1) / Rational::power(scale, -exponent.num());
  } else {
    for (const auto& [prime, count] : prime_powers(scale)) {
      Atom atom;
      atom.kind = AtomKind::root;
      atom.is_positive = true;
      const Placed at = placed(41, std::move(atom), constant({}, prime));
      content.push_back({at.atom, exponent * Rational(count), {}});
    }
  }
  // One factor of its own under the root: (f^odd)^exponent.
  if (rest.terms.size() == 1) {
    const PolynomialTerm& only = rest.terms.begin()->second;
    const auto& factors = only.monomial.factors;
    if (factors.size() == 1 && only.coefficient.is_one() && is_entrywise(factors[0], p.axes.size()) &&
        !(factors[0].exponent.is_integer() && factors[0].exponent.num() % 2 == 0)) {
      content.push_back({factors[0].atom, factors[0].exponent * exponent, factors[0].labels});
      rest = constant(p.axes, 1);
    }
  }
  const bool is_one =
      rest.terms.size() == 1 && rest.terms.begin()->first.empty() && rest.terms.begin()->second.coefficient.is_one();
  if (!is_one) {
    Atom atom;
    atom.kind = AtomKind::root;
    atom.is_positive = is_positive(rest);
    const Placed at = placed(41, std::move(atom), rest);
    content.push_back({at.atom, exponent, at.axes});
  }
  Polynomial form{p.axes, {}};
  if (!settle({{coefficient, {std::move(content), p.axes}}}, form)) return std::nullopt;
  return form;
}

Polynomial NormalForms::called(Function function, const Polynomial& p) {
  Atom atom;
  atom.kind = AtomKind::function;
  atom.function = function;
  const Placed at = placed(100U + static_cast<std::uint32_t>(function), std::move(atom), p);
  return monomial_of(p.axes, {{at.atom, 1, at.axes}});
}

NormalForms::MaybePolynomial NormalForms::exponential(const Polynomial& p) {
  MaybePolynomial total = constant(p.axes, 1);
  for (const auto& [key, term] : p.terms) {
    if (!total) return std::nullopt;
    const auto& factors = term.monomial.factors;
    const auto step =
        std::find_if(factors.begin(), factors.end(), [&](const Power& one) { return is_step(one, p.axes.size()); });
    if (step != factors.end() &&
        term.monomial.dims.size() == p.axes.size()) {  // exp(h·u) = 1 + h·(exp(u) − 1) for h of 0 and 1
      std::vector<Power> rest(factors.begin(), step);
      rest.insert(rest.end(), step + 1, factors.end());
      const MaybePolynomial grown = exponential(monomial_of(p.axes, std::move(rest), term.coefficient));
      const MaybePolynomial more =
          grown ? product(monomial_of(p.axes, {*step}), sum(*grown, constant(p.axes, 1), -1)) : std::nullopt;
      total = more ? product(*total, sum(constant(p.axes, 1), *more)) : std::nullopt;
      continue;
    }
    if (factors.size() == 1 && is_entrywise(factors[0], p.axes.size()) && factors[0].exponent.is_one()) {
      const Atom& inner = atoms_[factors[0].atom];
      if (inner.kind == AtomKind::function && inner.function == Function::log) {  // exp(c·log P) = P^c
        Polynomial base{p.axes, {}};
        std::vector<PolynomialTerm> work;
        for (const auto& [own, part] : inner.argument.terms) {
          PolynomialTerm moved{part.coefficient, {{}, p.axes}};
          append(moved.monomial, part.monomial, factors[0].labels);
          work.push_back(std::move(moved));
        }
        if (!settle(std::move(work), base)) return std::nullopt;
        const MaybePolynomial raised = power(base, term.coefficient);
        total = raised ? product(*total, *raised) : std::nullopt;
        continue;
      }
    }
    Polynomial exponent{p.axes, {}};
    add_term(exponent, key, {1, term.monomial});
    Atom atom;
    atom.kind = AtomKind::exponential;
    atom.is_positive = true;
    const Placed at = placed(42, std::move(atom), exponent);
    total = product(*total, monomial_of(p.axes, {{at.atom, term.coefficient, at.axes}}));
  }
  return total;
}

NormalForms::MaybePolynomial NormalForms::logarithm(const Polynomial& p) {
  if (p.is_zero()) return std::nullopt;
  Polynomial rest = p;
  std::vector<Power> content;
  if (!split_content(rest, content, true)) return std::nullopt;
  const std::size_t axes = p.axes.size();
  if (rest.terms.size() == 1) {  // log(f^odd) = odd·log(f)
    const PolynomialTerm& only = rest.terms.begin()->second;
    const auto& factors = only.monomial.factors;
    if (factors.size() == 1 && only.coefficient.is_one() && is_entrywise(factors[0], axes) &&
        !(factors[0].exponent.is_integer() && factors[0].exponent.num() % 2 == 0)) {
      content.push_back(factors[0]);
      rest = constant(p.axes, 1);
    }
  }
  Polynomial total{p.axes, {}};
  for (const Power& factor : content) {
    const Atom& atom = atoms_[factor.atom];
    const bool opens = atom.kind == AtomKind::exponential || atom.kind == AtomKind::root;
    if (!opens) {
      total =
          sum(total, called(Function::log, monomial_of(p.axes, {{factor.atom, 1, factor.labels}})), factor.exponent);
      continue;
    }
    Polynomial inner{p.axes, {}};
    for (const auto& [key, part] : atom.argument.terms) {
      PolynomialTerm moved{part.coefficient, {{}, p.axes}};
      append(moved.monomial, part.monomial, factor.labels);
      TermKey own = canonical_key(moved.monomial, axes, symmetric_);
      add_term(inner, std::move(own), std::move(moved));
    }
    total = sum(total, atom.kind == AtomKind::exponential ? inner : called(Function::log, inner), factor.exponent);
  }
  Rational scale = scale_of(rest);
  if (scale.is_negative()) scale = -scale;
  for (auto& [key, term] : rest.terms) term.coefficient = term.coefficient / scale;
  for (const auto& [prime, count] : prime_powers(scale))
    total = sum(total, called(Function::log, constant(p.axes, prime)), count);
  const bool is_one =
      rest.terms.size() == 1 && rest.terms.begin()->first.empty() && rest.terms.begin()->second.coefficient.is_one();
  return is_one ? total : sum(total, called(Function::log, rest));
}

NormalForms::MaybePolynomial NormalForms::sigmoid(const Polynomial& p) {
  const MaybePolynomial grown = exponential(p);
  const MaybePolynomial inverse = grown ? power(sum(constant(p.axes, 1), *grown), -1) : std::nullopt;
  if (!inverse) return std::nullopt;
  return sum(constant(p.axes, 1), *inverse, -1);
}

NormalForms::MaybePolynomial NormalForms::step(const Polynomial& p) {
  if (p.is_zero()) return p;
  Polynomial rest = p;
  std::vector<Power> content;
  if (!split_content(rest, content, true)) return std::nullopt;
  // step(h·p) = h·step(p) for h of 0 and 1.
  std::vector<Power> steps;
  for (const Power& factor : rest.terms.begin()->second.monomial.factors) {
    if (!is_step(factor, p.axes.size())) continue;
    const bool in_all = std::all_of(rest.terms.begin(), rest.terms.end(), [&](const auto& entry) {
      const auto& factors = entry.second.monomial.factors;
      return std::any_of(factors.begin(), factors.end(),
                         [&](const Power& one) { return one.atom == factor.atom && one.labels == factor.labels; });
    });
    if (in_all) steps.push_back({factor.atom, 1, factor.labels});
  }
  Polynomial bare{p.axes, {}};
  Rational scale = scale_of(rest);
  if (scale.is_negative()) scale = -scale;
  for (const auto& [key, term] : rest.terms) {
    PolynomialTerm part{term.coefficient / scale, {{}, term.monomial.dims}};
    for (const Power& factor : term.monomial.factors) {
      const auto same = [&](const Power& one) { return one.atom == factor.atom && one.labels == factor.labels; };
      if (std::none_of(steps.begin(), steps.end(), same)) part.monomial.factors.push_back(factor);
    }
    TermKey own = canonical_key(part.monomial, p.axes.size(), symmetric_);
    add_term(bare, std::move(own), std::move(part));
  }
  const bool is_number = bare.terms.size() == 1 && bare.terms.begin()->first.empty();
  const Polynomial inner = is_number ? constant(p.axes, bare.terms.begin()->second.coefficient.is_negative() ? 0 : 1)
                                     : called(Function::step, bare);
  return product(monomial_of(p.axes, steps), inner);
}

NormalForms::MaybePolynomial NormalForms::odd(Function function, const Polynomial& p) {
  if (p.is_zero()) return p;
  if (!scale_of(p).is_negative()) return called(function, p);
  const Polynomial zero{p.axes, {}};
  return sum(zero, called(function, sum(zero, p, -1)), -1);
}

NormalForms::MaybePolynomial NormalForms::mapped(Expr e) {
  const Node& node = pool_[e];
  const auto& [function, parameter] = std::get<MapFunction>(node.payload);
  const Polynomial& x = of(node.operands[0]);
  const Polynomial one = constant(node.shape, 1);
  const Polynomial none{node.shape, {}};
  const auto times = [&](const MaybePolynomial& a, const MaybePolynomial& b) -> MaybePolynomial {
    return a && b ? product(*a, *b) : std::nullopt;
  };
  const auto plus = [&](const MaybePolynomial& a, const MaybePolynomial& b, Rational factor) -> MaybePolynomial {
    return a && b ? MaybePolynomial(sum(*a, *b, factor)) : std::nullopt;
  };
  const auto scaled = [&](const MaybePolynomial& a, Rational factor) { return plus(none, a, factor); };
  const auto negative = [&] { return sum(none, x, -1); };
  const auto hyperbolic = [&](Rational sign) {
    return scaled(plus(exponential(x), exponential(negative()), sign), Rational(1, 2));
  };
  switch (function) {
    case Function::exp: return exponential(x);
    case Function::log: return logarithm(x);
    case Function::log1p: return logarithm(sum(one, x));
    case Function::expm1: return plus(exponential(x), one, -1);
    case Function::sqrt: return power(x, Rational(1, 2));
    case Function::power: return power(x, parameter);
    case Function::abs: return times(x, plus(step(x), step(negative()), -1));
    case Function::sign: return plus(step(x), step(negative()), -1);
    case Function::step: return step(x);
    case Function::relu: return times(x, step(x));
    case Function::leaky_relu: return times(x, plus(scaled(step(x), Rational(99, 100)), one, Rational(1, 100)));
    case Function::elu: {
      const MaybePolynomial above = step(x);
      const MaybePolynomial below = times(plus(exponential(x), one, -1), plus(one, above, -1));
      return plus(times(x, above), below, 1);
    }
    case Function::sigmoid: return sigmoid(x);
    case Function::tanh: return plus(scaled(sigmoid(sum(x, x)), 2), one, -1);
    case Function::silu: return times(x, sigmoid(x));
    case Function::softplus: {
      const MaybePolynomial grown = exponential(x);
      return grown ? logarithm(sum(one, *grown)) : std::nullopt;
    }
    case Function::sinh: return hyperbolic(-1);
    case Function::cosh: return hyperbolic(1);
    case Function::gelu: {
      const MaybePolynomial half = power(constant(node.shape, Rational(1, 2)), Rational(1, 2));
      const MaybePolynomial inner = times(half, x);
      return times(scaled(x, Rational(1, 2)), inner ? plus(one, odd(Function::erf, *inner), 1) : std::nullopt);
    }
    case Function::sin:
    case Function::erf:
    case Function::asin:
    case Function::atan: return odd(function, x);
    case Function::cos: return called(function, x.is_zero() || !scale_of(x).is_negative() ? x : negative());
    case Function::tan: {
      const MaybePolynomial below =
          power(called(Function::cos, x.is_zero() || !scale_of(x).is_negative() ? x : negative()), -1);
      return times(odd(Function::sin, x), below);
    }
    case Function::acos: return called(function, x);
    case Function::pow: {
      const MaybePolynomial exponent = times(logarithm(x), of(node.operands[1]));
      return exponent ? exponential(*exponent) : std::nullopt;
    }
    case Function::max:
    case Function::min: {  // max(x,y) = y + (x − y)·step(x − y); min(x,y) = x − (x − y)·step(x − y)
      const Polynomial& y = of(node.operands[1]);
      const Polynomial gap = sum(x, y, -1);
      const MaybePolynomial over = times(gap, step(gap));
      return function == Function::max ? plus(y, over, 1) : plus(x, over, -1);
    }
    case Function::greater: return step(sum(x, of(node.operands[1]), -1));
    case Function::greater_equal: return plus(one, step(sum(of(node.operands[1]), x, -1)), -1);
    case Function::equal: {  // neither above the other
      const Polynomial gap = sum(x, of(node.operands[1]), -1);
      return plus(plus(one, step(gap), -1), step(sum(none, gap, -1)), -1);
    }
  }
  return std::nullopt;
}

}  // namespace gradwright::check
