#include "source/text.h"

#include <algorithm>

namespace gradwright {
namespace {

/// Length in bytes of the character at `at`, and its code point; malformed bytes stand for themselves.
std::pair<std::size_t, char32_t> character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char head = byte(at);
  const std::size_t length = head < 0x80                   ? 1
                             : head >= 0xc2 && head < 0xe0 ? 2
                             : head >= 0xe0 && head < 0xf0 ? 3
                             : head >= 0xf0 && head < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || at + length > text.size()) return {1, 0xfffd};
  if (length == 1) return {1, head};
  char32_t point = head & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80) return {1, 0xfffd};
    point = (point << 6) | (byte(at + i) & 0x3fU);
  }
  return {length, point};
}

std::size_t width_of(char32_t point) {
  const auto within = [point](char32_t low, char32_t high) { return point >= low && point <= high; };
  if (within(0x300, 0x36f) || within(0x200b, 0x200f) || within(0x20d0, 0x20ff) || within(0xfe00, 0xfe0f)) return 0;
  if (within(0x1100, 0x115f) || within(0x2e80, 0xa4cf) || within(0xac00, 0xd7a3) || within(0xf900, 0xfaff) ||
      within(0xfe30, 0xfe6f) || within(0xff00, 0xff60) || within(0x1f300, 0x1faff) || within(0x20000, 0x3fffd)) {
    return 2;
  }
  return 1;
}

}  // namespace

Span joined(Span a, Span b) { return {std::min(a.begin, b.begin), std::max(a.end, b.end)}; }

Text::Text(std::string name, std::string content) : name_(std::move(name)), content_(std::move(content)) {
  line_begins_.push_back(0);
  for (std::size_t i = 0; i < content_.size(); ++i) {
    if (content_[i] == '\n') line_begins_.push_back(static_cast<std::uint32_t>(i + 1));
  }
}

std::string_view Text::slice(Span span) const {
  const std::size_t begin = std::min<std::size_t>(span.begin, content_.size());
  const std::size_t end = std::clamp<std::size_t>(span.end, begin, content_.size());
  return std::string_view(content_).substr(begin, end - begin);
}

Place Text::place(std::uint32_t offset) const {
  offset = std::min(offset, static_cast<std::uint32_t>(content_.size()));
  const auto after = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
  const auto line = static_cast<std::size_t>(after - line_begins_.begin());
  Place place{line, 1};
  for (std::size_t at = line_begins_[line - 1]; at < offset; at += character_at(content_, at).first) ++place.column;
  return place;
}

std::string_view Text::line(std::size_t number) const {
  if (number == 0 || number > line_begins_.size()) return {};
  const std::size_t begin = line_begins_[number - 1];
  std::size_t end = number < line_begins_.size() ? line_begins_[number] - 1 : content_.size();
  if (end > begin && content_[end - 1] == '\r') --end;
  return std::string_view(content_).substr(begin, end - begin);
}

std::uint32_t Text::line_begin(std::size_t number) const {
  if (number == 0 || number > line_begins_.size()) return static_cast<std::uint32_t>(content_.size());
  return line_begins_[number - 1];
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto [length, point] = character_at(text, at);
    width += width_of(point);
    at += length;
  }
  return width;
}

}  // namespace gradwright
