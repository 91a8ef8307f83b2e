#include "data/streamed.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "base/hash.h"
#include "data/idx.h"
#include "data/npy.h"
#include "data/npz.h"
#include "data/sources.h"

namespace gradwright {
namespace {

using sources::Format;
template <class T>
using Read = tl::expected<T, Diagnostic>;
using Rows = Read<std::shared_ptr<const RowFile>>;

constexpr std::size_t bytes_at_once = std::size_t{1} << 17U;
constexpr std::size_t numbers_at_once = std::size_t{1} << 17U;

/// The file itself, or what it inflates to.
Read<SharedFile> plain(const std::string& path) {
  auto file = opened(path);
  if (!file) return file;
  char magic[2] = {};
  if (pread((*file)->number(), magic, sizeof magic, 0) != 2 || !is_gzip({magic, 2})) return file;
  const auto read = in_file(path)();
  if (!read) return tl::unexpected(read.error());
  Spool spool;
  if (auto fault = spool.open()) return tl::unexpected(*std::move(fault));
  std::string chunk(bytes_at_once, '\0');
  while (true) {
    const auto count = (*read)(chunk.data(), chunk.size());
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) return spool.file();
    if (auto fault = spool.write(chunk.data(), *count)) return tl::unexpected(*std::move(fault));
  }
}

Diagnostic not_by_rows(const std::string& path, std::string_view why, std::string help) {
  return error("G0523", fmt::format("{} {}", in_backticks(path), why)).help(std::move(help));
}

Diagnostic archive(const std::string& path) {
  return not_by_rows(path, "is of an archive, and archives are not streamed",
                     "`unzip` makes NPY files of the arrays: give those");
}

/// An NPY or IDX file, gzipped or not.
Rows rows_of(const std::string& path) {
  if (!sources::exists(path) && npz_member(path)) return tl::unexpected(archive(path));
  const auto beginning = sources::beginning_of(path);
  if (!beginning) return tl::unexpected(beginning.error());
  const auto format = sources::format_of(*beginning, path);
  if (!format) return tl::unexpected(format.error());
  if (*format == Format::npz)
    return tl::unexpected(
        not_by_rows(path, "is an archive, and is not streamed", "`unzip` makes NPY files of its arrays, which are"));
  if (*format == Format::csv)
    return tl::unexpected(not_by_rows(path, "is text, and two files of text are not streamed",
                                      "put inputs and targets into one CSV file, or give NPY files"));
  auto layout = *format == Format::npy ? npy_layout(*beginning, path) : idx_layout(*beginning, path);
  if (!layout) return tl::unexpected(layout.error());
  const auto wide = std::count_if(layout->shape.begin(), layout->shape.end(), [](std::int64_t n) { return n > 1; });
  if (layout->fortran_order && wide > 1)
    return tl::unexpected(not_by_rows(path, "is in Fortran order: the numbers of a sample do not lie together",
                                      "save it sample by sample: `numpy.save(path, numpy.ascontiguousarray(x))`"));
  auto file = plain(path);
  if (!file) return tl::unexpected(file.error());
  auto rows = RowFile::of(*file, path, *layout);
  if (rows && (*rows)->width() == 0) return tl::unexpected(sources::no_samples(path, layout->shape));
  return rows;
}

/// Both passes over a text, the second into a temporary file of float64, the target last.
Read<StreamedDataset> of_csv(const DatasetSpec& spec) {
  const auto file = opened(spec.source);
  if (!file) return tl::unexpected(file.error());
  const auto before = stamp_of(**file);
  const ByteSource source = in_file(spec.source);
  const auto columns = csv_columns(source, spec.source);
  if (!columns) return tl::unexpected(columns.error());
  StreamedDataset found;
  const auto label = sources::describe(*columns, spec, found.about);
  if (!label) return tl::unexpected(label.error());
  Spool spool;
  if (auto fault = spool.open()) return tl::unexpected(*std::move(fault));
  std::string pending;
  const auto spooled = [&] {
    auto fault = spool.write(pending.data(), pending.size());
    pending.clear();
    return fault;
  };
  const auto counts = csv_rows(source, spec.source, *columns, *label, spec.missing, [&](auto features, double target) {
    pending.append(reinterpret_cast<const char*>(features.data()), features.size_bytes());
    pending.append(reinterpret_cast<const char*>(&target), sizeof target);
    return pending.size() < bytes_at_once ? std::nullopt : spooled();
  });
  if (!counts) return tl::unexpected(counts.error());
  if (auto fault = spooled()) return tl::unexpected(*std::move(fault));
  if (!before || stamp_of(**file) != before) return tl::unexpected(changed_file(spec.source));
  found.about.dropped = counts->dropped;
  found.about.filled = counts->filled;
  found.label = found.about.features.size();
  auto rows = RowFile::of(spool.file(), spec.source,
                          {{static_cast<std::int64_t>(counts->rows), static_cast<std::int64_t>(found.label) + 1},
                           Element::f64,
                           std::endian::native,
                           false,
                           0});
  if (!rows) return tl::unexpected(rows.error());
  found.inputs = found.targets = *rows;
  return found;
}

Read<StreamedDataset> of_table(const DatasetSpec& spec) {
  const auto beginning = sources::beginning_of(spec.source);
  if (!beginning) return tl::unexpected(beginning.error());
  const auto format = sources::format_of(*beginning, spec.source);
  if (!format) return tl::unexpected(format.error());
  if (*format == Format::csv) return of_csv(spec);
  const Rows rows = rows_of(spec.source);
  if (!rows) return tl::unexpected(rows.error());
  if ((*rows)->shape().size() != 2) return tl::unexpected(sources::no_table(spec.source, (*rows)->shape()));
  StreamedDataset found;
  found.inputs = found.targets = *rows;
  std::vector<std::string> names = sources::numbered_columns((*rows)->shape()[1]);
  const auto label = sources::label_column(names, spec.label, spec.source);
  if (!label) return tl::unexpected(label.error());
  if (names.size() < 2) return tl::unexpected(sources::without_inputs(spec));
  found.label = *label;
  found.about.target = std::move(names[*label]);
  names.erase(names.begin() + static_cast<std::ptrdiff_t>(*label));
  found.about.features = std::move(names);
  return found;
}

Read<StreamedDataset> of_pair(const std::pair<std::string, std::string>& paths) {
  StreamedDataset found;
  for (const bool is_inputs : {true, false}) {
    const Rows rows = rows_of(is_inputs ? paths.first : paths.second);
    if (!rows) return tl::unexpected(rows.error());
    (is_inputs ? found.inputs : found.targets) = *rows;
  }
  const std::int64_t inputs = found.inputs->shape()[0], targets = found.targets->shape()[0];
  if (inputs != targets) return tl::unexpected(sources::unequal_counts(paths, inputs, targets));
  return found;
}

/// All numbers are finite; what is to be known of the targets, and by what the data are known again.
std::optional<Diagnostic> survey(StreamedDataset& found) {
  const std::size_t count = found.count();
  found.inputs_hash = mixed(1, count * found.width());
  found.targets_hash = mixed(1, count * found.target_width());
  found.least = std::numeric_limits<double>::infinity();
  found.largest = -found.least;
  const std::size_t at_once = std::max<std::size_t>(1, numbers_at_once / (found.width() + found.target_width()));
  for (std::size_t first = 0; first < count; first += at_once) {
    const auto rows = found.read(first, std::min(at_once, count - first));
    if (!rows) return rows.error();
    found.inputs_hash = hash_on(found.inputs_hash, std::span(rows->inputs));
    found.targets_hash = hash_on(found.targets_hash, std::span(rows->targets));
    for (const double target : rows->targets) {
      found.least = std::min(found.least, target);
      found.largest = std::max(found.largest, target);
      found.are_whole = found.are_whole && target == std::floor(target);
    }
  }
  return std::nullopt;
}

}  // namespace

