#include "data/csv_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "data/bytes.h"
#include "data/csv_stream.h"

namespace gradwright {
namespace {

constexpr std::size_t most_texts = 1000;

enum class Kind { missing, number, text };

Kind kind_of(std::string_view text) {
  double ignored = 0;
  if (says_nothing(text)) return Kind::missing;
  return reading(text, ignored) == Reading::not_a_number ? Kind::text : Kind::number;
}

/// A first record like the second (numbers and texts in the same columns) is data, unless its numbers count up.
bool has_names(const std::vector<Cell>& first, const std::vector<Kind>& kinds_below) {
  if (!is_header(first)) return false;
  if (first.size() != kinds_below.size()) return true;
  double last = -1;
  bool counts = true;
  bool has_number = false;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const Kind kind = kind_of(first[i].text);
    if (kind != kinds_below[i]) return true;
    if (kind != Kind::number) continue;
    double value = 0;
    (void)reading(first[i].text, value);
    counts = counts && (has_number ? value == last + 1 : value <= 1);
    has_number = true;
    last = value;
  }
  return counts;
}

std::vector<Cell> cells_of(const std::vector<std::string>& texts) {
  std::vector<Cell> cells;
  for (const std::string& text : texts) cells.push_back({text, false});
  return cells;
}

struct Seen {
  std::string name;
  double mean = 0;
  std::size_t numbers = 0, texts = 0;
  std::map<std::string, std::size_t, std::less<>> counts;
};

/// The first pass.
class Survey {
 public:
  Survey(const ByteSource& source, std::string_view name) : source_(source), name_(name) {}

  tl::expected<CsvColumns, Diagnostic> columns() {
    const auto named = names_first();
    if (!named) return tl::unexpected(named.error());
    const auto read = source_();
    if (!read) return tl::unexpected(read.error());
    RecordStream stream(*read, name_);
    std::vector<Cell> cells;
    CsvColumns found;
    found.has_names = *named;
    for (bool is_first = true;; is_first = false) {
      const auto more = stream.next(cells);
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      if (is_first) {
        if (auto fault = name_columns(stream, cells, *named)) return tl::unexpected(*std::move(fault));
        if (*named) continue;
      }
      if (cells.size() != seen_.size())
        return tl::unexpected(
            stream.at(stream.record(), "G0506",
                      fmt::format("a line of {} cells in a table of {} columns", cells.size(), seen_.size()),
                      "every line needs one cell for each column, parted as in the first line"));
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (auto fault = saw(stream, seen_[i], cells[i])) return tl::unexpected(*std::move(fault));
      }
      ++found.lines;
    }
    if (found.lines == 0)
      return tl::unexpected(
          seen_.empty() ? error("G0506", fmt::format("{} is empty", in_backticks(name_)))
                              .help("each line is one sample: `0.5,1.25,1`")
                        : error("G0506", fmt::format("{} has a line of names and no numbers", in_backticks(name_)))
                              .help("below the names, each line is one sample"));
    for (const Seen& seen : seen_) found.columns.push_back(column(seen));
    return found;
  }

 private:
  tl::expected<bool, Diagnostic> names_first() {
    const auto read = source_();
    if (!read) return tl::unexpected(read.error());
    RecordStream stream(*read, name_);
    std::vector<Cell> cells;
    std::vector<std::string> first;
    std::vector<Kind> kinds;
    const auto one = stream.next(cells);
    if (!one) return tl::unexpected(one.error());
    for (const Cell& cell : cells) first.emplace_back(cell.text);
    const auto two = stream.next(cells);
    if (!two) return tl::unexpected(two.error());
    if (*two)
      for (const Cell& cell : cells) kinds.push_back(kind_of(cell.text));
    return has_names(cells_of(first), kinds);
  }

  std::optional<Diagnostic> name_columns(const RecordStream& stream, const std::vector<Cell>& cells, bool named) {
    for (const Cell& cell : cells) {
      Seen seen;
      if (named) seen.name = unescaped(cell);
      if (!is_name(seen.name))
        return stream.at(cell.text, "G0506", fmt::format("the column name {} is not UTF-8", in_backticks(seen.name)),
                         "save the file as UTF-8");
      if (seen.name.empty()) seen.name = fmt::format("column{}", seen_.size() + 1);
      if (const auto [first, is_new] = places_.emplace(seen.name, seen_.size()); !is_new)
        return stream.at(
            cell.text, "G0506",
            fmt::format("the columns {} and {} have one name, {}", first->second + 1, seen_.size() + 1,
                        in_backticks(seen.name)),
            "give each column a name of its own: it is what says which is the label, and what is read of new data");
      seen_.push_back(std::move(seen));
    }
    return std::nullopt;
  }

