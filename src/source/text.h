// Text: one source file with its lines. Span: a piece of it, in bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gradwright {

/// Half-open range of byte offsets into one Text.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  [[nodiscard]] bool is_empty() const { return begin >= end; }
  friend bool operator==(const Span&, const Span&) = default;
};

/// The smallest span that covers both.
[[nodiscard]] Span joined(Span a, Span b);

/// A place as people count it: line from 1, column from 1 in characters (code points).
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
};

class Text {
 public:
  Text(std::string name, std::string content);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& content() const { return content_; }
  [[nodiscard]] std::string_view slice(Span span) const;
  [[nodiscard]] Place place(std::uint32_t offset) const;
  /// The text of a line (from 1) without its end; empty past the last line.
  [[nodiscard]] std::string_view line(std::size_t number) const;
  /// Byte offset at which a line (from 1) begins.
  [[nodiscard]] std::uint32_t line_begin(std::size_t number) const;
  [[nodiscard]] std::size_t line_count() const { return line_begins_.size(); }

 private:
  std::string name_;
  std::string content_;
  std::vector<std::uint32_t> line_begins_;
};

/// Columns a terminal needs for UTF-8 text: combining marks 0, wide characters 2, malformed bytes 1 each.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace gradwright