tl::expected<RowNumbers, Diagnostic> StreamedDataset::read(std::size_t first, std::size_t rows) const {
  auto numbers = inputs->read(first, rows);
  if (!numbers) return tl::unexpected(std::move(numbers.error()));
  RowNumbers found;
  if (!is_table()) {
    auto truths = targets->read(first, rows);
    if (!truths) return tl::unexpected(std::move(truths.error()));
    found.inputs = *std::move(numbers);
    found.targets = *std::move(truths);
    return found;
  }
  const std::size_t width = inputs->width();
  found.inputs.reserve(rows * (width - 1));
  found.targets.reserve(rows);
  for (auto row = numbers->begin(); row != numbers->end(); row += static_cast<std::ptrdiff_t>(width)) {
    const auto target = row + static_cast<std::ptrdiff_t>(label);
    found.targets.push_back(*target);
    found.inputs.insert(found.inputs.end(), row, target);
    found.inputs.insert(found.inputs.end(), target + 1, row + static_cast<std::ptrdiff_t>(width));
  }
  return found;
}

tl::expected<StreamedDataset, Diagnostic> stream_dataset(const DatasetSpec& spec) {
  const auto paths = sources::pair_of(spec.source);
  if (paths && !spec.label.empty()) return tl::unexpected(sources::label_beside_pair(spec));
  auto found = paths ? of_pair(*paths) : of_table(spec);
  if (!found) return found;
  if (auto fault = survey(*found)) return tl::unexpected(*std::move(fault));
  return found;
}

}  // namespace gradwright