  static std::optional<Diagnostic> saw(const RecordStream& stream, Seen& seen, const Cell& cell) {
    if (says_nothing(cell.text)) return std::nullopt;
    const std::string place = fmt::format("column {}", in_backticks(seen.name));
    double value = 0;
    const Reading found = reading(cell.text, value);
    if (found == Reading::not_finite)
      return stream.at(cell.text, "G0507", fmt::format("{} in {} is not finite", in_backticks(cell.text), place),
                       "training needs finite numbers: drop the line or empty the cell");
    if (found == Reading::number) {
      if (seen.texts > 0)
        return stream.at(cell.text, "G0506",
                         fmt::format("{} in {}, which has texts above", in_backticks(cell.text), place),
                         "a column is of numbers or of texts: `n1` is a text");
      ++seen.numbers;
      seen.mean += value / static_cast<double>(seen.numbers) - seen.mean / static_cast<double>(seen.numbers);
      return std::nullopt;
    }
    if (seen.numbers > 0) return not_a_number(stream, cell, place);
    std::string text = unescaped(cell);
    if (!is_name(text))
      return stream.at(cell.text, "G0506", fmt::format("{} in {} is not UTF-8", in_backticks(text), place),
                       "save the file as UTF-8");
    ++seen.texts;
    ++seen.counts[std::move(text)];
    if (seen.counts.size() > most_texts)
      return stream.at(cell.text, "G0506", fmt::format("more than {} different texts in {}", most_texts, place),
                       "delete the column, or put what belongs together under one text");
    return std::nullopt;
  }

  static Diagnostic not_a_number(const RecordStream& stream, const Cell& cell, const std::string& place) {
    std::string pointed(cell.text);
    std::ranges::replace(pointed, ',', '.');
    double ignored = 0;
    const bool is_decimal_comma =
        std::ranges::count(cell.text, ',') == 1 && reading(pointed, ignored) == Reading::number;
    return stream.at(cell.text, "G0506", fmt::format("{} in {} is not a number", in_backticks(cell.text), place),
                     is_decimal_comma ? fmt::format("write a decimal point: {}", in_backticks(pointed))
                                      : "a column is of numbers or of texts: correct the cell, or empty it");
  }

  static CsvColumn column(const Seen& seen) {
    CsvColumn column{seen.name, {}, {}, seen.numbers + seen.texts};
    for (const auto& [text, count] : seen.counts) {
      column.texts.push_back(text);
      column.means.push_back(static_cast<double>(count) / static_cast<double>(seen.texts));
    }
    if (column.texts.empty()) column.means.push_back(seen.mean);
    return column;
  }

  const ByteSource& source_;
  std::string_view name_;
  std::vector<Seen> seen_;
  std::unordered_map<std::string, std::size_t> places_;  ///< of the columns, by name
};

}  // namespace

bool says_nothing(std::string_view text) {
  if (is_missing(text)) return true;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text == "nan" || text == "NaN" || text == "NAN" || text == "na";
}

std::vector<std::string> CsvColumns::features(std::size_t target) const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i == target) continue;
    if (columns[i].texts.empty()) names.push_back(columns[i].name);
    for (const std::string& text : columns[i].texts) names.push_back(fmt::format("{}={}", columns[i].name, text));
  }
  return names;
}

tl::expected<CsvColumns, Diagnostic> csv_columns(const ByteSource& source, std::string_view name) {
  return Survey(source, name).columns();
}

tl::expected<CsvCounts, Diagnostic> csv_rows(const ByteSource& source, std::string_view name, const CsvColumns& table,
                                             std::size_t target, Missing missing, const CsvRow& row) {
  const auto read = source();
  if (!read) return tl::unexpected(read.error());
  RecordStream stream(*read, name);
  std::vector<Cell> cells;
  std::vector<double> features;
  CsvCounts counts;
  for (bool is_names = table.has_names;; is_names = false) {
    const auto more = stream.next(cells);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    if (is_names) continue;
    features.clear();
    double truth = 0;
    bool is_dropped = cells.size() != table.columns.size();  // the file has changed since the first pass
    std::size_t filled = 0;
    for (std::size_t i = 0; i < cells.size() && !is_dropped; ++i) {
      const CsvColumn& column = table.columns[i];
      const bool is_there = !says_nothing(cells[i].text);
      if (!is_there && missing == Missing::refuse)
        return tl::unexpected(stream.at(
            cells[i].text, "G0506", fmt::format("no value in column {}", in_backticks(column.name)),
            "`--missing drop` leaves such lines out, `--missing mean` takes the mean of the column; or fill the gap"));
      is_dropped = !is_there && (missing == Missing::drop || i == target || column.present == 0);
      if (is_dropped) break;
      if (!is_there) {
        features.insert(features.end(), column.means.begin(), column.means.end());
        ++filled;
        continue;
      }
      double value = 0;
      if (column.texts.empty()) {
        (void)reading(cells[i].text, value);
      } else {
        const std::string text = unescaped(cells[i]);
        value = static_cast<double>(std::ranges::lower_bound(column.texts, text) - column.texts.begin());
      }
      if (i == target) {
        truth = value;
      } else if (column.texts.empty()) {
        features.push_back(value);
      } else {
        for (std::size_t k = 0; k < column.width(); ++k) features.push_back(static_cast<double>(k) == value ? 1 : 0);
      }
    }
    if (is_dropped) {
      ++counts.dropped;
      continue;
    }
    counts.filled += filled;
    ++counts.rows;
    if (auto fault = row(features, truth)) return tl::unexpected(*std::move(fault));
  }
  if (counts.rows > 0) return counts;
  return tl::unexpected(error("G0506", fmt::format("every line of {} has a missing value", in_backticks(name)))
                            .help("delete the columns that are empty, or fill them"));
}

}  // namespace gradwright
