#include "present/spelling.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <utility>

namespace gradwright::view {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 33> greek{{
    {"alpha", "α"}, {"beta", "β"}, {"gamma", "γ"}, {"delta", "δ"}, {"epsilon", "ε"}, {"zeta", "ζ"}, {"eta", "η"},
    {"theta", "θ"}, {"iota", "ι"}, {"kappa", "κ"}, {"lambda", "λ"}, {"mu", "μ"}, {"nu", "ν"}, {"xi", "ξ"},
    {"pi", "π"}, {"rho", "ρ"}, {"sigma", "σ"}, {"tau", "τ"}, {"upsilon", "υ"}, {"phi", "φ"}, {"chi", "χ"},
    {"psi", "ψ"}, {"omega", "ω"}, {"Gamma", "Γ"}, {"Delta", "Δ"}, {"Theta", "Θ"}, {"Lambda", "Λ"}, {"Xi", "Ξ"},
    {"Sigma", "Σ"}, {"Phi", "Φ"}, {"Psi", "Ψ"}, {"Omega", "Ω"}, {"Pi", "Π"},
}};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// A name cut into a stem, the digits behind it and what follows the first `_`.
struct Cut {
  std::string_view stem, digits, rest;
};
Cut cut(std::string_view name) {
  Cut parts;
  if (const std::size_t bar = name.find('_'); bar != std::string_view::npos && bar > 0 && bar + 1 < name.size()) {
    parts.rest = name.substr(bar + 1);
    name = name.substr(0, bar);
  }
  std::size_t end = name.size();
  while (end > 1 && is_digit(name[end - 1])) --end;
  parts.stem = name.substr(0, end);
  parts.digits = name.substr(end);
  return parts;
}

std::string subscript(std::string_view digits) {
  static constexpr std::array<std::string_view, 10> low{"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"};
  std::string text;
  for (const char c : digits) text += low[static_cast<std::size_t>(c - '0')];
  return text;
}

/// What stands behind `@`: the layer l, or so many above or below it.
struct Layer {
  std::string_view name;
  std::optional<long> offset;
};
Layer layer_of(std::string_view name) {
  const std::size_t at = name.find('@');
  if (at == std::string_view::npos) return {name, std::nullopt};
  return {name.substr(0, at), std::strtol(std::string(name.substr(at + 1)).c_str(), nullptr, 10)};
}
std::string layer_text(long offset) { return offset == 0 ? "l" : offset > 0 ? "l+" + std::to_string(offset) : "l" + std::to_string(offset); }

std::string latex_stem(std::string_view stem) {
  for (const auto& [word, letter] : greek) {
    if (word == stem || letter == stem) return "\\" + std::string(word);
  }
  const bool one_letter = stem.size() == 1 || (static_cast<unsigned char>(stem[0]) >= 0x80 && stem.size() == 2);
  if (one_letter) return std::string(stem);
  std::string escaped;
  for (const char c : stem) escaped += c == '_' ? std::string("\\_") : std::string(1, c);
  return "\\mathrm{" + escaped + "}";
}

}  // namespace

std::string unicode_name(std::string_view name) {
  if (const Layer layer = layer_of(name); layer.offset) {
    const long size = *layer.offset < 0 ? -*layer.offset : *layer.offset;
    return unicode_name(layer.name) + "ₗ" + (size == 0 ? "" : (*layer.offset > 0 ? "₊" : "₋") + subscript(std::to_string(size)));
  }
  const Cut parts = cut(name);
  std::string text(parts.stem);
  for (const auto& [word, letter] : greek) {
    if (word == parts.stem) text = letter;
  }
  text += subscript(parts.digits);
  if (parts.rest.empty()) return text;
  if (std::all_of(parts.rest.begin(), parts.rest.end(), is_digit) && parts.digits.empty()) return text + subscript(parts.rest);
  return text + "_" + unicode_name(parts.rest);
}

SpelledName spelled_parts(std::string_view name) {
  if (const Layer layer = layer_of(name); layer.offset) return {unicode_name(layer.name), layer_text(*layer.offset)};
  const Cut parts = cut(name);
  SpelledName spelled{unicode_name(parts.stem), std::string(parts.digits)};
  if (!parts.rest.empty()) spelled.below += (spelled.below.empty() ? "" : ",") + unicode_name(parts.rest);
  return spelled;
}

std::string latex_name(std::string_view name) {
  if (const Layer layer = layer_of(name); layer.offset) return latex_name(layer.name) + "_{" + layer_text(*layer.offset) + "}";
  const Cut parts = cut(name);
  const std::string stem = latex_stem(parts.stem);
  if (parts.rest.empty()) return parts.digits.empty() ? stem : stem + "_{" + std::string(parts.digits) + "}";
  const bool plain = std::all_of(parts.rest.begin(), parts.rest.end(), is_digit);
  const std::string rest = plain ? std::string(parts.rest) : latex_name(parts.rest);
  return stem + "_{" + std::string(parts.digits) + (parts.digits.empty() ? "" : ",") + rest + "}";
}

std::string superscript(std::string_view number) {
  static constexpr std::array<std::string_view, 10> high{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text;
  for (const char c : number) {
    if (c == '-') {
      text += "⁻";
    } else if (is_digit(c)) {
      text += high[static_cast<std::size_t>(c - '0')];
    } else {
      return {};
    }
  }
  return text;
}

}  // namespace gradwright::view
