#include "ir/dim.h"

#include <algorithm>

#include "base/hash.h"

namespace gradwright {

DimTable::DimTable() { one_ = constant(1); }

Dim DimTable::interned(Polynomial polynomial) {
  std::erase_if(polynomial, [](const auto& term) { return term.second == 0; });
  if (const auto found = ids_.find(polynomial); found != ids_.end()) return found->second;
  const Dim id{static_cast<std::uint32_t>(polynomials_.size())};
  fingerprints_.push_back(fingerprint_of(polynomial));
  polynomials_.push_back(polynomial);
  ids_.emplace(std::move(polynomial), id);
  return id;
}

std::uint64_t DimTable::fingerprint_of(const Polynomial& polynomial) const {
  std::uint64_t total = 0;  // sums, so that neither the order of the terms nor that of the symbols matters
  for (const auto& [monomial, coefficient] : polynomial) {
    std::uint64_t symbols = 0;
    for (const DimSymbol symbol : monomial) symbols += mixed(3, std::hash<std::string>{}(names_[symbol.index()]));
    total += mixed(symbols, static_cast<std::uint64_t>(coefficient));
  }
  return total;
}

Dim DimTable::constant(std::int64_t value) { return interned(Polynomial{{Monomial{}, value}}); }

Dim DimTable::symbol(std::string_view name, Span first_use) {
  const auto [entry, is_new] =
      by_name_.try_emplace(std::string(name), DimSymbol{static_cast<std::uint32_t>(names_.size())});
  if (is_new) {
    names_.emplace_back(name);
    first_uses_.push_back(first_use);
  }
  if (const auto defined = definitions_.find(entry->second.value); defined != definitions_.end())
    return defined->second;
  return interned(Polynomial{{Monomial{entry->second}, 1}});
}

Dim DimTable::sum(Dim a, Dim b, std::int64_t factor_of_b) {
  Polynomial total = polynomial(a);
  for (const auto& [monomial, coefficient] : polynomial(b)) {
    std::int64_t scaled = 0;
    if (__builtin_mul_overflow(coefficient, factor_of_b, &scaled)) continue;
    std::int64_t& place = total[monomial];
    if (__builtin_add_overflow(place, scaled, &place)) place = 0;
  }
  return interned(std::move(total));
}

Dim DimTable::product(Dim a, Dim b) {
  Polynomial total;
  for (const auto& [left, x] : polynomial(a)) {
    for (const auto& [right, y] : polynomial(b)) {
      Monomial both = left;
      both.insert(both.end(), right.begin(), right.end());
      std::sort(both.begin(), both.end());
      std::int64_t scaled = 0;
      if (__builtin_mul_overflow(x, y, &scaled)) continue;
      std::int64_t& place = total[both];
      if (__builtin_add_overflow(place, scaled, &place)) place = 0;
    }
  }
  return interned(std::move(total));
}

std::optional<Dim> DimTable::exact_product(Dim a, Dim b) {
  Polynomial total;
  for (const auto& [left, x] : polynomial(a)) {
    for (const auto& [right, y] : polynomial(b)) {
      Monomial both = left;
      both.insert(both.end(), right.begin(), right.end());
      std::sort(both.begin(), both.end());
      std::int64_t scaled = 0;
      std::int64_t& place = total[both];
      if (__builtin_mul_overflow(x, y, &scaled) || __builtin_add_overflow(place, scaled, &place)) return std::nullopt;
    }
  }
  return interned(std::move(total));
}

bool DimTable::define(std::string_view name, Dim value, Span reason) {
  const auto [entry, is_new] =
      by_name_.try_emplace(std::string(name), DimSymbol{static_cast<std::uint32_t>(names_.size())});
  const DimSymbol symbol = entry->second;
  if (is_new) {
    names_.emplace_back(name);
    first_uses_.push_back(reason);
  }
  for (const auto& [monomial, coefficient] : polynomial(value)) {
    if (std::find(monomial.begin(), monomial.end(), symbol) != monomial.end()) return false;
  }
  if (const auto [known, added] = definitions_.emplace(symbol.value, value); !added) return known->second == value;
  if (!constant_value(value)) aliases_.emplace(value.value, std::string(name));
  equalities_.push_back({symbol, value, reason});
  return true;
}

std::optional<std::int64_t> DimTable::constant_value(Dim dim) const {
  const Polynomial& terms = polynomial(dim);
  if (terms.empty()) return 0;
  if (terms.size() == 1 && terms.begin()->first.empty()) return terms.begin()->second;
  return std::nullopt;
}

std::string DimTable::to_string(Dim dim) const {
  if (const auto alias = aliases_.find(dim.value); alias != aliases_.end()) return alias->second;
  const Polynomial& terms = polynomial(dim);
  if (terms.empty()) return "0";
  std::string text;
  const auto append = [&](const Monomial& monomial, std::int64_t coefficient) {
    if (text.empty()) {
      if (coefficient < 0) text += "-";
    } else {
      text += coefficient < 0 ? " - " : " + ";
    }
    const std::int64_t size = coefficient < 0 ? -coefficient : coefficient;
    std::string body = size != 1 || monomial.empty() ? std::to_string(size) : "";
    for (const DimSymbol symbol : monomial) body += (body.empty() ? "" : "*") + symbol_name(symbol);
    text += body;
  };
  for (const auto& [monomial, coefficient] : terms) {
    if (!monomial.empty() && coefficient > 0) append(monomial, coefficient);
  }
  for (const auto& [monomial, coefficient] : terms) {
    if (!monomial.empty() && coefficient < 0) append(monomial, coefficient);
  }
  if (const auto constant = terms.find(Monomial{}); constant != terms.end()) append(constant->first, constant->second);
  return text;
}

std::vector<std::string> DimTable::symbols() const {
  std::vector<std::string> free;
  for (std::uint32_t i = 0; i < names_.size(); ++i) {
    if (definitions_.find(i) == definitions_.end()) free.push_back(names_[i]);
  }
  return free;
}

std::optional<std::int64_t> DimTable::value(Dim dim, const DimValues& values) const {
  std::int64_t total = 0;
  for (const auto& [monomial, coefficient] : polynomial(dim)) {
    std::int64_t term = coefficient;
    for (const DimSymbol symbol : monomial) {
      const auto found = values.find(symbol_name(symbol));
      if (found == values.end() || __builtin_mul_overflow(term, found->second, &term)) return std::nullopt;
    }
    if (__builtin_add_overflow(total, term, &total)) return std::nullopt;
  }
  return total;
}

}  // namespace gradwright
