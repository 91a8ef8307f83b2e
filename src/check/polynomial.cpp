// Canonical numbering of summed labels: colours refined by neighbourhood, ties broken one at a time (McKay 1981, without backtracking:
// a tie broken badly leaves two equal monomials apart, it never joins two different ones).
#include "check/polynomial.h"

#include <algorithm>
#include <tuple>

#include "base/hash.h"

namespace gradwright::check {
namespace {

using Colours = std::vector<std::uint64_t>;

std::uint64_t hash_of(const Rational& r) {
  return mixed(static_cast<std::uint64_t>(r.num()), static_cast<std::uint64_t>(r.den()));
}

void refine(const Monomial& m, Colours& colours, const std::vector<bool>& symmetric, std::size_t rounds) {
  for (std::size_t round = 0; round < rounds; ++round) {
    Colours next = colours;
    for (const Power& factor : m.factors) {
      const bool is_symmetric = factor.atom < symmetric.size() && symmetric[factor.atom];
      std::uint64_t all = mixed(factor.atom, hash_of(factor.exponent));
      std::uint64_t sum = 0;
      for (const Label label : factor.labels) {
        if (is_symmetric)
          sum += mixed(colours[label], 7);
        else
          all = mixed(all, colours[label]);
      }
      all = mixed(all, sum);
      for (std::size_t place = 0; place < factor.labels.size(); ++place)
        next[factor.labels[place]] += mixed(all, is_symmetric ? 0 : place + 1);
    }
    colours = std::move(next);
  }
}

}  // namespace

TermKey canonical_key(Monomial& m, std::size_t axes, const std::vector<bool>& symmetric) {
  std::vector<bool> used(m.dims.size(), false);
  for (const Power& factor : m.factors)
    for (const Label label : factor.labels) used[label] = true;
  std::vector<Label> summed;
  Colours colours(m.dims.size());
  for (std::size_t label = 0; label < m.dims.size(); ++label) {
    colours[label] = label < axes ? mixed(label, 11) : mixed(m.dims[label].value, 13);
    if (label >= axes && used[label]) summed.push_back(static_cast<Label>(label));
  }
  const std::size_t rounds = std::min<std::size_t>(summed.size() + 1, 6);
  if (!summed.empty()) refine(m, colours, symmetric, rounds);
  const auto by_colour = [&](Label a, Label b) { return colours[a] < colours[b]; };
  for (std::uint64_t tie = 1;; ++tie) {
    std::sort(summed.begin(), summed.end(), by_colour);
    const auto twin =
        std::adjacent_find(summed.begin(), summed.end(), [&](Label a, Label b) { return colours[a] == colours[b]; });
    if (twin == summed.end()) break;
    colours[*twin] = mixed(colours[*twin], tie);
    refine(m, colours, symmetric, rounds);
  }
  Labels names(m.dims.size(), 0);
  Shape dims(m.dims.begin(), m.dims.begin() + static_cast<std::ptrdiff_t>(axes));
  for (std::size_t axis = 0; axis < axes; ++axis) names[axis] = static_cast<Label>(axis);
  for (const Label label : summed) {
    names[label] = static_cast<Label>(dims.size());
    dims.push_back(m.dims[label]);
  }
  m.dims = std::move(dims);
  for (Power& factor : m.factors) {
    for (Label& label : factor.labels) label = names[label];
    if (factor.atom < symmetric.size() && symmetric[factor.atom]) std::sort(factor.labels.begin(), factor.labels.end());
  }
  std::sort(m.factors.begin(), m.factors.end(), [](const Power& a, const Power& b) {
    return std::tuple(a.atom, a.exponent.num(), a.exponent.den(), a.labels) <
           std::tuple(b.atom, b.exponent.num(), b.exponent.den(), b.labels);
  });
  TermKey key;
  for (const Power& factor : m.factors) {
    key.push_back(factor.atom);
    key.push_back(static_cast<std::uint32_t>(factor.exponent.num()));
    key.push_back(static_cast<std::uint32_t>(factor.exponent.den()));
    for (const Label label : factor.labels) key.push_back(label);
  }
  return key;
}

void add_term(Polynomial& p, TermKey key, PolynomialTerm term) {
  if (term.coefficient.is_zero()) return;
  const auto [found, is_new] = p.terms.try_emplace(std::move(key), term);
  if (is_new) return;
  found->second.coefficient = found->second.coefficient + term.coefficient;
  if (found->second.coefficient.is_zero()) p.terms.erase(found);
}

TermKey polynomial_key(const Polynomial& p) {
  TermKey key{static_cast<std::uint32_t>(p.axes.size())};
  for (const Dim dim : p.axes) key.push_back(dim.value);
  for (const auto& [own, term] : p.terms) {
    for (const std::int64_t part : {term.coefficient.num(), term.coefficient.den()}) {
      key.push_back(static_cast<std::uint32_t>(static_cast<std::uint64_t>(part)));
      key.push_back(static_cast<std::uint32_t>(static_cast<std::uint64_t>(part) >> 32U));
    }
    key.push_back(static_cast<std::uint32_t>(own.size()));
    key.insert(key.end(), own.begin(), own.end());
  }
  return key;
}

bool is_exact(const Polynomial& p) {
  return std::none_of(p.terms.begin(), p.terms.end(), [](const auto& entry) {
    const PolynomialTerm& term = entry.second;
    const auto& factors = term.monomial.factors;
    return term.coefficient.overflowed() || std::any_of(factors.begin(), factors.end(), [](const Power& factor) {
             return factor.exponent.overflowed();
           });
  });
}

Rational scale_of(const Polynomial& p) {
  const auto size = [](Rational r) { return r.is_negative() ? -r : r; };
  Rational least = 0;
  for (const auto& [key, term] : p.terms) {
    if (least.is_zero() || size(term.coefficient) < size(least)) least = term.coefficient;
    if (term.coefficient == -least && least.is_negative()) least = -least;
  }
  return least;
}

void append(Monomial& into, const Monomial& what, const Labels& places) {
  Labels names = places;
  for (std::size_t label = places.size(); label < what.dims.size(); ++label) {
    names.push_back(static_cast<Label>(into.dims.size()));
    into.dims.push_back(what.dims[label]);
  }
  for (const Power& factor : what.factors) {
    Power moved{factor.atom, factor.exponent, {}};
    for (const Label label : factor.labels) moved.labels.push_back(names[label]);
    into.factors.push_back(std::move(moved));
  }
}

void erase_labels(Monomial& m, Labels gone) {
  std::sort(gone.begin(), gone.end());
  gone.erase(std::unique(gone.begin(), gone.end()), gone.end());
  for (auto label = gone.rbegin(); label != gone.rend(); ++label) {
    m.dims.erase(m.dims.begin() + *label);
    for (Power& factor : m.factors) {
      for (Label& own : factor.labels) own = own > *label ? static_cast<Label>(own - 1) : own;
    }
  }
}

bool runs_over(const Monomial& m, Label label) {
  return std::any_of(m.factors.begin(), m.factors.end(), [&](const Power& factor) {
    return std::find(factor.labels.begin(), factor.labels.end(), label) != factor.labels.end();
  });
}

}  // namespace gradwright::check
