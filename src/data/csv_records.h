// The grammar of CSV under csv.h and csv_columns.h: records, cells, and what a cell says.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "source/text.h"

namespace gradwright {

constexpr std::size_t max_csv_columns = std::size_t{1} << 20U;

/// The text between separators without spaces around, or between quotes with its doubled quotes still doubled.
struct Cell {
  std::string_view text;
  bool is_quoted = false;
};

/// What stopped a reading: `at` is the offset of the byte to blame.
struct Fault {
  std::size_t at;
  std::string_view what;
  std::string_view help;
};

constexpr std::string_view open_quote = "a quote that is never closed";

/// Reads records one after another; a blank line is an empty record.
class RecordReader {
 public:
  RecordReader(std::string_view bytes, char separator, std::size_t at = 0)
      : bytes_(bytes), separator_(separator), at_(at) {}

  [[nodiscard]] bool is_at_end() const { return at_ == bytes_.size(); }
  [[nodiscard]] std::size_t at() const { return at_; }
  /// Whether what was read, or the fault of it, may come from a cut: of bytes that others follow.
  [[nodiscard]] bool may_be_cut(const tl::expected<void, Fault>& done) const {
    return done ? is_at_end() : done.error().what == open_quote;
  }

  [[nodiscard]] tl::expected<void, Fault> read(std::vector<Cell>& cells) {
    cells.clear();
    while (true) {
      const std::size_t begin = at_;
      if (cells.size() == max_csv_columns)
        return tl::unexpected(
            Fault{begin, "more cells in a line than can be", "a line ends at its line break; is one missing?"});
      skip_blanks();
      if (!is_at_end() && bytes_[at_] == '"') {
        if (auto cell = quoted_cell())
          cells.push_back(*cell);
        else
          return tl::unexpected(cell.error());
      } else {
        cells.push_back({plain_cell(begin), false});
      }
      if (is_at_end() || bytes_[at_] != separator_) break;
      ++at_;
    }
    if (cells.size() == 1 && cells[0].text.empty() && !cells[0].is_quoted) cells.clear();
    skip_line_break();
    return {};
  }

 private:
  [[nodiscard]] bool is_blank(char c) const { return (c == ' ' || c == '\t') && c != separator_; }
  [[nodiscard]] bool ends_cell(char c) const { return c == separator_ || c == '\n' || c == '\r'; }

  void skip_blanks() {
    while (!is_at_end() && is_blank(bytes_[at_])) ++at_;
  }

  void skip_line_break() {
    if (bytes_.substr(at_).starts_with("\r\n"))
      at_ += 2;
    else if (!is_at_end())
      ++at_;
  }

  std::string_view plain_cell(std::size_t begin) {
    while (!is_at_end() && !ends_cell(bytes_[at_])) ++at_;
    std::string_view text = bytes_.substr(begin, at_ - begin);
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
  }

  tl::expected<Cell, Fault> quoted_cell() {
    const std::size_t begin = at_++;
    while (true) {
      const std::size_t quote = bytes_.find('"', at_);
      if (quote == std::string_view::npos)
        return tl::unexpected(Fault{begin, open_quote, "close it, or write a quote within a cell twice"});
      at_ = quote + 1;
      if (is_at_end() || bytes_[at_] != '"') break;
      ++at_;
    }
    const Cell cell{bytes_.substr(begin + 1, at_ - begin - 2), true};
    skip_blanks();
    if (!is_at_end() && !ends_cell(bytes_[at_]))
      return tl::unexpected(Fault{at_, "text after a closing quote", "write a quote within a cell twice"});
    return cell;
  }

  std::string_view bytes_;
  char separator_;
  std::size_t at_;
};

enum class Reading { number, not_finite, not_a_number };

/// `value` is set where it is a number.
[[nodiscard]] Reading reading(std::string_view text, double& value);
/// Empty, NA, null, ?, …: a cell that says nothing.
[[nodiscard]] bool is_missing(std::string_view text);
/// Whether a first record names the columns: it holds a text, and its numbers, if any, are ascending whole numbers.
[[nodiscard]] bool is_header(const std::vector<Cell>& cells);
/// The separator that cuts the first records into equally many cells. Where more bytes `follow`, the last record may be cut; nothing
/// where the first records may go on behind these bytes.
[[nodiscard]] std::optional<char> separator_of(std::string_view bytes, bool follow = false);
/// UTF-8 without a zero byte: fit for a name.
[[nodiscard]] bool is_name(std::string_view text);
[[nodiscard]] Place place_of(std::string_view bytes, std::size_t at);
/// The text of a cell, doubled quotes made single.
[[nodiscard]] std::string unescaped(const Cell& cell);

}  // namespace gradwright
