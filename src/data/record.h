// What made numbers of the data that parameters were trained on. It is kept beside them, so that new data become numbers alike.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "data/csv_columns.h"
#include "source/diagnostic.h"

namespace gradwright {

/// How a target was written in the data.
enum class TargetKind {
  numbers,  ///< as it is
  index,    ///< the number of a class, from 0: one-hot in the network
  one_hot,  ///< an entry a class
  two,      ///< one number, of two values
};

struct DataRecord {
  std::string input;                          ///< of the sheet: takes the features
  std::string samples;                        ///< which of its axes counts samples: first, last; empty: none
  std::map<std::string, std::int64_t> sizes;  ///< of the sheet, with those that the data decided
  std::vector<CsvColumn> columns;     ///< of the features, in the order of the file; empty: arrays without names
  bool has_names = false;             ///< the file had a line of them
  std::size_t target_at = 0;          ///< the column of the target, among all
  bool fills_gaps = false;            ///< a missing feature is the mean of its column
  std::string scaling = "none";       ///< standard, minmax, none
  std::vector<double> shift, factor;  ///< a feature each: the network sees (x − shift)·factor
  std::string target;                 ///< its name: of the column, else of the input of the sheet
  std::vector<std::string> classes;   ///< by number; empty: they have no names
  TargetKind kind = TargetKind::numbers;
  double low = 0, high = 1;  ///< of a target of two values, as the network sees them
  bool is_mapped = false;    ///< the file said 0 and 1 for them

  [[nodiscard]] std::size_t width() const { return shift.size(); }
  [[nodiscard]] bool is_scaled() const { return scaling != "none"; }
  /// Features as the network sees them. `features` has the width of the record.
  void scale(std::span<double> features) const;
};

/// JSON, for a place beside the parameters.
[[nodiscard]] std::string record_text(const DataRecord&);
/// G0520: it is none; `name` is the file.
[[nodiscard]] tl::expected<DataRecord, Diagnostic> parse_record(std::string_view text, std::string_view name);

/// Takes the features of a row, as the network sees them.
using NewRow = std::function<std::optional<Diagnostic>(std::span<const double> features)>;
/// The rows of a CSV file by the record, in one pass: columns by name, or by place where neither file has names. Columns that the training did
/// not have are in `others`. G0545: a column is not there, or a text that the training did not have, with its place; G0506, G0507.
[[nodiscard]] tl::expected<std::size_t, Diagnostic> recorded_rows(const ByteSource&, std::string_view name,
                                                                  const DataRecord&, const NewRow&,
                                                                  std::vector<std::string>& others);

}  // namespace gradwright
