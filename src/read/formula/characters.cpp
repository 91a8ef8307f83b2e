#include "read/formula/characters.h"

#include <algorithm>
#include <initializer_list>

namespace gradwright::formula {
namespace {

bool in_range(char32_t c, char32_t low, char32_t high) { return c >= low && c <= high; }
bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
bool is_ascii_letter(char c) {
  return in_range(static_cast<unsigned char>(c), 'a', 'z') || in_range(static_cast<unsigned char>(c), 'A', 'Z');
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return {};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::uint32_t length = first >= 0xF0 && first < 0xF5 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (length == 0 || first >= 0xF5 || offset + length > text.size()) return {};
  char32_t value = first & (0xFFU >> (length + 1));
  for (std::uint32_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  const char32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  if (value < least || value > 0x10FFFF || in_range(value, 0xD800, 0xDFFF)) return {};
  return {value, length};
}

bool begins_name(char32_t c) {
  if (c < 128) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  if (c == 0xD7 || c == 0xF7) return false;
  return c == 0xAA || c == 0xB5 || c == 0xBA || in_range(c, 0xC0, 0x24F) || in_range(c, 0x250, 0x2AF) ||
         in_range(c, 0x370, 0x3FF) || in_range(c, 0x400, 0x52F) || in_range(c, 0x1E00, 0x1FFF) ||
         in_range(c, 0x2100, 0x214F) || c == 0x2202 || c == 0x2207 || in_range(c, 0x4E00, 0x9FFF) ||
         in_range(c, 0x1D400, 0x1D7FF);
}
bool continues_name(char32_t c) {
  return begins_name(c) || in_range(c, '0', '9') || in_range(c, 0x300, 0x36F) || in_range(c, 0x2080, 0x208E) ||
         in_range(c, 0x2090, 0x209C) || in_range(c, 0x1D62, 0x1D6A);
}

std::optional<char> superscript_digit(char32_t c) {
  if (c == 0xB2) return '2';
  if (c == 0xB3) return '3';
  if (c == 0xB9) return '1';
  if (c == 0x2070 || in_range(c, 0x2074, 0x2079)) return static_cast<char>('0' + (c - 0x2070));
  return std::nullopt;
}
std::optional<char> subscript_digit(char32_t c) {
  if (!in_range(c, 0x2080, 0x2089)) return std::nullopt;
  return static_cast<char>('0' + (c - 0x2080));
}

bool is_dash(char32_t c) { return in_range(c, 0x2010, 0x2015) || c == 0x2212 || c == 0xFE63 || c == 0xFF0D; }

std::string parted_sizes(std::string_view text) {
  std::string parted;
  while (true) {
    const std::size_t cross = std::min(text.find('x'), text.size());
    const std::string_view part = text.substr(0, cross);
    const bool is_number = !part.empty() && std::all_of(part.begin(), part.end(), is_ascii_digit);
    const bool is_symbol =
        !part.empty() && !is_ascii_digit(part[0]) && part.find_first_of(".-+") == std::string_view::npos;
    if (!is_number && !is_symbol) return {};
    parted += part;
    if (cross == text.size()) return parted.find(',') == std::string::npos ? std::string() : parted;
    parted += ',';
    text.remove_prefix(cross + 1);
  }
}

bool is_prose(std::string_view words) {
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    if (words[i] == ' ' && is_ascii_letter(words[i - 1]) && is_ascii_letter(words[i + 1])) return true;
  }
  return false;
}

bool begins_statement(std::string_view source, std::size_t line) {
  const std::string_view rest = source.substr(line, std::min(source.find('\n', line), source.size()) - line);
  for (const std::string_view word :
       {"param ", "const ", "dim ", "derive ", "claim ", "layout ", "minimize ", "hessian "}) {
    if (rest.starts_with(word)) return true;
  }
  std::size_t end = 0;
  while (end < rest.size()) {
    const CodePoint point = code_point_at(rest, end);
    if (point.length == 0 || !(end == 0 ? begins_name(point.value) : continues_name(point.value))) break;
    end += point.length;
  }
  const std::size_t next = end == 0 ? std::string_view::npos : rest.find_first_not_of(" \t", end);
  if (next == std::string_view::npos) return false;
  return rest[next] == ':' || (rest[next] == '=' && !rest.substr(next).starts_with("=="));
}

}  // namespace gradwright::formula
