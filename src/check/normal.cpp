#include "check/normal.h"

#include <algorithm>
#include <numeric>

#include "derive/points.h"
#include "ir/make.h"
#include "ir/others.h"

namespace gradwright::check {
namespace {

constexpr std::size_t most_polynomial_terms = 2000;
constexpr std::uint32_t inexact_tag = 60;  // of an atom like no other

Labels first_labels(std::size_t count) {
  Labels labels(count);
  std::iota(labels.begin(), labels.end(), Label{0});
  return labels;
}

/// The polynomial with its axes in another order: axis k of the result is axis order[k].
Polynomial reordered(const Polynomial& p, const Labels& order, const std::vector<bool>& symmetric) {
  Labels places(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) places[order[k]] = static_cast<Label>(k);
  Polynomial result;
  for (const Label axis : order) result.axes.push_back(p.axes[axis]);
  for (const auto& [key, term] : p.terms) {
    PolynomialTerm moved{term.coefficient, {{}, result.axes}};
    append(moved.monomial, term.monomial, places);
    TermKey own = canonical_key(moved.monomial, order.size(), symmetric);
    add_term(result, std::move(own), std::move(moved));
  }
  return result;
}

/// Kept axes of a polynomial, the others dropped (no factor runs over them).
Polynomial restricted(const Polynomial& p, const Labels& kept, const std::vector<bool>& symmetric) {
  Polynomial small;
  for (const Label axis : kept) small.axes.push_back(p.axes[axis]);
  for (const auto& [key, term] : p.terms) {
    Labels places(p.axes.size(), 0);
    for (std::size_t k = 0; k < kept.size(); ++k) places[kept[k]] = static_cast<Label>(k);
    PolynomialTerm moved{term.coefficient, {{}, small.axes}};
    append(moved.monomial, term.monomial, places);
    TermKey own = canonical_key(moved.monomial, kept.size(), symmetric);
    add_term(small, std::move(own), std::move(moved));
  }
  return small;
}

}  // namespace

Rational NormalForms::degree(const PolynomialTerm& term) const {
  Rational total = 0;
  for (const Power& factor : term.monomial.factors) {
    if (factor.atom == delta_atom) return -1;
    if (atoms_[factor.atom].kind != AtomKind::size) total = total + factor.exponent;
  }
  return total;
}

NormalForms::NormalForms(Pool& pool) : pool_(pool), atoms_(1), symmetric_{true} { atoms_[0].kind = AtomKind::delta; }

const Polynomial* NormalForms::form(Expr root) {
  work_ = tries_ = 0;
  for (const Expr e : reachable(pool_, {root})) {
    if (forms_.contains(e)) continue;
    MaybePolynomial own = opened(e);
    if (!own || own->terms.size() > most_polynomial_terms || !is_exact(*own)) return nullptr;
    forms_.emplace(e, std::move(*own));
  }
  return &forms_.at(root);
}

NormalForms::MaybePolynomial NormalForms::opened(Expr e) {
  const Shape shape = pool_.shape(e);
  switch (pool_.kind(e)) {
    case Kind::input: {
      Atom atom;
      atom.kind = AtomKind::input;
      atom.input = e;
      atom.dims = shape;
      atom.is_positive = has(pool_.payload<InputInfo>(e).properties, Property::positive);
      const AtomId id = atom_for({1, e.value}, std::move(atom));
      symmetric_[id] = pool_[e].symmetric && shape.size() == 2;
      Polynomial form{shape, {}};
      std::vector<PolynomialTerm> work{{1, {{{id, 1, first_labels(shape.size())}}, shape}}};
      if (!settle(std::move(work), form)) return std::nullopt;
      return form;
    }
    case Kind::literal: return constant({}, pool_.payload<Rational>(e));
    case Kind::einsum: return einsum(e);
    case Kind::add: return added(e);
    case Kind::map: return mapped(e);
    case Kind::fold:
      if (pool_.payload<FoldAxes>(e).kind == FoldKind::logsumexp) {
        const Expr inner = pool_[e].operands[0];
        const MaybePolynomial grown = exponential(of(inner));
        if (!grown) return std::nullopt;
        const auto& gone = pool_.payload<FoldAxes>(e).axes;
        Labels places(grown->axes.size());
        Label next = 0;
        Shape dims = shape;
        for (std::size_t axis = 0; axis < places.size(); ++axis) {
          const bool is_gone = std::find(gone.begin(), gone.end(), axis) != gone.end();
          places[axis] = is_gone ? static_cast<Label>(dims.size()) : next++;
          if (is_gone) dims.push_back(grown->axes[axis]);
        }
        Polynomial total{shape, {}};
        std::vector<PolynomialTerm> work;
        for (const auto& [key, term] : grown->terms) {
          PolynomialTerm moved{term.coefficient, {{}, dims}};
          append(moved.monomial, term.monomial, places);
          work.push_back(std::move(moved));
        }
        if (!settle(std::move(work), total)) return std::nullopt;
        return logarithm(total);
      }
      if (MaybePolynomial quotient = quotient_of_others(e)) return quotient;
      return opaque(e);
    case Kind::window:
    case Kind::reshape: return moved(e);
    case Kind::gather: return opaque(e);
    case Kind::matrix: return matrix(e);
  }
  return std::nullopt;
}

bool NormalForms::has_zeros(Expr e) const {
  for (const std::uint64_t seed : {1409, 1423, 1427}) {
    const Bindings at = random_bindings(pool_, {e}, seed);
    if (!sizes_fit(pool_, reachable(pool_, {e}), at.dims)) continue;
    const Tensor value = evaluate(pool_, e, at);
    if (std::find(value.values.begin(), value.values.end(), 0.0) != value.values.end()) return true;
  }
  return false;
}

/// The product of the others is prod(x)/x wherever that is defined: nowhere for a diagonal x.
NormalForms::MaybePolynomial NormalForms::quotient_of_others(Expr e) {
  const auto others = product_of_others(pool_, e);
  if (!others || has_zeros(others->x)) return std::nullopt;
  const Shape shape = pool_.shape(others->x);
  const Labels all = first_labels(shape.size());
  Labels kept = all;
  std::erase_if(kept, [&](Label axis) {
    return std::find(others->axes.begin(), others->axes.end(), axis) != others->axes.end();
  });
  const Expr product = make_fold(pool_, FoldKind::prod, others->x, others->axes);
  const Polynomial* known =
      form(make_einsum(pool_, all, {{product, kept}, {make_power(pool_, others->x, -1), all}}, shape));
  return known == nullptr ? std::nullopt : MaybePolynomial(*known);
}

Polynomial NormalForms::monomial_of(const Shape& axes, std::vector<Power> factors, Rational coefficient) {
  Polynomial p{axes, {}};
  PolynomialTerm term{coefficient, {std::move(factors), axes}};
  TermKey key = canonical_key(term.monomial, axes.size(), symmetric_);
  add_term(p, std::move(key), std::move(term));
  return p;
}

bool NormalForms::is_positive(const Polynomial& p) const {
  return !p.is_zero() && std::all_of(p.terms.begin(), p.terms.end(), [&](const auto& entry) {
    const PolynomialTerm& term = entry.second;
    return !term.coefficient.is_negative() &&
           std::all_of(term.monomial.factors.begin(), term.monomial.factors.end(),
                       [&](const Power& factor) { return atoms_[factor.atom].is_positive; });
  });
}

Polynomial NormalForms::size_of(Dim dim) {
  Polynomial p;
  for (const auto& [symbols, coefficient] : pool_.dims().polynomial(dim)) {
    std::vector<Power> factors;
    for (const DimSymbol symbol : symbols) {
      Atom atom;
      atom.kind = AtomKind::size;
      atom.is_positive = true;
      factors.push_back({atom_for({2, symbol.value}, std::move(atom)), 1, {}});
    }
    PolynomialTerm term{coefficient, {std::move(factors), {}}};
    merge_factors(term.monomial);
    TermKey key = canonical_key(term.monomial, 0, symmetric_);
    add_term(p, std::move(key), std::move(term));
  }
  return p;
}

NormalForms::MaybePolynomial NormalForms::einsum(Expr e) {
  const Node& node = pool_[e];
  const auto& labels = std::get<EinsumLabels>(node.payload);
  // Labels of the term: the axes of the result first, then one for each label of the Einsum that is not an axis.
  Labels places(labels.dims.size());
  std::vector<bool> known(labels.dims.size(), false);
  Monomial start{{}, node.shape};
  for (std::size_t axis = 0; axis < labels.out.size(); ++axis) {
    const Label label = labels.out[axis];
    if (known[label])
      start.factors.push_back({delta_atom, 1, {places[label], static_cast<Label>(axis)}});
    else
      places[label] = static_cast<Label>(axis);
    known[label] = true;
  }
  for (std::size_t label = 0; label < labels.dims.size(); ++label) {
    if (known[label]) continue;
    places[label] = static_cast<Label>(start.dims.size());
    start.dims.push_back(labels.dims[label]);
  }
  std::vector<PolynomialTerm> work{{1, start}};
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    const Polynomial& operand = of(node.operands[i]);
    Labels own;
    for (const Label label : labels.operands[i]) own.push_back(places[label]);
    std::vector<PolynomialTerm> next;
    if (work.size() * operand.terms.size() > most_polynomial_terms) return std::nullopt;
    for (const PolynomialTerm& left : work) {
      for (const auto& [key, right] : operand.terms) {
        PolynomialTerm both{left.coefficient * right.coefficient, left.monomial};
        append(both.monomial, right.monomial, own);
        next.push_back(std::move(both));
      }
    }
    work = std::move(next);
  }
  Polynomial form{node.shape, {}};
  if (!settle(std::move(work), form)) return std::nullopt;
  return form;
}

