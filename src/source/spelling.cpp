#include "source/spelling.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace gradwright {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 33> greek{{
    {"alpha", "α"}, {"beta", "β"},  {"gamma", "γ"}, {"delta", "δ"},  {"epsilon", "ε"}, {"zeta", "ζ"},   {"eta", "η"},
    {"theta", "θ"}, {"iota", "ι"},  {"kappa", "κ"}, {"lambda", "λ"}, {"mu", "μ"},      {"nu", "ν"},     {"xi", "ξ"},
    {"pi", "π"},    {"rho", "ρ"},   {"sigma", "σ"}, {"tau", "τ"},    {"upsilon", "υ"}, {"phi", "φ"},    {"chi", "χ"},
    {"psi", "ψ"},   {"omega", "ω"}, {"Gamma", "Γ"}, {"Delta", "Δ"},  {"Theta", "Θ"},   {"Lambda", "Λ"}, {"Xi", "Ξ"},
    {"Sigma", "Σ"}, {"Phi", "Φ"},   {"Psi", "Ψ"},   {"Omega", "Ω"},  {"Pi", "Π"},
}};

bool is_subscripted(char c) { return c >= '0' && c <= '9'; }

}  // namespace

NameParts name_parts(std::string_view name) {
  NameParts parts;
  if (const std::size_t bar = name.find('_'); bar != std::string_view::npos && bar > 0 && bar + 1 < name.size()) {
    parts.rest = name.substr(bar + 1);
    name = name.substr(0, bar);
  }
  std::size_t end = name.size();
  while (end > 1 && is_subscripted(name[end - 1])) --end;
  parts.stem = name.substr(0, end);
  parts.digits = name.substr(end);
  return parts;
}

std::string_view greek_letter(std::string_view word) {
  const auto found = std::ranges::find(greek, word, [](const auto& row) { return row.first; });
  return found == greek.end() ? std::string_view() : found->second;
}

std::string_view greek_word(std::string_view letter) {
  const auto found = std::ranges::find(greek, letter, [](const auto& row) { return row.second; });
  return found == greek.end() ? std::string_view() : found->first;
}

std::string subscript(std::string_view digits) {
  static constexpr std::array<std::string_view, 10> low{"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"};
  std::string text;
  for (const char c : digits) text += low[static_cast<std::size_t>(c - '0')];
  return text;
}

std::string paper_name(std::string_view name) {
  const NameParts parts = name_parts(name);
  const std::string_view letter = greek_letter(parts.stem);
  const std::string text = std::string(letter.empty() ? parts.stem : letter) + subscript(parts.digits);
  if (parts.rest.empty()) return text;
  const bool is_number = parts.digits.empty() && std::all_of(parts.rest.begin(), parts.rest.end(), is_subscripted);
  return text + (is_number ? subscript(parts.rest) : "_" + paper_name(parts.rest));
}

std::string bytes_text(double bytes) {
  return bytes >= 1e9 ? fmt::format("{:.3g} GB", bytes / 1e9) : fmt::format("{:.3g} MB", bytes / 1e6);
}

}  // namespace gradwright
