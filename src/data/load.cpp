#include "data/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

#include "data/csv.h"
#include "data/idx.h"
#include "data/npy.h"
#include "data/npz.h"
#include "data/sources.h"

namespace gradwright {

using namespace sources;

namespace {

template <class T>
using Loaded = tl::expected<T, Diagnostic>;

/// Runs a loading within the memory there is: the one place where an exception of the library ends.
template <class Work>
auto within_memory(const std::string& path, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
  } catch (const std::length_error&) {
  }
  return tl::unexpected(error("G0505", fmt::format("no memory to read {}", in_backticks(path)))
                            .help("split the data; `gradwright train --stream` keeps few samples in memory"));
}

Loaded<std::string> content_of(const std::string& path, const LoadLimits& limits) {
  auto bytes = file_bytes(path, limits);
  if (!bytes || !is_gzip(*bytes)) return bytes;
  return inflated(*bytes, path, limits);
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

/// An archive stands for its array where it has just one.
Loaded<Array> array_of_archive(std::string_view bytes, const std::string& member, const std::string& path,
                               const LoadLimits& limits) {
  if (!member.empty()) return parse_npz(bytes, member, path, limits);
  const auto names = npz_names(bytes, path);
  if (!names) return tl::unexpected(names.error());
  if (names->size() == 1) return parse_npz(bytes, names->front(), path, limits);
  return tl::unexpected(
      error("G0506", fmt::format("{} has {} arrays, none of them named here", in_backticks(path), names->size()))
          .help(names->empty() ? "write it with `numpy.savez`"
                               : fmt::format("name one: {}", in_backticks(file_name(path) + ":" + names->front()))));
}

/// Any file, or an array of an archive (`data.npz:x`); its columns are named only where it is CSV.
Loaded<Table> content(const std::string& path_or_member, const LoadLimits& limits) {
  const auto member = exists(path_or_member) ? std::nullopt : npz_member(path_or_member);
  const std::string& path = member ? member->first : path_or_member;
  const auto bytes = content_of(path, limits);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto format = format_of(*bytes, path);
  if (!format) return tl::unexpected(format.error());
  if (*format == Format::csv && !member) return parse_csv(*bytes, path, limits);
  if (member && *format != Format::npz)
    return tl::unexpected(error("G0506", fmt::format("{} is no archive of arrays", in_backticks(path)))
                              .help(fmt::format("leave {} out", in_backticks(":" + member->second))));
  auto array = *format == Format::npy   ? parse_npy(*bytes, path, limits)
               : *format == Format::npz ? array_of_archive(*bytes, member ? member->second : "", path, limits)
                                        : parse_idx(*bytes, path, limits);
  if (!array) return tl::unexpected(std::move(array.error()));
  return Table{{}, std::move(*array)};
}

Loaded<Table> table(const std::string& path, const LoadLimits& limits) {
  auto found = content(path, limits);
  if (!found || !found->columns.empty()) return found;
  if (found->values.shape.size() != 2 || found->values.data.empty())
    return tl::unexpected(no_table(path, found->values.shape));
  found->columns = numbered_columns(found->values.shape[1]);
  return found;
}

/// The columns of texts become classes and one-hot features.
Loaded<Dataset> dataset_of_csv(std::string_view bytes, const DatasetSpec& spec, const LoadLimits& limits) {
  const ByteSource source = in_memory(bytes);
  const auto columns = csv_columns(source, spec.source);
  if (!columns) return tl::unexpected(columns.error());
  Dataset dataset;
  const auto label = describe(*columns, spec, dataset);
  if (!label) return tl::unexpected(label.error());
  const std::size_t width = dataset.features.size();
  if (columns->lines > limits.bytes / sizeof(double) / (width + 1))
    return tl::unexpected(error("G0506", fmt::format("{} holds more than {} numbers", in_backticks(spec.source),
                                                     limits.bytes / sizeof(double)))
                              .help("split the data, or raise the limit"));
  dataset.inputs.data.reserve(columns->lines * width);
  dataset.targets.data.reserve(columns->lines);
  const auto counts = csv_rows(source, spec.source, *columns, *label, spec.missing, [&](auto features, double target) {
    dataset.inputs.data.insert(dataset.inputs.data.end(), features.begin(), features.end());
    dataset.targets.data.push_back(target);
    return std::optional<Diagnostic>();
  });
  if (!counts) return tl::unexpected(counts.error());
  dataset.dropped = counts->dropped;
  dataset.filled = counts->filled;
  dataset.targets.shape = {static_cast<std::int64_t>(counts->rows)};
  dataset.inputs.shape = {dataset.targets.shape[0], static_cast<std::int64_t>(width)};
  return dataset;
}

Loaded<Dataset> dataset_of_table(const DatasetSpec& spec, const LoadLimits& limits) {
  if (!npz_member(spec.source)) {
    const auto bytes = content_of(spec.source, limits);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto format = format_of(*bytes, spec.source);
    if (format && *format == Format::csv) return dataset_of_csv(*bytes, spec, limits);
  }
  auto found = table(spec.source, limits);
  if (!found) return tl::unexpected(std::move(found.error()));
  const std::size_t width = found->columns.size();
  const auto label = label_column(found->columns, spec.label, spec.source);
  if (!label) return tl::unexpected(label.error());
  if (width < 2) return tl::unexpected(without_inputs(spec));
  Dataset dataset;
  const std::int64_t samples = found->values.shape[0];
  dataset.inputs.shape = {samples, static_cast<std::int64_t>(width) - 1};
  dataset.targets.shape = {samples};
  dataset.inputs.data.reserve(found->values.data.size() / width * (width - 1));
  dataset.targets.data.reserve(found->values.data.size() / width);
  for (std::size_t column = 0, i = 0; i < found->values.data.size(); ++i, column = column + 1 == width ? 0 : column + 1)
    (column == *label ? dataset.targets : dataset.inputs).data.push_back(found->values.data[i]);
  dataset.target = std::move(found->columns[*label]);
  found->columns.erase(found->columns.begin() + static_cast<std::ptrdiff_t>(*label));
  dataset.features = std::move(found->columns);
  return dataset;
}

/// The first axis counts samples; the others become one, which goes too when `is_target` and it is 1.
Loaded<Array> by_sample(const std::string& path, bool is_target, const LoadLimits& limits) {
  auto found = content(path, limits);
  if (!found) return tl::unexpected(std::move(found.error()));
  Array& array = found->values;
  if (array.shape.empty() || array.data.empty()) return tl::unexpected(no_samples(path, array.shape));
  const std::int64_t samples = array.shape[0];
  const std::int64_t width = static_cast<std::int64_t>(array.data.size()) / samples;
  array.shape = {samples};
  if (!is_target || width != 1) array.shape.push_back(width);
  return std::move(array);
}

Loaded<Dataset> dataset_of_pair(const std::string& inputs, const std::string& targets, const LoadLimits& limits) {
  auto x = by_sample(inputs, false, limits);
  if (!x) return tl::unexpected(std::move(x.error()));
  auto y = by_sample(targets, true, limits);
  if (!y) return tl::unexpected(std::move(y.error()));
  if (x->shape[0] != y->shape[0]) return tl::unexpected(unequal_counts({inputs, targets}, x->shape[0], y->shape[0]));
  Dataset dataset;
  dataset.inputs = *std::move(x);
  dataset.targets = *std::move(y);
  return dataset;
}

/// The arrays `x` and `y` of an archive, small or capital, which nothing else names; nothing when it is no archive or
/// has just one array.
Loaded<std::optional<std::pair<std::string, std::string>>> pair_of_archive(const std::string& path,
                                                                           const LoadLimits& limits) {
  if (!path.ends_with(".npz") || !exists(path)) return std::nullopt;
  const auto bytes = file_bytes(path, limits);
  if (!bytes) return tl::unexpected(bytes.error());
  if (!is_zip(*bytes)) return std::nullopt;
  const auto names = npz_names(*bytes, path);
  if (!names) return tl::unexpected(names.error());
  if (names->size() < 2) return std::nullopt;
  const auto named = [&](std::string_view small, std::string_view capital) {
    const auto found = std::ranges::find_if(*names, [&](const auto& name) { return name == small || name == capital; });
    return found == names->end() ? std::string() : path + ":" + *found;
  };
  const std::string x = named("x", "X");
  const std::string y = named("y", "Y");
  if (!x.empty() && !y.empty()) return std::pair(x, y);
  return tl::unexpected(
      error("G0506", fmt::format("{} has no arrays `x` and `y`", in_backticks(path)))
          .help(fmt::format("say which hold inputs and targets: {}",
                            in_backticks(fmt::format("{}:{},{}", file_name(path), names->front(), names->back())))));
}

}  // namespace

tl::expected<Array, Diagnostic> load_array(const std::string& path, const LoadLimits& limits) {
  return within_memory(path, [&]() -> Loaded<Array> {
    auto found = content(path, limits);
    if (!found) return tl::unexpected(std::move(found.error()));
    return std::move(found->values);
  });
}

tl::expected<Table, Diagnostic> load_table(const std::string& path, const LoadLimits& limits) {
  return within_memory(path, [&] { return table(path, limits); });
}

tl::expected<Dataset, Diagnostic> load_dataset(const DatasetSpec& spec, const LoadLimits& limits) {
  return within_memory(spec.source, [&]() -> Loaded<Dataset> {
    auto paths = pair_of(spec.source);
    if (!paths) {
      auto found = pair_of_archive(spec.source, limits);
      if (!found) return tl::unexpected(std::move(found.error()));
      paths = *std::move(found);
    }
    if (!paths) return dataset_of_table(spec, limits);
    if (!spec.label.empty()) return tl::unexpected(label_beside_pair(spec));
    return dataset_of_pair(paths->first, paths->second, limits);
  });
}

}  // namespace gradwright