NormalForms::MaybePolynomial NormalForms::added(Expr e) {
  const Node& node = pool_[e];
  const auto& values = std::get<Coefficients>(node.payload).values;
  Polynomial total{node.shape, {}};
  for (std::size_t i = 0; i < node.operands.size(); ++i) total = sum(total, of(node.operands[i]), values[i]);
  return total;
}

AtomId NormalForms::atom_for(TermKey key, Atom atom) {
  const auto [found, is_new] = atom_ids_.try_emplace(std::move(key), static_cast<AtomId>(atoms_.size()));
  if (is_new) {
    atoms_.push_back(std::move(atom));
    symmetric_.push_back(false);
  }
  return found->second;
}

NormalForms::Placed NormalForms::placed(std::uint32_t tag, Atom atom, const Polynomial& argument) {
  std::vector<bool> used(argument.axes.size(), false);
  for (const auto& [key, term] : argument.terms) {
    for (const Power& factor : term.monomial.factors)
      for (const Label label : factor.labels)
        if (label < used.size()) used[label] = true;
  }
  Placed result;
  for (std::size_t axis = 0; axis < used.size(); ++axis)
    if (used[axis]) result.axes.push_back(static_cast<Label>(axis));
  Polynomial small = restricted(argument, result.axes, symmetric_);
  bool is_symmetric = false;
  if (result.axes.size() == 2) {  // f(X') is f(X)'
    Polynomial transpose = reordered(small, {1, 0}, symmetric_);
    const TermKey plain_key = polynomial_key(small);
    const TermKey transpose_key = polynomial_key(transpose);
    is_symmetric = plain_key == transpose_key;
    if (transpose_key < plain_key) {
      small = std::move(transpose);
      std::swap(result.axes[0], result.axes[1]);
    }
  }
  TermKey key{tag};
  if (!is_exact(small)) key = {inexact_tag, static_cast<std::uint32_t>(atoms_.size())};
  const TermKey rest = polynomial_key(small);
  key.insert(key.end(), rest.begin(), rest.end());
  atom.dims = small.axes;
  atom.argument = std::move(small);
  for (const auto& [own, term] : atom.argument.terms) {
    if (atom.lead.empty() || degree(atom.argument.terms.at(atom.lead)) < degree(term)) atom.lead = own;
  }
  result.atom = atom_for(std::move(key), std::move(atom));
  symmetric_[result.atom] = is_symmetric;
  return result;
}

