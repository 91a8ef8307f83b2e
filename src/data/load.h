// Loading: from the path of a file to numbers. The content decides the format (gzip, NPY, NPZ, IDX, else CSV), not the name.
// G0505 a file cannot be read, G0506 it is malformed or does not fit, G0507 a number in it is not finite.
// The formats: csv.h, idx.h, npy.h, npz.h.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "data/array.h"
#include "data/bytes.h"
#include "data/csv_columns.h"
#include "source/diagnostic.h"

namespace gradwright {

/// An NPY, IDX or CSV file (rows × columns), gzipped or not; or an array of an archive, `data.npz:x`.
[[nodiscard]] tl::expected<Array, Diagnostic> load_array(const std::string& path, const LoadLimits& = {});
/// A CSV file, or an NPY or IDX file with two axes, gzipped or not.
[[nodiscard]] tl::expected<Table, Diagnostic> load_table(const std::string& path, const LoadLimits& = {});

struct DatasetSpec {
  /// One table `digits.csv.gz`; inputs and targets `images.idx.gz,labels.idx.gz` or `data.npz:images,labels`; of
  /// `data.npz` alone, its arrays `x` and `y`.
  std::string source;
  std::string
      label;  ///< of a table: the name of the target column, else its number from 1 or -1 from the end; empty: the last
  Missing missing = Missing::refuse;  ///< cells of a CSV file
};

struct Dataset {
  Array inputs;                       ///< samples × features; further axes of a sample (28×28) are flattened
  Array targets;                      ///< samples, or samples × outputs when there are several
  std::vector<std::string> features;  ///< of a table: the names of the columns of `inputs`; else empty
  std::string target;                 ///< of a table: the name of the target column; else empty
  std::vector<std::string> classes;   ///< of a target of texts: its texts, numbered from 0; else empty
  std::size_t dropped = 0;            ///< lines left out for a missing value
  std::size_t filled = 0;             ///< missing values replaced by the mean
  // Of CSV, so that new data become numbers alike (record.h):
  std::vector<CsvColumn> columns;  ///< of the features, in the order of the file
  bool has_names = false;          ///< the file has a line of them
  std::size_t target_at = 0;       ///< the column of the target
  bool fills_gaps = false;         ///< missing features are replaced by the mean of their column
};

[[nodiscard]] tl::expected<Dataset, Diagnostic> load_dataset(const DatasetSpec&, const LoadLimits& = {});

}  // namespace gradwright
