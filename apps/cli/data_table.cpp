#include "data_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "data/bytes.h"

namespace gradwright::cli {
namespace {

constexpr std::size_t most_lines = 12, widest_name = 28;

std::string shortened(const std::string& name) {
  std::string shown = in_backticks(name);
  shown = shown.substr(1, shown.size() - 2);
  return shown.size() > widest_name ? shown.substr(0, widest_name - 3) + "..." : shown;
}

std::string scaled_columns(const DataRecord& record) {
  const std::vector<std::string> names = CsvColumns{record.columns, false, 0}.features(record.columns.size());
  std::size_t width = 6;
  for (std::size_t i = 0; i < std::min(names.size(), most_lines); ++i)
    width = std::max(width, shortened(names[i]).size());
  const bool is_standard = record.scaling == "standard";
  std::string text = fmt::format("  {:<{}}  {:>12}  {:>12}\n", "column", width, is_standard ? "mean" : "least",
                                 is_standard ? "deviation" : "range");
  for (std::size_t i = 0; i < std::min(names.size(), most_lines); ++i)
    text += fmt::format("  {:<{}}  {:>12.6g}  {}\n", shortened(names[i]), width, record.shift[i],
                        record.factor[i] == 0 ? std::string("    constant: 0 to the network")
                                              : fmt::format("{:>12.6g}", 1 / record.factor[i]));
  if (names.size() > most_lines) text += fmt::format("  and {} more\n", names.size() - most_lines);
  return text;
}

}  // namespace

std::string data_table(const DataRecord& record) {
  std::string text;
  if (!record.is_scaled()) {
    text = "features: as they are, not scaled\n";
  } else {
    const auto constant = std::ranges::count(record.factor, 0.0);
    text = fmt::format(
        "features: {}, by the training part; the parameters keep it, `predict`, `run` and `eval` apply it\n",
        record.scaling == "standard" ? "(x - mean)/deviation" : "(x - least)/range");
    text += !record.columns.empty() ? scaled_columns(record)
            : constant > 0
                ? fmt::format("  {} of {} are constant there, and 0 to the network\n", constant, record.width())
                : std::string();
  }
  if (!record.is_mapped) return text;
  const bool are_named = record.classes.size() == 2;
  return text + fmt::format("labels: {} is -1 and {} is 1, as the target is declared `pm1`\n",
                            are_named ? in_backticks(record.classes[0]) : "0",
                            are_named ? in_backticks(record.classes[1]) : "1");
}

}  // namespace gradwright::cli
