#include "data/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace gradwright {
namespace {

constexpr std::size_t max_columns = std::size_t{1} << 20U;
constexpr std::size_t sampled_records = 20;

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

/// Reads records one after another; a blank line is an empty record.
class RecordReader {
 public:
  RecordReader(std::string_view bytes, char separator) : bytes_(bytes), separator_(separator) {}

  [[nodiscard]] bool is_at_end() const { return at_ == bytes_.size(); }
  [[nodiscard]] std::size_t at() const { return at_; }

  [[nodiscard]] tl::expected<void, Fault> read(std::vector<Cell>& cells) {
    cells.clear();
    while (true) {
      const std::size_t begin = at_;
      if (cells.size() == max_columns)
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
        return tl::unexpected(
            Fault{begin, "a quote that is never closed", "close it, or write a quote within a cell twice"});
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
  std::size_t at_ = 0;
};

enum class Reading { number, not_finite, not_a_number };

/// Whether a decimal that does not fit a double is too large, rather than too small, for it.
bool is_beyond(std::string_view decimal) {
  const std::size_t mark = decimal.find_first_of("eE");
  const std::string_view mantissa = decimal.substr(0, mark);
  std::int64_t exponent = 0;
  if (mark != std::string_view::npos) {
    std::string_view text = decimal.substr(mark + 1);
    const bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (error != std::errc()) return !is_negative;
    if (is_negative) exponent = -exponent;
  }
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t leading = std::min(mantissa.find_first_of("123456789"), mantissa.size());
  // No mantissa is as long as the largest exponents, so the saturation of a hostile one decides nothing.
  exponent = std::clamp<std::int64_t>(exponent, std::int64_t{-1} << 60, std::int64_t{1} << 60);
  return static_cast<std::int64_t>(point) - static_cast<std::int64_t>(leading) + exponent > 0;
}

Reading reading(std::string_view text, double& value) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (text.empty() || result.ec == std::errc::invalid_argument || result.ptr != end) return Reading::not_a_number;
  if (result.ec == std::errc::result_out_of_range) {
    if (is_beyond(text)) return Reading::not_finite;
    value = 0;
  }
  return std::isfinite(value) ? Reading::number : Reading::not_finite;
}

bool is_missing(std::string_view text) {
  static constexpr std::array<std::string_view, 9> marks = {"", "NA", "N/A", "n/a", "null", "NULL", "None", "?", "-"};
  return std::ranges::find(marks, text) != marks.end();
}

bool is_header(const std::vector<Cell>& cells) {
  bool has_text = false;
  double last = -1;
  for (const Cell& cell : cells) {
    double value = 0;
    const Reading found = reading(cell.text, value);
    if (found == Reading::not_finite) return false;
    if (found == Reading::not_a_number) {
      has_text = has_text || !is_missing(cell.text);
    } else {
      if (value <= last || cell.text.find_first_not_of("0123456789") != std::string_view::npos) return false;
      last = value;
    }
  }
  return has_text;
}

/// How many cells the first records have in common under a separator; 0 when they differ.
std::size_t common_width(std::string_view bytes, char separator) {
  RecordReader reader(bytes, separator);
  std::vector<Cell> cells;
  std::size_t width = 0;
  for (std::size_t i = 0; i < sampled_records && !reader.is_at_end(); ++i) {
    if (!reader.read(cells)) return 0;
    if (cells.empty()) continue;
    if (width != 0 && width != cells.size()) return 0;
    width = cells.size();
  }
  return width;
}

/// The tab and the semicolon go first: a comma may stand within their cells (`1,5;2,5`), hardly ever the reverse.
char separator_of(std::string_view bytes) {
  constexpr std::array<char, 3> candidates = {'\t', ';', ','};
  for (const char separator : candidates)
    if (common_width(bytes, separator) > 1) return separator;
  const std::string_view line = bytes.substr(0, bytes.find_first_of("\r\n"));
  return *std::ranges::max_element(candidates, {},
                                   [&](char c) { return std::ranges::count(line, c) * 2 + (c == ','); });
}

std::string unescaped(const Cell& cell) {
  if (!cell.is_quoted) return std::string(cell.text);
  std::string text;
  for (std::size_t i = 0; i < cell.text.size(); ++i) {
    text += cell.text[i];
    if (cell.text[i] == '"') ++i;  // the second of the two
  }
  return text;
}

/// Reads one file into a Table.
class CsvReader {
 public:
  CsvReader(std::string_view bytes, std::string_view name, const LoadLimits& limits)
      : bytes_(bytes), name_(name), max_cells_(limits.bytes / sizeof(double)), records_(bytes, separator_of(bytes)) {}

  [[nodiscard]] tl::expected<Table, Diagnostic> table() {
    if (auto done = read_first(); !done) return tl::unexpected(std::move(done.error()));
    while (!records_.is_at_end()) {
      const std::size_t begin = records_.at();
      if (auto done = records_.read(cells_); !done) return tl::unexpected(faulty(done.error()));
      if (auto done = append(begin); !done) return tl::unexpected(std::move(done.error()));
    }
    if (table_.values.data.empty())
      return tl::unexpected(data_error("G0506",
                                       fmt::format("{} has a line of names and no numbers", in_backticks(name_)),
                                       "below the names, each line is one sample"));
    const std::size_t width = table_.columns.size();
    table_.values.shape = {static_cast<std::int64_t>(table_.values.data.size() / width),
                           static_cast<std::int64_t>(width)};
    return std::move(table_);
  }

 private:
  using Done = tl::expected<void, Diagnostic>;

