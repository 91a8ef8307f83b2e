// Data that need not fit the memory: rows that are read from files where they are wanted. NPY (in C order) and IDX files are read in
// place; what is gzipped or text is read from front to back once and laid down in a temporary file (row_file.h).
#pragma once

#include <cstdint>
#include <memory>
#include <tl/expected.hpp>
#include <vector>

#include "data/load.h"
#include "data/row_file.h"

namespace gradwright {

struct RowNumbers {
  std::vector<double> inputs, targets;  ///< row after row
};

struct StreamedDataset {
  std::shared_ptr<const RowFile> inputs, targets;   ///< of one table: the same file
  std::size_t label = 0;                            ///< of one table: the column of the target
  Dataset about;                                    ///< names and counts; no numbers
  double least = 0, largest = 0;                    ///< of the targets
  bool are_whole = true;                            ///< all targets are whole numbers
  std::uint64_t inputs_hash = 0, targets_hash = 0;  ///< `hash_of(1, …)` of what load_dataset gives

  [[nodiscard]] bool is_table() const { return inputs == targets; }
  [[nodiscard]] std::size_t count() const { return inputs->count(); }
  [[nodiscard]] std::size_t width() const { return inputs->width() - (is_table() ? 1 : 0); }
  [[nodiscard]] std::size_t target_width() const { return is_table() ? 1 : targets->width(); }
  /// Errors of RowFile::read.
  [[nodiscard]] tl::expected<RowNumbers, Diagnostic> read(std::size_t first, std::size_t count) const;
};

/// Reads all numbers once; the rows are those of load_dataset. Errors as of load_dataset, and G0508 where there is no room for temporary
/// numbers, G0523 where a file has no rows that could be read alone.
[[nodiscard]] tl::expected<StreamedDataset, Diagnostic> stream_dataset(const DatasetSpec&);

}  // namespace gradwright
