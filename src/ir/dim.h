// Dim: the extent of an axis, an interned polynomial in dimension symbols with integer coefficients.
// Equal polynomials have equal ids, so `==` decides equality. Symbols are rigid: `n` and `d` differ until a
// `dim` line says otherwise; that line is kept as the reason of the equality.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "source/text.h"

namespace gradwright {

struct DimTag;
using Dim = Id<DimTag>;
struct DimSymbolTag;
using DimSymbol = Id<DimSymbolTag>;
using Shape = std::vector<Dim>;

/// Why a symbol equals a polynomial: the `dim` line that says so.
struct DimEquality {
  DimSymbol symbol;
  Dim value;
  Span reason;
};

/// Values of dimension symbols, by name.
using DimValues = std::map<std::string, std::int64_t, std::less<>>;

class DimTable {
 public:
  /// symbols of one monomial, ascending, with repetition; its coefficient stands beside it.
  using Monomial = std::vector<DimSymbol>;
  using Polynomial = std::map<Monomial, std::int64_t>;

  DimTable();
  [[nodiscard]] Dim constant(std::int64_t value);
  /// The symbol as a polynomial; a symbol that a `dim` line defined is replaced by its definition.
  [[nodiscard]] Dim symbol(std::string_view name, Span first_use = {});
  [[nodiscard]] Dim sum(Dim a, Dim b, std::int64_t factor_of_b = 1);
  [[nodiscard]] Dim product(Dim a, Dim b);
  /// The product, or nothing when a coefficient does not fit 64 bits.
  [[nodiscard]] std::optional<Dim> exact_product(Dim a, Dim b);
  /// The Dim of a polynomial over free symbols.
  [[nodiscard]] Dim interned(Polynomial);
  /// A hash of the polynomial by the names of its symbols: the same in every table.
  [[nodiscard]] std::uint64_t fingerprint(Dim dim) const { return fingerprints_[dim.index()]; }
  /// Says name = value from here on. False when the name already has a different definition or would define itself.
  [[nodiscard]] bool define(std::string_view name, Dim value, Span reason);

  /// What a reading takes for granted where it may hold: of `x[1:m]` for x of n entries, n − m is at least 0.
  void assume_nonnegative(Dim dim) { assumed_nonnegative_.push_back(dim); }
  [[nodiscard]] const std::vector<Dim>& assumed_nonnegative() const { return assumed_nonnegative_; }

  [[nodiscard]] std::optional<std::int64_t> constant_value(Dim) const;
  [[nodiscard]] bool is_one(Dim dim) const { return dim == one_; }
  [[nodiscard]] Dim one() const { return one_; }
  /// `n`, `2*d + 1`; a polynomial that has a name by a `dim` line is written by that name.
  [[nodiscard]] std::string to_string(Dim) const;
  [[nodiscard]] const Polynomial& polynomial(Dim dim) const { return polynomials_[dim.index()]; }
  [[nodiscard]] const std::string& symbol_name(DimSymbol symbol) const { return names_[symbol.index()]; }
  /// Where the symbol was first written.
  [[nodiscard]] Span first_use(DimSymbol symbol) const { return first_uses_[symbol.index()]; }
  [[nodiscard]] const std::vector<DimEquality>& equalities() const { return equalities_; }
  /// All free symbols, in the order of their first use.
  [[nodiscard]] std::vector<std::string> symbols() const;
  [[nodiscard]] bool has_symbol(std::string_view name) const {
    return by_name_.find(std::string(name)) != by_name_.end();
  }
  /// Its value; nothing when a symbol has none, or on overflow.
  [[nodiscard]] std::optional<std::int64_t> value(Dim, const DimValues&) const;

 private:
  [[nodiscard]] std::uint64_t fingerprint_of(const Polynomial&) const;
  std::vector<Polynomial> polynomials_;
  std::vector<std::uint64_t> fingerprints_;
  std::map<Polynomial, Dim> ids_;
  std::vector<std::string> names_;
  std::vector<Span> first_uses_;
  std::unordered_map<std::string, DimSymbol> by_name_;
  std::unordered_map<std::uint32_t, Dim> definitions_;      // by symbol
  std::unordered_map<std::uint32_t, std::string> aliases_;  // by dim
  std::vector<DimEquality> equalities_;
  std::vector<Dim> assumed_nonnegative_;
  Dim one_;
};

}  // namespace gradwright
