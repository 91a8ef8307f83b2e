// Polynomials over tensors, in index notation: Σ coefficient · Σ_{summed labels} Π atom[labels]^exponent.
// One polynomial is one value: summed labels are numbered canonically, factors sorted, equal terms merged; so equal maps are equal values.
// An atom is what is not opened further: an input, exp of a monomial, 1/P of a polynomial P … (normal.h).
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/rational.h"
#include "ir/expr.h"

namespace gradwright::check {

using AtomId = std::uint32_t;
constexpr AtomId delta_atom = 0;  ///< δ[i,j] between two axes

struct Power {
  AtomId atom = 0;
  Rational exponent = 1;
  Labels labels;
};

/// Labels below the number of axes are axes, the others are summed. `dims` has one extent a label.
struct Monomial {
  std::vector<Power> factors;
  Shape dims;
};

struct PolynomialTerm {
  Rational coefficient;
  Monomial monomial;
};

using TermKey = std::vector<std::uint32_t>;

struct Polynomial {
  Shape axes;
  std::map<TermKey, PolynomialTerm> terms;
  [[nodiscard]] bool is_zero() const { return terms.empty(); }
};

/// Numbers the summed labels canonically, drops those that are not used, sorts the factors. `symmetric` says whose two labels may be
/// swapped. The key tells monomials apart.
[[nodiscard]] TermKey canonical_key(Monomial&, std::size_t axes, const std::vector<bool>& symmetric);
/// Adds a term whose monomial is canonical.
void add_term(Polynomial&, TermKey, PolynomialTerm);
/// The whole polynomial as one key.
[[nodiscard]] TermKey polynomial_key(const Polynomial&);
/// Whether all coefficients and exponents fit 64 bits. What does not is equal to nothing, though its 0/0 looks like another's.
[[nodiscard]] bool is_exact(const Polynomial&);
/// The coefficient of least size, + before −: a factor that does not depend on the order of axes. Not for zero.
[[nodiscard]] Rational scale_of(const Polynomial&);
/// Multiplies `into` by `what`: axis a of it becomes label places[a], its summed labels are new ones.
void append(Monomial& into, const Monomial& what, const Labels& places);
/// Takes summed labels, over which no factor runs any more, out of a monomial.
void erase_labels(Monomial&, Labels gone);
[[nodiscard]] bool runs_over(const Monomial&, Label);

}  // namespace gradwright::check
