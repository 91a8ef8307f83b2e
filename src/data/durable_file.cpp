#include "data/durable_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "data/bytes.h"

namespace gradwright {
namespace {

constexpr std::size_t longest_write = std::size_t{1} << 30U;

/// A descriptor that is closed on every way out.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { (void)close(); }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  [[nodiscard]] bool write(std::string_view content) const {
    while (!content.empty()) {
      const ssize_t count = ::write(number_, content.data(), std::min(content.size(), longest_write));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      content.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  /// Until it lies on the disk. A file system that cannot say so (EINVAL) is believed.
  [[nodiscard]] bool sync() const { return fsync(number_) == 0 || errno == EINVAL || errno == EROFS; }
  [[nodiscard]] bool close() {
    const int number = number_;
    number_ = -1;
    return number < 0 || ::close(number) == 0 || errno == EINTR;
  }

 private:
  int number_;
};

bool written(const std::string& path, std::string_view content) {
  Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  return file.is_open() && file.write(content) && file.sync() && file.close();
}

/// The name of the file is on the disk when its directory is.
bool named(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  const Descriptor place(open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return place.is_open() && place.sync();
}

}  // namespace

std::optional<Diagnostic> write_durably(const std::string& path, std::string_view content) {
  const auto failed = [&](int error) {
    return data_error("G0508",
                      fmt::format("cannot write {}: {}", in_backticks(path), std::generic_category().message(error)),
                      "check the path, the permissions and the space on the disk");
  };
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) return failed(EISDIR);
  const std::string beside = path + ".new";
  if (!written(beside, content)) {
    const int error = errno;
    if (error != EISDIR) (void)unlink(beside.c_str());
    return failed(error);
  }
  if (std::rename(beside.c_str(), path.c_str()) != 0 || !named(path)) return failed(errno);
  return std::nullopt;
}

}  // namespace gradwright
