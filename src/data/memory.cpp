#include "data/memory.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <vector>

#include "data/idx.h"
#include "data/npy.h"
#include "data/sources.h"
#include "source/spelling.h"

namespace gradwright {
namespace {

using sources::Format;

constexpr double bytes_a_number = 16, inflation = 4;

std::atomic<std::uint64_t> chosen_bound = std::numeric_limits<std::uint64_t>::max();

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Of a file that holds one number, or `max`.
std::optional<std::uint64_t> number_in(const std::filesystem::path& path) {
  const std::string text = text_of(path.string());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

double size_of(const std::string& path) {
  std::error_code ignored;
  const auto size = std::filesystem::file_size(path, ignored);
  return ignored ? 0 : static_cast<double>(size);
}

/// Bytes that a file of one table, or of inputs or targets, takes when it is loaded.
std::optional<double> bytes_of(const std::string& path, bool is_table) {
  const auto beginning = sources::beginning_of(path);
  if (!beginning) return std::nullopt;
  const auto format = sources::format_of(*beginning, path);
  if (!format || *format == Format::npz || (*format == Format::csv && !is_table)) return std::nullopt;
  if (*format == Format::csv) {
    const double whole = size_of(path) * (path.ends_with(".gz") ? inflation : 1);
    const auto cells =
        std::ranges::count_if(*beginning, [](char c) { return c == ',' || c == ';' || c == '\t' || c == '\n'; });
    return whole + bytes_a_number * whole * static_cast<double>(cells) / static_cast<double>(beginning->size());
  }
  const auto layout = *format == Format::npy ? npy_layout(*beginning, path) : idx_layout(*beginning, path);
  if (!layout || layout->fortran_order) return std::nullopt;
  double numbers = 1;
  for (const std::int64_t extent : layout->shape) numbers *= static_cast<double>(extent);
  return bytes_a_number * numbers;
}

}  // namespace

std::optional<std::uint64_t> memory_of_groups(const std::string& groups, const std::string& folder) {
  std::optional<std::uint64_t> least;
  const auto bound = [&](const std::filesystem::path& path) {
    if (const auto found = number_in(path)) least = std::min(least.value_or(*found), *found);
  };
  std::istringstream lines(groups);
  for (std::string line; std::getline(lines, line);) {  // `0::/user.slice/a`, or of the first version `5:memory:/a`
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string kinds = "," + line.substr(first + 1, second - first - 1) + ",";
    const bool is_first_version = kinds.find(",memory,") != std::string::npos;
    if (!is_first_version && kinds != ",,") continue;
    const std::filesystem::path root = is_first_version ? folder + "/memory" : folder;
    const char* name = is_first_version ? "memory.limit_in_bytes" : "memory.max";
    bound(root / name);
    std::filesystem::path group = root;
    for (const auto& part : std::filesystem::path(line.substr(second + 1)).relative_path()) {
      if (part == "..") break;  // seen from within another namespace
      group /= part;
      bound(group / name);
    }
  }
  return least;
}

std::uint64_t memory_of_process() {
  std::uint64_t least = chosen_bound;
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  if (pages > 0 && page > 0)
    least = std::min(least, static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page));
  for (const auto kind : {RLIMIT_AS, RLIMIT_DATA}) {
    rlimit limit{};
    if (getrlimit(kind, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
      least = std::min<std::uint64_t>(least, limit.rlim_cur);
  }
  return std::min(least, memory_of_groups(text_of("/proc/self/cgroup"), "/sys/fs/cgroup").value_or(least));
}

void limit_memory(std::uint64_t bytes) { chosen_bound = bytes; }

std::optional<Diagnostic> beyond_memory(std::string_view what, double bytes) {
  const auto bound = static_cast<double>(memory_of_process());
  if (bytes <= bound) return std::nullopt;
  return error("G0511", fmt::format("{} would take {}, and {} are at hand", what, bytes_text(bytes), bytes_text(bound)))
      .help("choose smaller sizes, or name no result as large as this")
      .help("`--limit` and `ulimit -a` say what is at hand");
}

std::optional<std::uint64_t> bytes_to_load(const DatasetSpec& spec) {
  const auto paths = sources::pair_of(spec.source);
  const auto first = bytes_of(paths ? paths->first : spec.source, !paths);
  const auto second = paths ? bytes_of(paths->second, false) : 0.0;
  if (!first || !second) return std::nullopt;
  return static_cast<std::uint64_t>(std::clamp(*first + *second, 0.0, 1e18));
}

}  // namespace gradwright
