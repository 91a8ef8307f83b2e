#include "data/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "data/bytes.h"
#include "data/csv_records.h"

namespace gradwright {
namespace {

/// Reads one file into a Table.
class CsvReader {
 public:
  CsvReader(std::string_view bytes, std::string_view name, const LoadLimits& limits)
      : bytes_(bytes), name_(name), max_cells_(limits.bytes / sizeof(double)), records_(bytes, *separator_of(bytes)) {}

  [[nodiscard]] tl::expected<Table, Diagnostic> table() {
    if (auto done = read_first(); !done) return tl::unexpected(std::move(done.error()));
    while (!records_.is_at_end()) {
      const std::size_t begin = records_.at();
      if (auto done = records_.read(cells_); !done) return tl::unexpected(faulty(done.error()));
      if (auto done = append(begin); !done) return tl::unexpected(std::move(done.error()));
    }
    if (table_.values.data.empty())
      return tl::unexpected(error("G0506", fmt::format("{} has a line of names and no numbers", in_backticks(name_)))
                                .help("below the names, each line is one sample"));
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
      return tl::unexpected(error("G0506", fmt::format("{} is empty", in_backticks(name_)))
                                .help("each line is one sample: `0.5,1.25,1`"));
    const bool has_names = is_header(cells_);
    for (const Cell& cell : cells_) {
      std::string column = has_names ? unescaped(cell) : std::string();
      if (!is_name(column))
        return tl::unexpected(at(offset(cell), "G0506",
                                 fmt::format("the column name {} is not UTF-8", in_backticks(column)),
                                 "save the file as UTF-8"));
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
    const auto [line, column] = place_of(bytes_, where);
    Diagnostic diagnostic = error(std::string(code), std::move(message)).help(std::move(help));
    diagnostic.note(fmt::format("in {}, line {}, column {}", in_backticks(name_), line, column));
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
        error("G0506", fmt::format("{} is UTF-16 text", in_backticks(name))).help("save the file as UTF-8"));
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  return CsvReader(bytes, name, limits).table();
}

}  // namespace gradwright
