// Compiled programs on disk: KEY.so in a directory of the user's own. Each file ends in a checksum of itself; a file that fails it is
// as good as none. Files come into being whole (written elsewhere, fsync, rename), so any number of processes may share the directory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace gradwright::running {

/// 128 bits of the text, as 32 hexadecimal digits.
[[nodiscard]] std::string fingerprint(const std::string& text);

class Cache {
 public:
  /// `directory`, else $XDG_CACHE_HOME/gradwright, else ~/.cache/gradwright; made if it is not there. Nothing where it cannot be
  /// made, belongs to somebody else, or others may write into it.
  [[nodiscard]] static std::optional<Cache> opened(std::filesystem::path directory);

  /// The file of this key, where it is whole.
  [[nodiscard]] std::optional<std::filesystem::path> find(const std::string& key) const;
  /// Appends the checksum to `made` and moves it to the place of the key.
  [[nodiscard]] std::optional<std::filesystem::path> keep(const std::string& key,
                                                          const std::filesystem::path& made) const;
  /// The same for machine code that no loader of the system reads: KEY.o.
  [[nodiscard]] std::optional<std::string> content(const std::string& key) const;
  void keep_content(const std::string& key, std::string_view content) const;
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  [[nodiscard]] bool moved(const std::filesystem::path& made, const std::filesystem::path& place) const;
  explicit Cache(std::filesystem::path directory) : directory_(std::move(directory)) {}
  void forget_oldest() const;
  std::filesystem::path directory_;
};

/// A directory that is gone with its object.
class ScratchDirectory {
 public:
  /// In `parent`, or where temporary files go; empty path: it could not be made.
  explicit ScratchDirectory(const std::filesystem::path& parent);
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace gradwright::running
