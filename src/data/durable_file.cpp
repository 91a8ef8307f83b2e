#include "data/durable_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdio>
#include <filesystem>
#include <random>
#include <system_error>

#include "data/bytes.h"

namespace gradwright {
namespace {

constexpr std::size_t longest_write = std::size_t{1} << 30U;
constexpr int most_links = 40, most_names = 100;

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// In a folder where everybody may make files, a link is followed by whoever made it, or where the owner of the folder did.
bool is_own_link(const std::string& path, const struct stat& link) {
  struct stat folder {};
  if (stat(folder_of(path).c_str(), &folder) != 0) return false;
  const bool is_shared = (folder.st_mode & S_ISVTX) != 0 && (folder.st_mode & S_IWOTH) != 0;
  return !is_shared || link.st_uid == geteuid() || link.st_uid == folder.st_uid;
}

/// /dev/stdout, /dev/fd/63: what this process has open.
std::optional<int> open_descriptor(const std::string& path) {
  std::error_code ignored;
  const std::string folder = std::filesystem::canonical(folder_of(path), ignored).string();
  if (folder != fmt::format("/proc/{}/fd", getpid())) return std::nullopt;
  int number = -1;
  const std::string name = std::filesystem::path(path).filename().string();
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  return error == std::errc() && end == name.data() + name.size() ? std::optional(number) : std::nullopt;
}

/// What a path means behind the links it ends in, whether that is there or not yet; nothing where they lead nowhere, or are another's.
std::optional<std::string> behind_links(std::string path) {
  for (int i = 0; i < most_links; ++i) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0 || !S_ISLNK(status.st_mode) || open_descriptor(path)) return path;
    if (!is_own_link(path, status)) return std::nullopt;
    char to[PATH_MAX];
    const ssize_t size = readlink(path.c_str(), to, sizeof to);
    if (size <= 0 || size == static_cast<ssize_t>(sizeof to)) return std::nullopt;
    const std::filesystem::path next(std::string(to, static_cast<std::size_t>(size)));
    path = next.is_absolute() ? next.string() : (std::filesystem::path(folder_of(path)) / next).string();
  }
  return std::nullopt;
}

bool put(int number, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = ::write(number, content.data(), std::min(content.size(), longest_write));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

/// Until it lies on the disk. A file system that cannot say so (EINVAL) is believed.
bool synced(int number) { return fsync(number) == 0 || errno == EINVAL || errno == EROFS; }

/// The name of the file is on the disk when its folder is.
bool named(const std::string& path) {
  const int folder = ::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return errno == EACCES;  // a folder that may be written and not read
  const bool is_synced = synced(folder);
  ::close(folder);
  return is_synced;
}

mode_t usual_mode() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

}  // namespace

DurableFile::~DurableFile() { close(); }

void DurableFile::close() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
  if (!beside_.empty()) (void)unlink(beside_.c_str());
  beside_.clear();
}

Diagnostic DurableFile::failed(int number) const {
  return error("G0508",
               fmt::format("cannot write {}: {}", in_backticks(path_), std::generic_category().message(number)))
      .help("check the path, the permissions and the space on the disk");
}

/// A new file beside the target; O_EXCL takes no name that is there, and follows no link.
int DurableFile::created_beside() {
  std::random_device random;
  for (int i = 0; i < most_names; ++i) {
    beside_ = fmt::format("{}/.gradwright-{:08x}{:08x}", folder_of(target_), random(), random());
    const int number = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (number >= 0 || errno != EEXIST) return number;
  }
  return -1;
}

std::optional<Diagnostic> DurableFile::open(const std::string& path) {
  path_ = path;
  if (path.empty() || path.find('\0') != std::string::npos) return failed(ENOENT);
  const auto target = behind_links(path);
  if (!target) return failed(ELOOP);
  target_ = *target;
  if (const auto descriptor = open_descriptor(target_)) {
    number_ = dup(*descriptor);
    return number_ < 0 ? std::optional(failed(errno)) : std::nullopt;
  }
  struct stat old {};
  const bool is_there = stat(target_.c_str(), &old) == 0;
  if (is_there && S_ISDIR(old.st_mode)) return failed(EISDIR);
  if (is_there && !S_ISREG(old.st_mode)) {
    number_ = ::open(target_.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC);
    return number_ < 0 ? std::optional(failed(errno)) : std::nullopt;
  }
  if (is_there && faccessat(AT_FDCWD, target_.c_str(), W_OK, AT_EACCESS) != 0) return failed(errno);
  number_ = created_beside();
  if (number_ < 0) {
    const int error = errno;
    beside_.clear();
    return failed(error);
  }
  // Only root may give a file away: what cannot be kept so is still the person's own.
  if (is_there && (old.st_uid != geteuid() || old.st_gid != getegid())) (void)!fchown(number_, old.st_uid, old.st_gid);
  if (fchmod(number_, is_there ? old.st_mode & 07777U : usual_mode()) != 0) return failed(errno);
  return std::nullopt;
}

std::optional<Diagnostic> DurableFile::write(std::string_view bytes) {
  return put(number_, bytes) ? std::nullopt : std::optional(failed(errno));
}

std::optional<Diagnostic> DurableFile::finish() {
  const int number = number_;
  if (!beside_.empty() && !synced(number)) return failed(errno);
  number_ = -1;
  if (::close(number) != 0 && errno != EINTR) return failed(errno);
  if (beside_.empty()) return std::nullopt;
  if (std::rename(beside_.c_str(), target_.c_str()) != 0) return failed(errno);
  beside_.clear();
  return named(target_) ? std::nullopt : std::optional(failed(errno));
}

std::string target_of(const std::string& path) { return behind_links(path).value_or(path); }

std::optional<Diagnostic> write_durably(const std::string& path, std::string_view content) {
  DurableFile file;
  if (auto fault = file.open(path)) return fault;
  if (auto fault = file.write(content)) return fault;
  return file.finish();
}

std::optional<Diagnostic> unwritable(const std::string& path) { return DurableFile().open(path); }

}  // namespace gradwright
