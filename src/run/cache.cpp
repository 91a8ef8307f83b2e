#include "run/cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/hash.h"

namespace gradwright::running {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 1000;
constexpr std::string_view scratch_name = "scratch-";
constexpr std::string_view mark = "\ngradwright:";

fs::path default_directory() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return fs::path(cache) / "gradwright";
  const char* home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? fs::path(home) / ".cache" / "gradwright" : fs::path();
}

std::optional<std::string> content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string content{std::istreambuf_iterator<char>(file), {}};
  return file.bad() ? std::nullopt : std::optional(std::move(content));
}

bool is_whole(const std::string& content) {
  const std::size_t tail = mark.size() + 32;
  if (content.size() < tail) return false;
  const std::size_t end = content.size() - tail;
  return content.compare(end, mark.size(), mark) == 0 &&
         content.compare(end + mark.size(), 32, fingerprint(content.substr(0, end))) == 0;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string fingerprint(const std::string& text) {
  std::uint64_t a = mixed(1, text.size());
  std::uint64_t b = mixed(2, text.size());
  for (std::size_t i = 0; i < text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, std::min<std::size_t>(8, text.size() - i));
    a = mixed(a, word);
    b = mixed(b, word + a);
  }
  return fmt::format("{:016x}{:016x}", a, b);
}

std::optional<Cache> Cache::opened(fs::path directory) {
  if (directory.empty()) directory = default_directory();
  if (directory.empty()) return std::nullopt;
  std::error_code error;
  fs::create_directories(directory.parent_path(), error);
  (void)mkdir(directory.c_str(), 0700);
  struct stat about {};
  if (stat(directory.c_str(), &about) != 0 || !S_ISDIR(about.st_mode)) return std::nullopt;
  const bool is_own = about.st_uid == geteuid() && (about.st_mode & (S_IWGRP | S_IWOTH)) == 0;
  if (!is_own || access(directory.c_str(), W_OK | X_OK) != 0) return std::nullopt;
  return Cache(std::move(directory));
}

std::optional<fs::path> Cache::find(const std::string& key) const {
  fs::path path = directory_ / (key + ".so");
  const auto content = content_of(path);
  if (!content || !is_whole(*content)) return std::nullopt;
  return path;
}

/// Appends the checksum to `made` and moves it to its place.
bool Cache::moved(const fs::path& made, const fs::path& place) const {
  const auto content = content_of(made);
  if (!content) return false;
  const int file = open(made.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file == -1) return false;
  const bool is_written = write_all(file, std::string(mark) + fingerprint(*content)) && fsync(file) == 0;
  const bool is_closed = close(file) == 0;
  std::error_code error;
  if (is_written && is_closed) fs::rename(made, place, error);
  if (!is_written || !is_closed || error) return false;
  forget_oldest();
  return true;
}

std::optional<fs::path> Cache::keep(const std::string& key, const fs::path& made) const {
  fs::path path = directory_ / (key + ".so");
  return moved(made, path) ? std::optional(std::move(path)) : std::nullopt;
}

std::optional<std::string> Cache::content(const std::string& key) const {
  auto content = content_of(directory_ / (key + ".o"));
  if (!content || !is_whole(*content)) return std::nullopt;
  content->resize(content->size() - mark.size() - 32);
  return content;
}

void Cache::keep_content(const std::string& key, std::string_view content) const {
  const ScratchDirectory scratch(directory_);
  if (scratch.path().empty()) return;
  const fs::path made = scratch.path() / "object";
  std::ofstream file(made, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (file) (void)moved(made, directory_ / (key + ".o"));
}

/// Half of the files go where there are too many; one that another process has open stays open there. So do directories that a
/// process which was cut off left behind.
void Cache::forget_oldest() const {
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  const fs::file_time_type yesterday = fs::file_time_type::clock::now() - std::chrono::hours(24);
  std::error_code error;
  for (auto it = fs::directory_iterator(directory_, error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    std::error_code gone;
    const fs::file_time_type time = it->last_write_time(gone);
    if (gone) continue;
    if (it->path().extension() == ".so" || it->path().extension() == ".o")
      files.emplace_back(time, it->path());
    else if (it->path().filename().string().starts_with(scratch_name) && time < yesterday)
      fs::remove_all(it->path(), gone);
  }
  if (files.size() <= most_files) return;
  std::sort(files.begin(), files.end());
  for (std::size_t i = 0; i < files.size() / 2; ++i) fs::remove(files[i].second, error);
}

ScratchDirectory::ScratchDirectory(const fs::path& parent) {
  std::error_code error;
  const fs::path place = parent.empty() ? fs::temp_directory_path(error) : parent;
  std::string pattern = ((error ? fs::path("/tmp") : place) / scratch_name).string() + "XXXXXX";
  if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code error;
  if (!path_.empty()) fs::remove_all(path_, error);
}

}  // namespace gradwright::running
