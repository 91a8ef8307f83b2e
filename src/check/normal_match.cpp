// P·P⁻¹ = 1 and inv(A)·A = I for sums P and A: with P = c·m + Σ others, wherever the lead m stands beside P^e (e < 0),
//   m·P^e = (P^(e+1) − P^e·others) / c,   and   inv(A)[i,k]·m[k,j] = (δ[i,j] − inv(A)[i,k]·others[k,j]) / c.
#include <algorithm>

#include "check/normal.h"

namespace gradwright::check {
namespace {

constexpr Label unbound = 0xffff;

/// term / lead; factors that are used up stay in their places with exponent 0 and no labels. A unit of the lead divides the rest.
PolynomialTerm without(const PolynomialTerm& term, const std::vector<std::size_t>& taken, const PolynomialTerm& lead) {
  PolynomialTerm rest = term;
  rest.coefficient = rest.coefficient / lead.coefficient;
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const Power& gone = lead.monomial.factors[i];
    if (taken[i] == term.monomial.factors.size()) {
      rest.monomial.factors.push_back({gone.atom, -gone.exponent, {}});
      continue;
    }
    Power& factor = rest.monomial.factors[taken[i]];
    factor.exponent = factor.exponent - gone.exponent;
    if (factor.exponent.is_zero()) factor.labels.clear();
  }
  return rest;
}

}  // namespace

/// The lead being found in a term: which factor stands for which.
struct NormalForms::Match {
  const Monomial& lead;
  const Monomial& term;
  std::size_t lead_axes, axes, owner;  ///< `owner`: the factor P^e or inv(A) itself
  Labels bound;                        ///< label of the lead → label of the term
  std::vector<std::size_t> taken;      ///< factor of the lead → factor of the term
  std::optional<Label> shared;         ///< summed by the owner and the match alone
};

bool NormalForms::matches(Match& match, std::size_t at) const {
  if (++tries_ > most_tries) return false;
  if (at == match.lead.factors.size()) {
    Labels inner(match.bound.begin() + static_cast<std::ptrdiff_t>(match.lead_axes), match.bound.end());
    Labels all = inner;
    if (match.shared) all.push_back(*match.shared);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Label label = all[i];
      if (label == unbound || label < match.axes || std::count(match.bound.begin(), match.bound.end(), label) > 1)
        return false;
      for (std::size_t k = 0; k < match.term.factors.size(); ++k) {
        const Labels& own = match.term.factors[k].labels;
        if (std::find(own.begin(), own.end(), label) == own.end()) continue;
        const bool is_taken = std::find(match.taken.begin(), match.taken.end(), k) != match.taken.end();
        if (!is_taken && !(match.shared && label == *match.shared && k == match.owner)) return false;
      }
    }
    return true;
  }
  const Power& wanted = match.lead.factors[at];
  if (atoms_[wanted.atom].kind == AtomKind::size) {  // a unit
    match.taken.push_back(match.term.factors.size());
    if (matches(match, at + 1)) return true;
    match.taken.pop_back();
    return false;
  }
  const bool is_inner = std::any_of(wanted.labels.begin(), wanted.labels.end(),
                                    [&](Label label) { return label >= match.lead_axes || match.shared; });
  for (std::size_t k = 0; k < match.term.factors.size(); ++k) {
    const Power& found = match.term.factors[k];
    if (found.atom != wanted.atom || k == match.owner) continue;
    if (std::find(match.taken.begin(), match.taken.end(), k) != match.taken.end()) continue;
    const bool fits = is_inner                        ? found.exponent == wanted.exponent
                      : wanted.exponent.is_negative() ? !(wanted.exponent < found.exponent)
                                                      : !(found.exponent < wanted.exponent);
    if (!fits) continue;
    for (const bool is_transposed : {false, true}) {
      if (is_transposed && !symmetric_[wanted.atom]) break;
      const Labels before = match.bound;
      bool agrees = true;
      for (std::size_t place = 0; place < wanted.labels.size() && agrees; ++place) {
        Label& own = match.bound[wanted.labels[place]];
        const Label theirs = found.labels[is_transposed ? wanted.labels.size() - 1 - place : place];
        if (own == unbound) own = theirs;
        agrees = own == theirs;
      }
      if (agrees) {
        match.taken.push_back(k);
        if (matches(match, at + 1)) return true;
        match.taken.pop_back();
      }
      match.bound = before;
    }
  }
  return false;
}

