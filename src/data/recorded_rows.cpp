// New data by the record of the old: one pass over the text.
#include <fmt/format.h>

#include <algorithm>

#include "data/bytes.h"
#include "data/csv_stream.h"
#include "data/record.h"

namespace gradwright {
namespace {

Diagnostic new_data_error(std::string message, std::string help) {
  return error("G0545", std::move(message)).help(std::move(help));
}

std::string quoted_names(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 8;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < shown; ++i) text += (i == 0 ? "" : ", ") + in_backticks(names[i]);
  return text + (names.size() > shown ? ", …" : "");
}

class NewRows {
 public:
  NewRows(const ByteSource& source, std::string_view name, const DataRecord& record)
      : source_(source), name_(name), record_(record) {}

  tl::expected<std::size_t, Diagnostic> read(const NewRow& row, std::vector<std::string>& others) {
    const auto bytes = source_();
    if (!bytes) return tl::unexpected(bytes.error());
    RecordStream stream(*bytes, name_);
    std::vector<Cell> cells;
    std::size_t count = 0;
    std::vector<double> features(record_.width());
    for (bool is_first = true;; is_first = false) {
      const auto more = stream.next(cells);
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      if (is_first) {
        if (auto fault = find_columns(cells, others)) return tl::unexpected(*std::move(fault));
        if (record_.has_names) continue;
      }
      if (cells.size() != cells_)
        return tl::unexpected(stream.at(
            stream.record(), "G0506", fmt::format("a line of {} cells in a table of {} columns", cells.size(), cells_),
            "every line needs one cell for each column, parted as in the first line"));
      if (auto fault = read_row(stream, cells, features)) return tl::unexpected(*std::move(fault));
      record_.scale(features);
      if (auto fault = row(features)) return tl::unexpected(*std::move(fault));
      ++count;
    }
    if (count == 0)
      return tl::unexpected(
          error("G0506", fmt::format("{} has no row of data", in_backticks(name_))).help("each line is one sample"));
    return count;
  }

 private:
  std::optional<Diagnostic> find_columns(const std::vector<Cell>& first, std::vector<std::string>& others) {
    cells_ = first.size();
    return record_.has_names ? by_name(first, others) : by_place();
  }

  std::optional<Diagnostic> by_name(const std::vector<Cell>& first, std::vector<std::string>& others) {
    std::vector<std::string> names, missing;
    for (const Cell& cell : first) names.push_back(unescaped(cell));
    std::vector<bool> is_taken(names.size(), false);
    for (const CsvColumn& column : record_.columns) {
      const auto found = std::ranges::find(names, column.name);
      if (found == names.end()) {
        missing.push_back(column.name);
        continue;
      }
      if (std::find(found + 1, names.end(), column.name) != names.end())
        return new_data_error(fmt::format("{} has several columns {}", in_backticks(name_), in_backticks(column.name)),
                              "keep the one that was trained on");
      at_.push_back(static_cast<std::size_t>(found - names.begin()));
      is_taken[at_.back()] = true;
    }
    if (!missing.empty())
      return new_data_error(
          fmt::format("{} has no column {}, which the training had", in_backticks(name_), quoted_names(missing)),
          fmt::format("its first line names {} columns: {}", names.size(), quoted_names(names)));
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!is_taken[i] && names[i] != record_.target) others.push_back(names[i]);
    }
    return std::nullopt;
  }

  /// The columns of the training, with that of its target or without.
  std::optional<Diagnostic> by_place() {
    const std::size_t count = record_.columns.size();
    if (cells_ != count && cells_ != count + 1)
      return new_data_error(
          fmt::format("{} has {} columns, and the training had {} and the target", in_backticks(name_), cells_, count),
          "give the columns of the training, in their order");
    for (std::size_t i = 0; i < count; ++i) at_.push_back(i + (cells_ > count && i >= record_.target_at ? 1 : 0));
    return std::nullopt;
  }

  std::optional<Diagnostic> read_row(const RecordStream& stream, const std::vector<Cell>& cells,
                                     std::vector<double>& features) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < record_.columns.size(); ++i) {
      const CsvColumn& column = record_.columns[i];
      const std::span<double> into(features.data() + next, column.width());
      next += column.width();
      if (auto fault = read_cell(stream, cells[at_[i]], column, into)) return fault;
    }
    return std::nullopt;
  }

  std::optional<Diagnostic> read_cell(const RecordStream& stream, const Cell& cell, const CsvColumn& column,
                                      std::span<double> into) {
    const std::string place = fmt::format("column {}", in_backticks(column.name));
    if (says_nothing(cell.text)) {
      std::ranges::copy(column.means, into.begin());
      if (record_.fills_gaps) return std::nullopt;
      return stream.at(cell.text, "G0506", fmt::format("no value in {}", place),
                       "fill the gap; a training with `--missing mean` keeps the mean for that");
    }
    if (!column.texts.empty()) {
      const std::string text = unescaped(cell);
      const auto found = std::ranges::lower_bound(column.texts, text);
      if (found == column.texts.end() || *found != text)
        return stream.at(
            cell.text, "G0545",
            fmt::format("{} in {}, where the training had {}", in_backticks(text), place, quoted_names(column.texts)),
            "correct it, or train on data that have it");
      std::ranges::fill(into, 0);
      into[static_cast<std::size_t>(found - column.texts.begin())] = 1;
      return std::nullopt;
    }
    switch (reading(cell.text, into[0])) {
      case Reading::number: return std::nullopt;
      case Reading::not_finite:
        return stream.at(cell.text, "G0507", fmt::format("{} in {} is not finite", in_backticks(cell.text), place),
                         "correct the cell");
      case Reading::not_a_number: break;
    }
    return stream.at(cell.text, "G0506", fmt::format("{} in {} is not a number", in_backticks(cell.text), place),
                     "the column was of numbers in the training");
  }

  const ByteSource& source_;
  std::string_view name_;
  const DataRecord& record_;
  std::size_t cells_ = 0;
  std::vector<std::size_t> at_;  ///< the cell of each column of the record
};

}  // namespace

void DataRecord::scale(std::span<double> features) const {
  for (std::size_t i = 0; i < features.size(); ++i) features[i] = (features[i] - shift[i]) * factor[i];
}

tl::expected<std::size_t, Diagnostic> recorded_rows(const ByteSource& source, std::string_view name,
                                                    const DataRecord& record, const NewRow& row,
                                                    std::vector<std::string>& others) {
  return NewRows(source, name, record).read(row, others);
}

}  // namespace gradwright
