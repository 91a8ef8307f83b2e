// A file that is there whole or not at all: written beside its place, in a file of its own name that nobody else has, brought to the disk,
// then put in its place. Whatever ends the program, and when, the path names the old content or the new. Mode and owner of what is
// replaced stay; a link of the person's own stays, and what it points to is replaced.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "source/diagnostic.h"

namespace gradwright {

class DurableFile {
 public:
  DurableFile() = default;
  DurableFile(const DurableFile&) = delete;
  DurableFile& operator=(const DurableFile&) = delete;
  ~DurableFile();

  // Each: G0508 where it could not be done; then the old content stays.
  [[nodiscard]] std::optional<Diagnostic> open(const std::string& path);
  [[nodiscard]] std::optional<Diagnostic> write(std::string_view bytes);
  /// What was written is the content of the path from here on.
  [[nodiscard]] std::optional<Diagnostic> finish();

 private:
  [[nodiscard]] int created_beside();
  [[nodiscard]] Diagnostic failed(int error) const;
  void close();

  std::string path_;    ///< as it was given
  std::string target_;  ///< behind the person's links
  std::string beside_;  ///< empty where the target is no regular file, and is written to as it is: /dev/stdout, a pipe
  int number_ = -1;
};

/// What is written when a path is: itself, or what the links it ends in point to.
[[nodiscard]] std::string target_of(const std::string& path);
[[nodiscard]] std::optional<Diagnostic> write_durably(const std::string& path, std::string_view content);
/// Whether write_durably would find its place: tried before work whose result is to go there. G0508.
[[nodiscard]] std::optional<Diagnostic> unwritable(const std::string& path);

}  // namespace gradwright
