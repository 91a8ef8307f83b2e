// Epochs as data: an object of JSON each, and a file that gets a line an epoch.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "train/train.h"

namespace gradwright {

/// What was measured, by name: `loss`, `test_loss`, `test_accuracy`, `test_rmse`, `test_NAME` of a metric. What was not is left out.
[[nodiscard]] std::vector<std::pair<std::string, double>> measurements(const EpochReport&);
/// {"epoch":1,"loss":…,"test_loss":…,…,"samples_per_second":…,"seconds":…}; what is not finite is null.
[[nodiscard]] std::string epoch_json(const EpochReport&);

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;
/// A new file that nobody else has. G0508, where the name is there too.
[[nodiscard]] tl::expected<File, Diagnostic> created_file(const std::string& path);
/// Written to from its end. G0508.
[[nodiscard]] tl::expected<File, Diagnostic> appended_file(const std::string& path);
/// All of it, handed to the operating system before this returns; false where that fails.
[[nodiscard]] bool put(std::FILE*, const std::string& bytes);
/// The same of a file that is appended to; where it fails, nothing of it stays.
[[nodiscard]] bool put_whole(std::FILE*, const std::string& bytes);

}  // namespace gradwright