NormalForms::MaybePolynomial NormalForms::moved(Expr e) {
  // Linear in its operand: Σ c·M(m); what does not run over its axes stands outside.
  const Node& node = pool_[e];
  TermKey payload{node.kind == Kind::window ? 20U : 21U};
  if (node.kind == Kind::window) {
    for (const AffineIndex& index : std::get<WindowIndex>(node.payload).axes) {
      payload.push_back(static_cast<std::uint32_t>(index.parts.size()));
      for (const AffineIndex::Part& part : index.parts) {
        payload.push_back(part.axis);
        payload.push_back(static_cast<std::uint32_t>(part.coefficient));
      }
      payload.push_back(index.offset.value);
    }
  }
  for (const Dim dim : node.shape) payload.push_back(dim.value);
  const Polynomial& operand = of(node.operands[0]);
  const std::size_t axes = operand.axes.size();
  Polynomial form{node.shape, {}};
  std::vector<PolynomialTerm> work;
  for (const auto& [key, term] : operand.terms) {
    std::vector<bool> inside(term.monomial.dims.size(), false);
    std::fill(inside.begin(), inside.begin() + static_cast<std::ptrdiff_t>(axes), true);
    for (bool grows = true; grows;) {
      grows = false;
      for (const Power& factor : term.monomial.factors) {
        const auto touches = [&](Label label) { return static_cast<bool>(inside[label]); };
        if (!std::any_of(factor.labels.begin(), factor.labels.end(), touches)) continue;
        for (const Label label : factor.labels) {
          if (!inside[label]) inside[label] = grows = true;
        }
      }
    }
    Monomial inner{{}, term.monomial.dims};
    Monomial outer{{}, node.shape};
    Labels places(term.monomial.dims.size());
    for (std::size_t label = axes; label < places.size(); ++label) {
      if (inside[label]) continue;
      places[label] = static_cast<Label>(outer.dims.size());
      outer.dims.push_back(term.monomial.dims[label]);
    }
    for (const Power& factor : term.monomial.factors) {
      if (std::any_of(factor.labels.begin(), factor.labels.end(), [&](Label label) { return inside[label]; })) {
        inner.factors.push_back(factor);
        continue;
      }
      Power out{factor.atom, factor.exponent, {}};
      for (const Label label : factor.labels) out.labels.push_back(places[label]);
      outer.factors.push_back(std::move(out));
    }
    TermKey own = payload;
    const TermKey rest = canonical_key(inner, axes, symmetric_);
    for (const Dim dim : operand.axes) own.push_back(dim.value);
    own.insert(own.end(), rest.begin(), rest.end());
    Atom atom;
    atom.dims = node.shape;
    outer.factors.push_back({atom_for(std::move(own), std::move(atom)), 1, first_labels(node.shape.size())});
    work.push_back({term.coefficient, std::move(outer)});
  }
  if (!settle(std::move(work), form)) return std::nullopt;
  return form;
}