  /// The first record that is not blank: names, or numbers under names of our own.
  Done read_first() {
    std::size_t begin = 0;
    while (cells_.empty() && !records_.is_at_end()) {
      begin = records_.at();
      if (auto done = records_.read(cells_); !done) return tl::unexpected(faulty(done.error()));
    }
    if (cells_.empty())
      return tl::unexpected(data_error("G0506", fmt::format("{} is empty", in_backticks(name_)),
                                       "each line is one sample: `0.5,1.25,1`"));
    const bool has_names = is_header(cells_);
    for (const Cell& cell : cells_) {
      std::string column = has_names ? unescaped(cell) : std::string();
      for (std::string_view rest = column; !rest.empty();) {
        const std::size_t length = utf8_length(rest);
        if (length == 0 || rest[0] == '\0')
          return tl::unexpected(at(offset(cell), "G0506",
                                   fmt::format("the column name {} is not UTF-8", in_backticks(column)),
                                   "save the file as UTF-8"));
        rest.remove_prefix(length);
      }
      if (column.empty()) column = fmt::format("column{}", table_.columns.size() + 1);
      table_.columns.push_back(std::move(column));
    }
    return has_names ? Done() : append(begin);
  }

  /// Adds the cells of the record that begins at `begin`.
  Done append(std::size_t begin) {
    const std::size_t width = table_.columns.size();
    if (cells_.empty()) {
      if (!blank_) blank_ = begin;
      return {};
    }
    if (blank_ && width == 1)  // one column: a blank line among the others is a cell without a number
      return tl::unexpected(at(*blank_, "G0506", "a line without a number", "delete the line, or fill the gap"));
    blank_.reset();
    if (cells_.size() != width)
      return tl::unexpected(at(begin, "G0506",
                               fmt::format("a line of {} cells in a table of {} columns", cells_.size(), width),
                               "every line needs one cell for each column, parted as in the first line"));
    std::vector<double>& data = table_.values.data;
    if (width > max_cells_ - data.size())
      return tl::unexpected(
          at(begin, "G0506", fmt::format("more than {} numbers", max_cells_), "split the data, or raise the limit"));
    for (std::size_t column = 0; column < width; ++column) {
      double value = 0;
      const Reading found = reading(cells_[column].text, value);
      if (found != Reading::number) return tl::unexpected(refused(cells_[column], column, found));
      data.push_back(value);
    }
    return {};
  }

  [[nodiscard]] Diagnostic refused(const Cell& cell, std::size_t column, Reading found) const {
    const std::string place = fmt::format("column {}", in_backticks(table_.columns[column]));
    if (found == Reading::not_finite)
      return at(offset(cell), "G0507", fmt::format("{} in {} is not finite", in_backticks(cell.text), place),
                "training needs finite numbers: drop the line or fill the gap");
    if (is_missing(cell.text))
      return at(offset(cell), "G0506", fmt::format("no number in {}", place),
                column + 1 == table_.columns.size() && column > 0 && cell.text.empty()
                    ? "drop the separator at the end of the line, or fill the gap"
                    : "drop the line, or fill the gap, for instance with the mean of the column");
    double ignored = 0;
    std::string pointed(cell.text);
    std::ranges::replace(pointed, ',', '.');
    const bool is_decimal_comma =
        std::ranges::count(cell.text, ',') == 1 && reading(pointed, ignored) == Reading::number;
    return at(offset(cell), "G0506", fmt::format("{} in {} is not a number", in_backticks(cell.text), place),
              is_decimal_comma ? fmt::format("write a decimal point: {}", in_backticks(pointed))
                               : "write a number for each kind of text (0, 1, 2, …), or delete the column");
  }

  [[nodiscard]] std::size_t offset(const Cell& cell) const {
    return static_cast<std::size_t>(cell.text.data() - bytes_.data());
  }
  [[nodiscard]] Diagnostic faulty(const Fault& fault) const {
    return at(fault.at, "G0506", std::string(fault.what), std::string(fault.help));
  }

  /// A diagnostic with the place in the data file, as `file:line:column`.
  [[nodiscard]] Diagnostic at(std::size_t where, std::string_view code, std::string message, std::string help) const {
    std::size_t line = 1;
    std::size_t line_begin = 0;
    for (std::size_t i = 0; i < where; ++i) {
      const bool is_crlf = bytes_[i] == '\r' && i + 1 < bytes_.size() && bytes_[i + 1] == '\n';
      if (bytes_[i] != '\n' && (bytes_[i] != '\r' || is_crlf)) continue;
      ++line;
      line_begin = i + 1;
    }
    std::size_t column = 1;
    for (std::string_view rest = bytes_.substr(line_begin, where - line_begin); !rest.empty(); ++column)
      rest.remove_prefix(std::max<std::size_t>(utf8_length(rest), 1));
    Diagnostic diagnostic = data_error(code, std::move(message), std::move(help));
    diagnostic.notes.push_back(fmt::format("in {}, line {}, column {}", in_backticks(name_), line, column));
    return diagnostic;
  }

  std::string_view bytes_;
  std::string_view name_;
  std::uint64_t max_cells_;
  RecordReader records_;
  std::vector<Cell> cells_;
  std::optional<std::size_t> blank_;  ///< where the first of the blank lines just passed begins
  Table table_;
};

}  // namespace

tl::expected<Table, Diagnostic> parse_csv(std::string_view bytes, std::string_view name, const LoadLimits& limits) {
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff"))
    return tl::unexpected(
        data_error("G0506", fmt::format("{} is UTF-16 text", in_backticks(name)), "save the file as UTF-8"));
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  return CsvReader(bytes, name, limits).table();
}

}  // namespace gradwright
