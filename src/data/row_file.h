// Rows of numbers in a file, read where they are wanted, and a file without a name in which rows are laid down for that.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "data/bytes.h"
#include "source/diagnostic.h"

namespace gradwright {

/// A descriptor that closes itself.
class OpenFile {
 public:
  explicit OpenFile(int number) : number_(number) {}
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};
using SharedFile = std::shared_ptr<const OpenFile>;

/// A regular file, to be read (G0505).
[[nodiscard]] tl::expected<SharedFile, Diagnostic> opened(const std::string& path);

/// What a file has to go on being: the same bytes.
struct FileStamp {
  std::int64_t size = 0, seconds = 0, nanoseconds = 0;  ///< the time is that of the last change
  bool operator==(const FileStamp&) const = default;
};
[[nodiscard]] std::optional<FileStamp> stamp_of(const OpenFile&);

/// G0505: a file is not what it was when reading began.
[[nodiscard]] Diagnostic changed_file(const std::string& path);

/// Temporary numbers on the disk: in TMPDIR, else in /var/tmp, else in /tmp; the file has no name and goes with the process.
class Spool {
 public:
  /// G0508, as that of write: no folder, or no room.
  [[nodiscard]] std::optional<Diagnostic> open();
  [[nodiscard]] std::optional<Diagnostic> write(const char* bytes, std::size_t size);
  [[nodiscard]] const SharedFile& file() const { return file_; }

 private:
  [[nodiscard]] Diagnostic unwritten(int why) const;
  std::string folder_;
  SharedFile file_;
};

class RowFile {
 public:
  /// `path` is the file in diagnostics. The numbers of an array in row-major order, a row an entry of the first axis; G0506 where the file
  /// does not hold what the layout states.
  static tl::expected<std::shared_ptr<const RowFile>, Diagnostic> of(SharedFile, const std::string& path,
                                                                     NumbersLayout);

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] const std::vector<std::int64_t>& shape() const { return layout_.shape; }
  /// Rows from `first`. G0505: the file cannot be read, or has changed since it was opened; G0507: a number is not finite.
  [[nodiscard]] tl::expected<std::vector<double>, Diagnostic> read(std::size_t first, std::size_t count) const;

 private:
  RowFile() = default;
  SharedFile file_;
  std::string path_;
  NumbersLayout layout_;
  FileStamp stamp_;
  std::size_t count_ = 0, width_ = 0;
};

}  // namespace gradwright
