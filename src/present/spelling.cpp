#include "present/spelling.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <optional>

#include "source/spelling.h"

namespace gradwright::view {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

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
std::string layer_text(long offset) {
  return offset == 0 ? "l" : offset > 0 ? "l+" + std::to_string(offset) : "l" + std::to_string(offset);
}

std::string latex_stem(std::string_view stem) {
  if (!greek_letter(stem).empty()) return "\\" + std::string(stem);
  if (const std::string_view word = greek_word(stem); !word.empty()) return "\\" + std::string(word);
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
    return unicode_name(layer.name) + "ₗ" +
           (size == 0 ? "" : (*layer.offset > 0 ? "₊" : "₋") + subscript(std::to_string(size)));
  }
  return paper_name(name);
}

SpelledName spelled_parts(std::string_view name) {
  if (const Layer layer = layer_of(name); layer.offset) return {unicode_name(layer.name), layer_text(*layer.offset)};
  const NameParts parts = name_parts(name);
  SpelledName spelled{unicode_name(parts.stem), std::string(parts.digits)};
  if (!parts.rest.empty()) spelled.below += (spelled.below.empty() ? "" : ",") + unicode_name(parts.rest);
  return spelled;
}

std::string latex_name(std::string_view name) {
  if (const Layer layer = layer_of(name); layer.offset)
    return latex_name(layer.name) + "_{" + layer_text(*layer.offset) + "}";
  const NameParts parts = name_parts(name);
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
