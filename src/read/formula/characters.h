// Characters of a worksheet: code points, what names are made of, and what a line looks like before it is cut into tokens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gradwright::formula {

/// A code point at an offset of UTF-8 text; length 0 where it is malformed.
struct CodePoint {
  char32_t value = 0;
  std::uint32_t length = 0;
};
[[nodiscard]] CodePoint code_point_at(std::string_view text, std::size_t offset);

[[nodiscard]] bool begins_name(char32_t);
[[nodiscard]] bool continues_name(char32_t);
/// '2' of ², '2' of ₂.
[[nodiscard]] std::optional<char> superscript_digit(char32_t);
[[nodiscard]] std::optional<char> subscript_digit(char32_t);
constexpr char32_t superscript_minus = 0x207B;
/// Hyphens, dashes and U+2212: what people type, paste or have typeset for a minus.
[[nodiscard]] bool is_dash(char32_t);

/// `3,2` of `3x2`, `h,d` of `hxd`: sizes parted by an x, as people write them; empty where it is something else.
[[nodiscard]] std::string parted_sizes(std::string_view text);
/// Two words side by side, as in no formula.
[[nodiscard]] bool is_prose(std::string_view words);
/// An unindented line that looks like `name =`, `name :` or a keyword: a forgotten bracket must not swallow it.
[[nodiscard]] bool begins_statement(std::string_view source, std::size_t line);

}  // namespace gradwright::formula
