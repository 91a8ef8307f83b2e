// Records of a CSV file one after another, from a window over its bytes.
#pragma once

#include "data/csv_columns.h"
#include "data/csv_records.h"

namespace gradwright {

class RecordStream {
 public:
  /// The window grows where a record is longer than `least_window` bytes.
  RecordStream(ByteReader read, std::string_view name, std::size_t least_window = std::size_t{1} << 16U)
      : read_(std::move(read)), name_(name), least_window_(least_window) {}

  /// The next record that is not blank, valid until the next call; false at the end.
  [[nodiscard]] tl::expected<bool, Diagnostic> next(std::vector<Cell>& cells);
  /// A diagnostic with the place of a piece of the last record.
  [[nodiscard]] Diagnostic at(std::string_view piece, std::string_view code, std::string message,
                              std::string help) const;
  /// The last record, up to the next one.
  [[nodiscard]] std::string_view record() const { return std::string_view(window_).substr(record_, next_ - record_); }

 private:
  [[nodiscard]] tl::expected<void, Diagnostic> begin();
  [[nodiscard]] tl::expected<void, Diagnostic> refill();

  ByteReader read_;
  std::string name_;
  std::size_t least_window_;
  std::string window_;
  std::size_t record_ = 0, next_ = 0;  ///< where the last record and the next one begin
  std::size_t lines_before_ = 0;       ///< the window
  char separator_ = 0;                 ///< none yet: nothing has been read
  bool is_whole_ = false;              ///< the window reaches to the end of the file
};

}  // namespace gradwright
