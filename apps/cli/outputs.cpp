#include "outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "commands.h"

namespace gradwright::cli {
namespace {

/// Endings that name a format; a name that ends otherwise says nothing of it.
constexpr std::string_view known[] = {
    ".bin",  ".c",   ".cpp", ".csv", ".gw",  ".gz",  ".h",    ".h5",   ".hdf5", ".html",        ".idx",
    ".json", ".jpg", ".mat", ".md",  ".npy", ".npz", ".onnx", ".pdf",  ".pkl",  ".png",         ".pt",
    ".pth",  ".py",  ".svg", ".tex", ".tsv", ".txt", ".xlsx", ".yaml", ".zip",  ".safetensors", ".jsonl"};

}  // namespace

std::vector<NamedFile> files_of(const std::string& what, const std::string& source) {
  std::vector<NamedFile> files;
  for (const std::string& path : gw::files_of(source)) files.push_back({what, path});
  return files;
}

std::optional<gw::Diagnostic> lost_file(const std::vector<NamedFile>& inputs, const std::vector<NamedFile>& outputs) {
  const auto refused = [](const NamedFile& output, const NamedFile& other, const char* why) {
    return fault(
        "G0541",
        fmt::format("{} would be written over {}: both are {}", output.what, other.what, gw::in_backticks(other.path)),
        fmt::format("{}: give {} a name of its own", why, output.what));
  };
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].path.empty()) continue;
    for (const NamedFile& input : inputs) {
      if (!input.path.empty() && gw::are_one_file(outputs[i].path, input.path))
        return refused(outputs[i], input, "what is read would be lost");
    }
    for (std::size_t k = 0; k < i; ++k) {
      if (!outputs[k].path.empty() && gw::are_one_file(outputs[i].path, outputs[k].path))
        return refused(outputs[i], outputs[k], "one of the two would be lost");
    }
  }
  return std::nullopt;
}

std::string ending_of(const std::string& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) return "";
  std::string ending = std::filesystem::path(path).extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

std::optional<gw::Diagnostic> misnamed(const NamedFile& output, const std::vector<std::string_view>& written) {
  const std::string ending = output.path.empty() ? "" : ending_of(output.path);
  if (std::ranges::find(known, ending) == std::end(known) || std::ranges::find(written, ending) != written.end())
    return std::nullopt;
  return fault("G0542",
               fmt::format("{} does not write {} files, and {} is named as one", output.what, ending,
                           gw::in_backticks(output.path)),
               fmt::format("name it by what it holds: `{}`",
                           std::filesystem::path(output.path).filename().replace_extension(written[0]).string()));
}

}  // namespace gradwright::cli
