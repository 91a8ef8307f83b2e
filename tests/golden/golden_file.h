// A golden file: prose, then cases. A case is `=== title`, the input, lines `means: …`, `---`, the expected text; in the input `\xff` is
// the byte 255. With GRADWRIGHT_UPDATE_GOLDEN set, what does not agree is written instead of failing (tools/golden).
#pragma once

#include <string>
#include <vector>

namespace gradwright {

struct GoldenCase {
  std::string title;
  std::string written;             ///< the input as it stands in the file
  std::string input;               ///< `written` with its bytes
  std::vector<std::string> means;  ///< of each edit that is offered, in order: the line that is meant
  std::string expected;            ///< empty in a case that is new
  std::size_t line = 0;            ///< of its title
};

struct GoldenFile {
  std::string name;
  std::string prose;
  std::vector<GoldenCase> cases;
};

[[nodiscard]] bool updates_golden();
/// The content of a file of the repository; empty when there is none.
[[nodiscard]] std::string repository_file(const std::string& path);
/// Compares `content` to the file, or rewrites the file.
void check_repository_file(const std::string& path, const std::string& content);

/// The golden files of a folder of the repository, by name.
[[nodiscard]] std::vector<GoldenFile> golden_files(const std::string& folder);
[[nodiscard]] std::string golden_text(const GoldenFile&);

}  // namespace gradwright
