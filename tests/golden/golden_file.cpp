#include "golden_file.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace gradwright {
namespace {

std::filesystem::path rooted(const std::string& path) { return std::filesystem::path(GRADWRIGHT_SOURCE_DIR) / path; }

int hex_digit(char c) {
  const std::string_view digits = "0123456789abcdef";
  const std::size_t at = digits.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

/// `\xff` becomes its byte.
std::string with_bytes(const std::string& written) {
  std::string bytes;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const bool escaped = written.compare(i, 2, "\\x") == 0 && i + 3 < written.size() &&
                         hex_digit(written[i + 2]) >= 0 && hex_digit(written[i + 3]) >= 0;
    if (!escaped) {
      bytes += written[i];
      continue;
    }
    bytes += static_cast<char>(hex_digit(written[i + 2]) * 16 + hex_digit(written[i + 3]));
    i += 3;
  }
  return bytes;
}

/// Blank lines at the end separate cases.
void trim_end(std::string& text) {
  while (text.ends_with("\n\n")) text.pop_back();
  if (text == "\n") text.clear();
}

GoldenFile parsed(const std::string& name, const std::string& content) {
  constexpr std::string_view meant = "means: ";
  GoldenFile file{name, {}, {}};
  std::string* part = &file.prose;
  std::istringstream lines(content);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.starts_with("=== ")) {
      file.cases.push_back({line.substr(4), {}, {}, {}, {}, number});
      part = &file.cases.back().written;
    } else if (line == "---" && !file.cases.empty() && part == &file.cases.back().written) {
      part = &file.cases.back().expected;
    } else if (line.starts_with(meant) && !file.cases.empty() && part == &file.cases.back().written) {
      file.cases.back().means.push_back(line.substr(meant.size()));
    } else {
      *part += line + "\n";
    }
  }
  trim_end(file.prose);
  for (GoldenCase& one : file.cases) {
    trim_end(one.written);
    trim_end(one.expected);
    one.input = with_bytes(one.written);
  }
  return file;
}

}  // namespace

bool updates_golden() { return std::getenv("GRADWRIGHT_UPDATE_GOLDEN") != nullptr; }

std::string repository_file(const std::string& path) {
  std::ifstream file(rooted(path), std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void check_repository_file(const std::string& path, const std::string& content) {
  const std::string present = repository_file(path);
  if (present == content) return;
  if (updates_golden()) {
    std::ofstream file(rooted(path), std::ios::binary);
    file << content;
    MESSAGE("rewritten: ", path);
    return;
  }
  FAIL_CHECK("`", path, "` is not up to date: run tools/golden and review the difference");
}

std::vector<GoldenFile> golden_files(const std::string& folder) {
  std::vector<GoldenFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(rooted(folder))) {
    const std::string path = folder + "/" + entry.path().filename().string();
    files.push_back(parsed(path, repository_file(path)));
  }
  std::sort(files.begin(), files.end(), [](const GoldenFile& a, const GoldenFile& b) { return a.name < b.name; });
  return files;
}

std::string golden_text(const GoldenFile& file) {
  std::string text = file.prose;
  for (const GoldenCase& one : file.cases) {
    text += "\n=== " + one.title + "\n" + one.written;
    for (const std::string& line : one.means) text += "means: " + line + "\n";
    text += "---\n" + one.expected;
  }
  return text;
}

}  // namespace gradwright