bool NormalForms::cancelled_root(const PolynomialTerm& term, std::size_t at, std::size_t axes,
                                 std::vector<PolynomialTerm>& more) const {
  const Power& owner = term.monomial.factors[at];
  const Atom& atom = atoms_[owner.atom];
  const PolynomialTerm& lead = atom.argument.terms.at(atom.lead);
  if (lead.monomial.factors.empty()) {  // a number under the root: its exponent is brought into [0, 1)
    if (atom.argument.terms.size() != 1) return false;
    PolynomialTerm raised = term;
    raised.coefficient = raised.coefficient / lead.coefficient;
    raised.monomial.factors[at].exponent = owner.exponent + Rational(1);
    more.push_back(std::move(raised));
    return true;
  }
  Match match{lead.monomial, term.monomial, owner.labels.size(), axes, at, owner.labels, {}, std::nullopt};
  match.bound.resize(lead.monomial.dims.size(), unbound);
  if (degree(lead).is_negative() || !matches(match, 0)) return false;
  PolynomialTerm rest = without(term, match.taken, lead);
  erase_labels(rest.monomial,
               Labels(match.bound.begin() + static_cast<std::ptrdiff_t>(owner.labels.size()), match.bound.end()));
  const Labels labels = rest.monomial.factors[at].labels;
  PolynomialTerm one = rest;
  one.monomial.factors[at].exponent = owner.exponent + Rational(1);
  more.push_back(std::move(one));
  for (const auto& [key, other] : atom.argument.terms) {
    if (key == atom.lead) continue;
    PolynomialTerm both{-rest.coefficient * other.coefficient, rest.monomial};
    append(both.monomial, other.monomial, labels);
    more.push_back(std::move(both));
  }
  return true;
}

bool NormalForms::raised_root(const PolynomialTerm& term, std::size_t at, std::vector<PolynomialTerm>& more) const {
  // P = c₀ + c₁·m, and a factor of m stands with a negative exponent: P^e = (P^(e+1) − c₁·m·P^e) / c₀.
  const Power& owner = term.monomial.factors[at];
  const Atom& atom = atoms_[owner.atom];
  if (atom.argument.terms.size() != 2 || !atom.argument.terms.contains(TermKey{})) return false;
  const PolynomialTerm& lead = atom.argument.terms.at(atom.lead);
  const bool is_lowered =
      std::any_of(lead.monomial.factors.begin(), lead.monomial.factors.end(), [&](const Power& part) {
        Labels labels;
        for (const Label label : part.labels) {
          if (label >= owner.labels.size()) return false;
          labels.push_back(owner.labels[label]);
        }
        return std::any_of(term.monomial.factors.begin(), term.monomial.factors.end(), [&](const Power& factor) {
          return factor.atom == part.atom && factor.labels == labels && factor.exponent.is_negative() &&
                 atoms_[part.atom].kind == AtomKind::exponential;
        });
      });
  if (!is_lowered) return false;
  const Rational base = atom.argument.terms.at(TermKey{}).coefficient;
  PolynomialTerm raised = term;
  raised.coefficient = raised.coefficient / base;
  PolynomialTerm lowered = raised;
  lowered.coefficient = -lowered.coefficient * lead.coefficient;
  append(lowered.monomial, lead.monomial, owner.labels);
  more.push_back(std::move(lowered));
  raised.monomial.factors[at].exponent = owner.exponent + Rational(1);
  more.push_back(std::move(raised));
  return true;
}

bool NormalForms::cancelled_inverse(const PolynomialTerm& term, std::size_t at, std::size_t axes,
                                    std::vector<PolynomialTerm>& more) const {
  const Power& owner = term.monomial.factors[at];
  const Atom& atom = atoms_[owner.atom];
  const PolynomialTerm& lead = atom.argument.terms.at(atom.lead);
  if (degree(lead).is_negative() || lead.monomial.factors.empty() || owner.labels[0] == owner.labels[1]) return false;
  for (std::size_t side = 0; side < 2; ++side) {
    for (const bool is_transposed : {false, true}) {
      if (is_transposed && !symmetric_[owner.atom]) break;
      // inv[i,k]·A[k,j] (side 0) or A[j,i]·inv[i,k] (side 1): `shared` is summed, `free` stays.
      const Label shared = owner.labels[(side == 0) != is_transposed ? 1 : 0];
      const Label free = owner.labels[(side == 0) != is_transposed ? 0 : 1];
      Match match{lead.monomial, term.monomial, 2, axes, at, Labels(lead.monomial.dims.size(), unbound), {}, shared};
      match.bound[side] = shared;
      if (!matches(match, 0) || match.bound[1 - side] == unbound) continue;
      const Label other_end = match.bound[1 - side];
      const PolynomialTerm rest = without(term, match.taken, lead);
      Labels inner(match.bound.begin() + 2, match.bound.end());
      for (const auto& [key, other] : atom.argument.terms) {
        if (key == atom.lead) continue;
        PolynomialTerm both{-rest.coefficient * other.coefficient, rest.monomial};
        append(both.monomial, other.monomial, side == 0 ? Labels{shared, other_end} : Labels{other_end, shared});
        erase_labels(both.monomial, inner);
        more.push_back(std::move(both));
      }
      PolynomialTerm one = rest;
      one.monomial.factors[at] = {delta_atom, 1, {free, other_end}};
      inner.push_back(shared);
      erase_labels(one.monomial, inner);
      more.push_back(std::move(one));
      return true;
    }
  }
  return false;
}

}  // namespace gradwright::check
