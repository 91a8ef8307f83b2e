#include "train/epoch_log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <system_error>

#include "data/bytes.h"

namespace gradwright {
namespace {

std::string json_number(double x) { return std::isfinite(x) ? fmt::format("{}", x) : "null"; }

tl::expected<File, Diagnostic> opened_file(const std::string& path, const char* mode) {
  if (File file{std::fopen(path.c_str(), mode)}) {
    std::setvbuf(file.get(), nullptr, _IONBF, 0);  // what could not be written is not tried again
    return file;
  }
  return tl::unexpected(
      error("G0508", fmt::format("cannot write {}: {}", in_backticks(path), std::generic_category().message(errno)))
          .help("check the path and the disk"));
}

}  // namespace

std::vector<std::pair<std::string, double>> measurements(const EpochReport& line) {
  std::vector<std::pair<std::string, double>> all{{"loss", line.loss}};
  if (line.held.empty()) return all;
  all.emplace_back(line.held + "_loss", line.test_loss);
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

tl::expected<File, Diagnostic> created_file(const std::string& path) { return opened_file(path, "wbx"); }

tl::expected<File, Diagnostic> appended_file(const std::string& path) { return opened_file(path, "ab"); }

bool put(std::FILE* file, const std::string& bytes) {
  return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() && std::fflush(file) == 0;
}

bool put_whole(std::FILE* file, const std::string& bytes) {
  const auto size = lseek(fileno(file), 0, SEEK_END);
  if (put(file, bytes)) return true;
  if (size >= 0) (void)!ftruncate(fileno(file), size);
  return false;
}

}  // namespace gradwright
