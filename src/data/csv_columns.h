// CSV as a data set has it: columns of numbers, and columns of texts, each of which becomes a column a text (one-hot).
// Two passes over the bytes: one finds what the columns hold, one makes the rows; the memory does not grow with the file.
//
// A column is of texts when none of its cells is a number; its texts stand in the order of their bytes. A cell that says
// nothing (empty, NA, nan, null, None, ?, -) is missing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "data/byte_source.h"
#include "source/diagnostic.h"

namespace gradwright {

enum class Missing {
  refuse,
  drop,  ///< lines with a missing cell are left out
  mean   ///< a missing feature is the mean of its column, of texts the share of each; a line without target is left out
};

/// Empty, NA, nan, null, None, ?, -.
[[nodiscard]] bool says_nothing(std::string_view cell);

struct CsvColumn {
  std::string name;
  std::vector<std::string> texts;  ///< of a column of texts, ascending; else empty
  std::vector<double> means;       ///< over the cells that are there: of the numbers; of texts, the share of each
  std::size_t present = 0;         ///< cells that are there
  [[nodiscard]] std::size_t width() const { return texts.empty() ? 1 : texts.size(); }
};

struct CsvColumns {
  std::vector<CsvColumn> columns;
  bool has_names = false;
  std::size_t lines = 0;  ///< of data
  /// Of the features without column `target`: `age`, `colour=blue`, `colour=red`.
  [[nodiscard]] std::vector<std::string> features(std::size_t target) const;
};

/// `name` is the file in diagnostics (G0506, G0507).
[[nodiscard]] tl::expected<CsvColumns, Diagnostic> csv_columns(const ByteSource&, std::string_view name);

struct CsvCounts {
  std::size_t rows = 0;
  std::size_t dropped = 0;  ///< lines
  std::size_t filled = 0;   ///< cells
};
/// The features and the target of a line; a target of texts is the number of its text. A fault ends the reading.
using CsvRow = std::function<std::optional<Diagnostic>(std::span<const double> features, double target)>;
[[nodiscard]] tl::expected<CsvCounts, Diagnostic> csv_rows(const ByteSource&, std::string_view name, const CsvColumns&,
                                                           std::size_t target, Missing, const CsvRow&);

}  // namespace gradwright
