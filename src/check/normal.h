// The normal form of an expression: one polynomial (check/polynomial.h) for all ways to write the same value that rest on
//   the ring laws, sums and their names, δ, a^p·a^q, exp(a + b), 1/(1 + e^z) for every sigmoid and tanh, log of products,
//   relu(z) = z·step(z), P·P⁻¹ = 1, inv(A)·A = I, and the facts of inputs (symmetric, ±1, 0/1, one-hot, Σ = 1).
// Exact rational arithmetic. It gives up (no form) where a product explodes; two expressions of equal form are equal.
// normal.cpp opens the kinds of nodes, normal_functions.cpp the elementwise functions, normal_reduce.cpp applies the relations.
#pragma once

#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "check/polynomial.h"
#include "ir/pool.h"

namespace gradwright::check {

/// Of the search for leads in terms, a formula: many factors of one kind can be paired in exponentially many ways.
constexpr std::size_t most_tries = 1'000'000;

class NormalForms {
 public:
  explicit NormalForms(Pool& pool);
  /// Null where it gave up.
  [[nodiscard]] const Polynomial* form(Expr);
  /// The same form, or the same once what stands under fractions is multiplied in: (1 − p/(p + u))/u is 1/(p + u).
  [[nodiscard]] bool are_equal(const Polynomial&, const Polynomial&);

 private:
  enum class AtomKind : std::uint8_t { delta, input, size, exponential, root, function, inverse, opaque };
  struct Atom {
    AtomKind kind = AtomKind::opaque;
    Function function = Function::exp;
    Expr input;
    Shape dims;
    Polynomial argument;  ///< of exponential, root (its base), function, inverse
    TermKey lead;         ///< of root and inverse: the term that its relation replaces
    bool is_positive = false;
  };
  /// An atom and the axes of the asked shape that it runs over.
  struct Placed {
    AtomId atom = 0;
    Labels axes;
  };
  using MaybePolynomial = std::optional<Polynomial>;

  // normal.cpp
  [[nodiscard]] MaybePolynomial opened(Expr);
  [[nodiscard]] MaybePolynomial einsum(Expr);
  [[nodiscard]] MaybePolynomial added(Expr);
  [[nodiscard]] MaybePolynomial moved(Expr);
  [[nodiscard]] MaybePolynomial matrix(Expr);
  [[nodiscard]] MaybePolynomial opaque(Expr);
  [[nodiscard]] MaybePolynomial quotient_of_others(Expr);
  [[nodiscard]] bool has_zeros(Expr) const;  ///< entries that are 0, at random points
  [[nodiscard]] AtomId atom_for(TermKey key, Atom atom);
  [[nodiscard]] Placed placed(std::uint32_t tag, Atom atom, const Polynomial& argument);
  [[nodiscard]] Polynomial size_of(Dim);
  [[nodiscard]] Polynomial monomial_of(const Shape& axes, std::vector<Power> factors, Rational coefficient = 1);
  [[nodiscard]] const Polynomial& of(Expr e) const { return forms_.at(e); }

  // normal_functions.cpp: all of one shape, entry by entry
  [[nodiscard]] MaybePolynomial mapped(Expr);
  [[nodiscard]] MaybePolynomial exponential(const Polynomial&);
  [[nodiscard]] MaybePolynomial logarithm(const Polynomial&);
  [[nodiscard]] MaybePolynomial power(const Polynomial&, Rational exponent);
  [[nodiscard]] MaybePolynomial sigmoid(const Polynomial&);
  [[nodiscard]] MaybePolynomial step(const Polynomial&);
  [[nodiscard]] Polynomial called(Function, const Polynomial&);
  [[nodiscard]] MaybePolynomial odd(Function, const Polynomial&);
  [[nodiscard]] Polynomial constant(const Shape&, Rational);
  [[nodiscard]] MaybePolynomial product(const Polynomial&, const Polynomial&);
  [[nodiscard]] Polynomial sum(const Polynomial&, const Polynomial&, Rational factor = 1);
  [[nodiscard]] MaybePolynomial whole_power(const Polynomial&, std::int64_t);
  /// The least exponents of the factors that stand entry by entry, where they are not 0; `below`: of those under a fraction.
  [[nodiscard]] std::vector<Power> least_powers(const Polynomial&, bool below, bool only_positive) const;
  [[nodiscard]] bool divide(Polynomial&, const std::vector<Power>& by);
  /// Takes 1/(…) that stand entry by entry in every term out of a polynomial, and what all terms share: P = content · rest.
  [[nodiscard]] bool split_content(Polynomial& rest, std::vector<Power>& content, bool only_positive);
  [[nodiscard]] bool is_positive(const Polynomial&) const;
  /// Of 0 and 1, entry by entry.
  [[nodiscard]] bool is_step(const Power&, std::size_t axes) const;

  // normal_reduce.cpp
  /// Applies all relations to a sum of raw terms.
  [[nodiscard]] bool settle(std::vector<PolynomialTerm> work, Polynomial& out);
  void tidy(Monomial&, std::size_t axes) const;
  void merge_factors(Monomial&) const;
  [[nodiscard]] bool applied_fact(Monomial&, std::size_t axes) const;
  [[nodiscard]] bool applied_pair(Monomial&, std::size_t axes) const;
  [[nodiscard]] bool rewritten(const PolynomialTerm&, std::size_t axes, std::vector<PolynomialTerm>& more);
  void expand(const PolynomialTerm&, std::size_t at, const Polynomial& by, const Labels& places,
              std::vector<PolynomialTerm>& more) const;

  // normal_match.cpp: P·P⁻¹ = 1 and inv(A)·A = I, where the lead of P or A is a part of the term
  struct Match;
  [[nodiscard]] bool matches(Match&, std::size_t at) const;
  [[nodiscard]] bool cancelled_root(const PolynomialTerm&, std::size_t at, std::size_t axes,
                                    std::vector<PolynomialTerm>& more) const;
  [[nodiscard]] bool raised_root(const PolynomialTerm&, std::size_t at, std::vector<PolynomialTerm>& more) const;
  [[nodiscard]] bool cancelled_inverse(const PolynomialTerm&, std::size_t at, std::size_t axes,
                                       std::vector<PolynomialTerm>& more) const;
  /// How much a term weighs: sizes are units, δ is never a lead.
  [[nodiscard]] Rational degree(const PolynomialTerm&) const;

  Pool& pool_;
  std::deque<Atom> atoms_;
  std::vector<bool> symmetric_;
  std::map<TermKey, AtomId> atom_ids_;
  std::unordered_map<Expr, Polynomial> forms_;
  std::size_t work_ = 0;
  mutable std::size_t tries_ = 0;  ///< of the search for a lead in a term, which may backtrack
};

}  // namespace gradwright::check
