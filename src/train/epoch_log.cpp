#include "train/epoch_log.h"

#include <fmt/format.h>

#include <cmath>

namespace gradwright {
namespace {

std::string json_number(double x) { return std::isfinite(x) ? fmt::format("{}", x) : "null"; }

}  // namespace

std::vector<std::pair<std::string, double>> measurements(const EpochReport& line) {
  std::vector<std::pair<std::string, double>> all{{"loss", line.loss}, {line.held + "_loss", line.test_loss}};
  if (!std::isnan(line.test_accuracy)) all.emplace_back(line.held + "_accuracy", line.test_accuracy);
  if (!std::isnan(line.test_rmse)) all.emplace_back(line.held + "_rmse", line.test_rmse);
  for (const auto& [name, value] : line.metrics) all.emplace_back(line.held + "_" + name, value);
  return all;
}

std::string epoch_json(const EpochReport& line) {
  std::string text = fmt::format(R"({{"epoch":{})", line.epoch);
  for (const auto& [name, value] : measurements(line)) text += fmt::format(R"(,"{}":{})", name, json_number(value));
  return text + fmt::format(R"(,"samples_per_second":{},"seconds":{}}})", json_number(line.samples_a_second),
                            json_number(line.seconds));
}

tl::expected<File, Diagnostic> created_file(const std::string& path, bool is_kept) {
  if (File file{std::fopen(path.c_str(), is_kept ? "ab" : "wb")}) return file;
  return tl::unexpected(Diagnostic{"G0508",
                                   Severity::error,
                                   fmt::format("cannot write `{}`", path),
                                   {},
                                   {},
                                   {},
                                   {"check the path and the disk"},
                                   {}});
}

bool put(std::FILE* file, const std::string& bytes) {
  return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() && std::fflush(file) == 0;
}

}  // namespace gradwright
