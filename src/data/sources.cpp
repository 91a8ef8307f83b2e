#include "data/sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "data/idx.h"
#include "data/npy.h"
#include "data/npz.h"

namespace gradwright::sources {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  const std::size_t end = text.find_last_not_of(' ') + 1;
  return std::string(begin < end ? text.substr(begin, end - begin) : std::string_view());
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  return shape.empty() ? "a single number" : fmt::format("{}", fmt::join(shape, "×"));
}

}  // namespace

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

std::optional<std::pair<std::string, std::string>> pair_of(const std::string& source) {
  const std::size_t first = source.find(',');
  if (first == std::string::npos || exists(source)) return std::nullopt;
  const auto cut = [&](std::size_t comma) {
    return std::pair(trimmed(std::string_view(source).substr(0, comma)),
                     trimmed(std::string_view(source).substr(comma + 1)));
  };
  for (std::size_t comma = first; comma != std::string::npos; comma = source.find(',', comma + 1))
    if (const auto paths = cut(comma); exists(paths.first) && exists(paths.second)) return paths;
  auto paths = cut(first);
  // `data.npz:x,y`: both arrays of one archive.
  if (const auto member = npz_member(paths.first); member && !exists(paths.second) && !npz_member(paths.second))
    paths.second = member->first + ":" + paths.second;
  return paths;
}

tl::expected<Format, Diagnostic> format_of(std::string_view bytes, std::string_view path) {
  if (is_npy(bytes)) return Format::npy;
  if (is_idx(bytes)) return Format::idx;
  if (is_zip(bytes)) return Format::npz;
  if (path.ends_with(".gz")) path.remove_suffix(3);
  if (bytes.empty())
    return tl::unexpected(
        error("G0506", fmt::format("{} is empty", in_backticks(path))).help("fetch or write the file again"));
  if (path.ends_with(".npy")) return Format::npy;
  if (path.ends_with(".npz")) return Format::npz;
  if (path.ends_with(".idx") || path.ends_with("-ubyte")) return Format::idx;
  const bool is_utf16 = bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
  if (!is_utf16 && bytes.substr(0, 4096).find('\0') != std::string_view::npos)
    return tl::unexpected(error("G0506", fmt::format("{} is neither text nor NPY nor IDX", in_backticks(path)))
                              .help("give a CSV file, a file of `numpy.save` or `numpy.savez`, or an IDX file"));
  return Format::csv;
}

tl::expected<std::string, Diagnostic> beginning_of(const std::string& path) {
  const auto read = in_file(path)();
  if (!read) return tl::unexpected(read.error());
  std::string bytes(std::size_t{1} << 17U, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const auto count = (*read)(bytes.data() + filled, bytes.size() - filled);
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) break;
    filled += *count;
  }
  bytes.resize(filled);
  return bytes;
}

bool may_be_csv(const std::string& source) {
  if (pair_of(source) || npz_member(source)) return false;
  const auto beginning = beginning_of(source);
  if (!beginning) return true;
  const auto format = format_of(*beginning, source);
  return !format || *format == Format::csv;
}

std::vector<std::string> numbered_columns(std::int64_t count) {
  std::vector<std::string> names;
  for (std::int64_t i = 1; i <= count; ++i) names.push_back(fmt::format("column{}", i));
  return names;
}

tl::expected<std::size_t, Diagnostic> label_column(const std::vector<std::string>& columns, const std::string& label,
                                                   const std::string& path) {
  const auto count = static_cast<std::int64_t>(columns.size());
  if (label.empty()) return columns.size() - 1;
  const auto named = std::ranges::find(columns, label);
  if (named != columns.end()) {
    if (std::find(named + 1, columns.end(), label) != columns.end())
      return tl::unexpected(
          error("G0506", fmt::format("{} has several columns {}", in_backticks(path), in_backticks(label)))
              .help("give the number of the column, from 1"));
    return static_cast<std::size_t>(named - columns.begin());
  }
  std::int64_t number = 0;
  const auto [end, status] = std::from_chars(label.data(), label.data() + label.size(), number);
  if (status == std::errc() && end == label.data() + label.size() && number != 0 && number >= -count && number <= count)
    return static_cast<std::size_t>(number > 0 ? number - 1 : count + number);
  constexpr std::size_t shown = 8;
  std::string names;
  for (std::size_t i = 0; i < columns.size() && i < shown; ++i)
    names += (i == 0 ? "" : ", ") + in_backticks(columns[i]);
  return tl::unexpected(error("G0506", fmt::format("{} has no column {}", in_backticks(path), in_backticks(label)))
                            .help(fmt::format("its {} columns: {}{}; or a number from 1", count, names,
                                              columns.size() > shown ? ", …" : "")));
}

tl::expected<std::size_t, Diagnostic> describe(const CsvColumns& columns, const DatasetSpec& spec, Dataset& about) {
  std::vector<std::string> names;
  for (const CsvColumn& column : columns.columns) names.push_back(column.name);
  const auto label = label_column(names, spec.label, spec.source);
  if (!label) return label;
  if (names.size() < 2) return tl::unexpected(without_inputs(spec));
  about.target = names[*label];
  about.features = columns.features(*label);
  about.classes = columns.columns[*label].texts;
  about.columns = columns.columns;
  about.columns.erase(about.columns.begin() + static_cast<std::ptrdiff_t>(*label));
  about.has_names = columns.has_names;
  about.target_at = *label;
  about.fills_gaps = spec.missing == Missing::mean;
  return label;
}

Diagnostic without_inputs(const DatasetSpec& spec) {
  return error("G0506", fmt::format("{} has one column, the target, and no inputs", in_backticks(spec.source)))
      .help("each line needs the inputs and the target: `0.5,1.25,1`");
}

Diagnostic no_table(const std::string& path, const std::vector<std::int64_t>& shape) {
  return error("G0506", fmt::format("{} is {}, not a table", in_backticks(path), shape_text(shape)))
      .help("give a CSV file, or inputs and targets as two files: `inputs.npy,targets.npy`");
}

Diagnostic no_samples(const std::string& path, const std::vector<std::int64_t>& shape) {
  return error("G0506", fmt::format("{} is {}: no samples", in_backticks(path), shape_text(shape)))
      .help("the first axis counts the samples");
}

Diagnostic unequal_counts(const std::pair<std::string, std::string>& paths, std::int64_t inputs, std::int64_t targets) {
  return error("G0506", fmt::format("{} has {} samples, {} has {}", in_backticks(paths.first), inputs,
                                    in_backticks(paths.second), targets))
      .help("inputs and targets need one row for each sample; do both files belong to the same part of the data?");
}

Diagnostic label_beside_pair(const DatasetSpec& spec) {
  return error("G0506", fmt::format("a label column {} beside two files", in_backticks(spec.label)))
      .help("the second file holds the targets: leave the label out");
}

}  // namespace gradwright::sources