NormalForms::MaybePolynomial NormalForms::matrix(Expr e) {
  const Node& node = pool_[e];
  Polynomial inner = of(node.operands[0]);
  if (inner.is_zero()) return std::nullopt;
  const auto kind = std::get<MatrixFunction>(node.payload).kind;
  Atom atom;
  if (kind == MatrixKind::power) return opaque(e);
  if (kind != MatrixKind::inverse) {
    atom.kind = AtomKind::opaque;
    const Placed at = placed(30U + static_cast<std::uint32_t>(kind), std::move(atom), inner);
    if (at.axes.size() != 2) return opaque(e);
    return monomial_of({}, {{at.atom, 1, {}}});
  }
  atom.kind = AtomKind::inverse;
  const Rational scale = scale_of(inner);
  for (auto& [key, term] : inner.terms) term.coefficient = term.coefficient / scale;
  const Placed at = placed(40, std::move(atom), inner);
  if (at.axes.size() != 2) return opaque(e);
  Polynomial form{node.shape, {}};
  if (!settle({{Rational(1) / scale, {{{at.atom, 1, at.axes}}, node.shape}}}, form)) return std::nullopt;
  return form;
}

NormalForms::MaybePolynomial NormalForms::opaque(Expr e) {
  const Node& node = pool_[e];
  TermKey key{50, static_cast<std::uint32_t>(node.kind)};
  if (node.kind == Kind::fold) {
    const auto& fold = std::get<FoldAxes>(node.payload);
    key.push_back(static_cast<std::uint32_t>(fold.kind));
    for (const std::uint16_t axis : fold.axes) key.push_back(axis);
  }
  if (node.kind == Kind::map) key.push_back(static_cast<std::uint32_t>(std::get<MapFunction>(node.payload).function));
  if (node.kind == Kind::matrix) {
    const auto& [kind, exponent] = std::get<MatrixFunction>(node.payload);
    key.push_back(static_cast<std::uint32_t>(kind));
    if (kind == MatrixKind::power) key.push_back(static_cast<std::uint32_t>(exponent.index()));
  }
  for (const Expr operand : node.operands) {
    const TermKey own = polynomial_key(of(operand));
    key.push_back(static_cast<std::uint32_t>(own.size()));
    key.insert(key.end(), own.begin(), own.end());
  }
  Atom atom;
  atom.dims = node.shape;
  return monomial_of(node.shape, {{atom_for(std::move(key), std::move(atom)), 1, first_labels(node.shape.size())}});
}

}  // namespace gradwright::check
