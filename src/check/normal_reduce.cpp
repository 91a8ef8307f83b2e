// Relations applied to raw terms until none fires: δ dissolved, equal factors merged, facts of inputs, P^(e ≥ 1) multiplied out,
// sums without a factor turned into sizes; then the cancellations of normal_match.cpp.
#include <algorithm>

#include "check/normal.h"

namespace gradwright::check {
namespace {

constexpr std::size_t most_work = 12000;
constexpr std::size_t most_labels = 100;  ///< of a term: relations that make it longer each time are given up

constexpr Property one_hot = Property::onehot_rows | Property::onehot_cols;
constexpr Property simplex = Property::simplex_rows | Property::simplex_cols;

void rename(Monomial& m, Label from, Label to) {
  for (Power& factor : m.factors) std::replace(factor.labels.begin(), factor.labels.end(), from, to);
}

std::size_t count_of(const Monomial& m, Label label) {
  std::size_t count = 0;
  for (const Power& factor : m.factors)
    count += static_cast<std::size_t>(std::count(factor.labels.begin(), factor.labels.end(), label));
  return count;
}

}  // namespace

bool NormalForms::settle(std::vector<PolynomialTerm> work, Polynomial& out) {
  const std::size_t axes = out.axes.size();
  while (!work.empty()) {
    if (++work_ > most_work || tries_ > most_tries) return false;
    PolynomialTerm term = std::move(work.back());
    work.pop_back();
    if (term.coefficient.is_zero()) continue;
    if (term.coefficient.overflowed() || term.monomial.dims.size() > most_labels) return false;
    tidy(term.monomial, axes);
    while (applied_fact(term.monomial, axes) || applied_pair(term.monomial, axes)) tidy(term.monomial, axes);
    if (rewritten(term, axes, work)) continue;
    TermKey key = canonical_key(term.monomial, axes, symmetric_);
    add_term(out, std::move(key), std::move(term));
  }
  return true;
}

void NormalForms::tidy(Monomial& m, std::size_t axes) const {
  for (bool changes = true; changes;) {
    changes = false;
    for (std::size_t i = 0; i < m.factors.size() && !changes; ++i) {
      if (m.factors[i].atom != delta_atom) continue;
      const Label a = std::min(m.factors[i].labels[0], m.factors[i].labels[1]);
      const Label b = std::max(m.factors[i].labels[0], m.factors[i].labels[1]);
      if (a == b) {
        m.factors.erase(m.factors.begin() + static_cast<std::ptrdiff_t>(i));
        changes = true;
      } else if (b >= axes) {
        m.factors.erase(m.factors.begin() + static_cast<std::ptrdiff_t>(i));
        rename(m, b, a);
        erase_labels(m, {b});
        changes = true;
      } else {  // between two axes: the lower one stands for both everywhere else
        for (std::size_t k = 0; k < m.factors.size(); ++k) {
          if (k == i || count_of({{m.factors[k]}, {}}, b) == 0) continue;
          std::replace(m.factors[k].labels.begin(), m.factors[k].labels.end(), b, a);
          changes = true;
        }
        m.factors[i] = {delta_atom, 1, {a, b}};
      }
    }
  }
  merge_factors(m);
}

void NormalForms::merge_factors(Monomial& m) const {
  std::vector<Power> merged;
  for (Power& factor : m.factors) {
    if (symmetric_[factor.atom]) std::sort(factor.labels.begin(), factor.labels.end());
    const auto same = std::find_if(merged.begin(), merged.end(), [&](const Power& one) {
      return one.atom == factor.atom && one.labels == factor.labels;
    });
    if (same == merged.end())
      merged.push_back(factor);
    else if (factor.atom != delta_atom)
      same->exponent = same->exponent + factor.exponent;
  }
  std::erase_if(merged, [](const Power& factor) { return factor.exponent.is_zero(); });
  m.factors = std::move(merged);
}

bool NormalForms::applied_fact(Monomial& m, std::size_t axes) const {
  for (std::size_t i = 0; i < m.factors.size(); ++i) {
    Power& factor = m.factors[i];
    const Atom& atom = atoms_[factor.atom];
    if (atom.kind == AtomKind::function && atom.function == Function::step && Rational(1) < factor.exponent) {
      factor.exponent = 1;
      return true;
    }
    if (atom.kind != AtomKind::input) continue;
    const Property facts = pool_.payload<InputInfo>(atom.input).properties;
    const bool is_whole = factor.exponent.is_integer();
    if (has(facts, Property::pm1) && is_whole && factor.exponent.num() != 1 && factor.exponent.num() != 0) {
      factor.exponent = factor.exponent.num() % 2 == 0 ? 0 : 1;
      return true;
    }
    if (has(facts, Property::binary | one_hot) && Rational(1) < factor.exponent) {
      factor.exponent = 1;
      return true;
    }
    if (has(facts, Property::diagonal) && factor.labels.size() == 2 && factor.labels[0] != factor.labels[1]) {
      const Labels old = factor.labels;
      factor.labels[1] = factor.labels[0];
      m.factors.push_back({delta_atom, 1, old});
      return true;
    }
    // Σ p = 1
    if (!factor.exponent.is_one()) continue;
    for (std::size_t place = 0; place < factor.labels.size(); ++place) {
      const Label label = factor.labels[place];
      if (label < axes || count_of(m, label) != 1) continue;
      const bool is_vector = factor.labels.size() == 1;
      const Property needed = is_vector    ? Property::prob | one_hot | simplex
                              : place == 1 ? Property::onehot_rows | Property::simplex_rows
                                           : Property::onehot_cols | Property::simplex_cols;
      if (!has(facts, needed) || factor.labels.size() > 2) continue;
      m.factors.erase(m.factors.begin() + static_cast<std::ptrdiff_t>(i));
      erase_labels(m, {label});
      return true;
    }
  }
  return false;
}

bool NormalForms::applied_pair(Monomial& m, std::size_t axes) const {
  for (std::size_t i = 0; i < m.factors.size(); ++i) {
    const Atom& atom = atoms_[m.factors[i].atom];
    if (atom.kind != AtomKind::input) continue;
    const Property facts = pool_.payload<InputInfo>(atom.input).properties;
    const bool is_hot = has(facts, one_hot);
    const bool is_orthogonal = has(facts, Property::orthogonal);
    if (!is_hot && !is_orthogonal) continue;
    for (std::size_t k = i + 1; k < m.factors.size(); ++k) {
      if (m.factors[k].atom != m.factors[i].atom) continue;
      const Labels a = m.factors[i].labels;
      const Labels b = m.factors[k].labels;
      if (is_hot && (a.size() == 1 || (a.size() == 2 && a[has(facts, Property::onehot_rows) ? 0 : 1] ==
                                                            b[has(facts, Property::onehot_rows) ? 0 : 1]))) {
        const std::size_t place = a.size() == 1 || !has(facts, Property::onehot_rows) ? 0 : 1;
        m.factors[k] = {delta_atom, 1, {a[place], b[place]}};
        return true;
      }
      if (!is_orthogonal || !m.factors[i].exponent.is_one() || !m.factors[k].exponent.is_one()) continue;
      for (std::size_t place = 0; place < 2; ++place) {
        if (a[place] != b[place] || a[place] < axes || count_of(m, a[place]) != 2) continue;
        m.factors[k] = {delta_atom, 1, {a[1 - place], b[1 - place]}};
        m.factors.erase(m.factors.begin() + static_cast<std::ptrdiff_t>(i));
        erase_labels(m, {a[place]});
        return true;
      }
    }
  }
  return false;
}

void NormalForms::expand(const PolynomialTerm& left, std::size_t at, const Polynomial& by, const Labels& places,
                         std::vector<PolynomialTerm>& more) const {
  PolynomialTerm rest = left;
  if (at < rest.monomial.factors.size()) {
    Power& factor = rest.monomial.factors[at];
    factor.exponent = factor.exponent - Rational(1);
    if (factor.exponent.is_zero())
      rest.monomial.factors.erase(rest.monomial.factors.begin() + static_cast<std::ptrdiff_t>(at));
  }
  for (const auto& [key, part] : by.terms) {
    PolynomialTerm both{rest.coefficient * part.coefficient, rest.monomial};
    append(both.monomial, part.monomial, places);
    more.push_back(std::move(both));
  }
}

bool NormalForms::rewritten(const PolynomialTerm& term, std::size_t axes, std::vector<PolynomialTerm>& more) {
  const Monomial& m = term.monomial;
  for (std::size_t label = axes; label < m.dims.size(); ++label) {
    if (runs_over(m, static_cast<Label>(label))) continue;
    PolynomialTerm rest = term;
    erase_labels(rest.monomial, {static_cast<Label>(label)});
    expand(rest, m.factors.size(), size_of(m.dims[label]), {}, more);
    return true;
  }
  for (std::size_t i = 0; i < m.factors.size(); ++i) {
    const Power& factor = m.factors[i];
    const Atom& atom = atoms_[factor.atom];
    if (atom.kind == AtomKind::root && !(factor.exponent < Rational(1))) {
      expand(term, i, atom.argument, factor.labels, more);
      return true;
    }
    if (atom.kind == AtomKind::root && factor.exponent.is_negative() && cancelled_root(term, i, axes, more))
      return true;
    if (atom.kind == AtomKind::root && factor.exponent.is_negative() && raised_root(term, i, more)) return true;
    if (atom.kind == AtomKind::inverse && factor.exponent.is_one() && cancelled_inverse(term, i, axes, more))
      return true;
    if (atom.kind == AtomKind::function && atom.function == Function::sin && !(factor.exponent < Rational(2))) {
      // sin² = 1 − cos²
      const Polynomial cosine = called(Function::cos, atom.argument);
      PolynomialTerm rest = term;
      rest.monomial.factors[i].exponent = factor.exponent - Rational(2);
      more.push_back(rest);
      rest.coefficient = -rest.coefficient;
      append(rest.monomial, cosine.terms.begin()->second.monomial, factor.labels);
      rest.monomial.factors.back().exponent = 2;
      more.push_back(std::move(rest));
      return true;
    }
  }
  return false;
}

}  // namespace gradwright::check
