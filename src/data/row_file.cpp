#include "data/row_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace gradwright {
namespace {

constexpr std::uint64_t no_limit = std::uint64_t{1} << 62U;

Diagnostic failed(const std::string& path) { return unreadable(path, std::error_code(errno, std::generic_category())); }

}  // namespace

Diagnostic changed_file(const std::string& path) {
  return error("G0505", fmt::format("{} has changed while it was read", in_backticks(path)))
      .help("begin again when nothing writes to it");
}

OpenFile::~OpenFile() {
  if (number_ >= 0) close(number_);
}

tl::expected<SharedFile, Diagnostic> opened(const std::string& path) {
  if (auto fault = not_a_file(path)) return tl::unexpected(*std::move(fault));
  auto file = std::make_shared<const OpenFile>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file->number() < 0) return tl::unexpected(failed(path));
  return file;
}

std::optional<FileStamp> stamp_of(const OpenFile& file) {
  struct stat about {};
  if (fstat(file.number(), &about) != 0) return std::nullopt;
  return FileStamp{about.st_size, about.st_mtim.tv_sec, about.st_mtim.tv_nsec};
}

Diagnostic Spool::unwritten(int why) const {
  return error("G0508", fmt::format("cannot write the numbers of the data into {}: {}", in_backticks(folder_),
                                    std::error_code(why, std::generic_category()).message()))
      .help("set TMPDIR to a folder with room for 8 bytes a number");
}

std::optional<Diagnostic> Spool::open() {
  const char* wanted = std::getenv("TMPDIR");
  folder_ = wanted != nullptr && *wanted != '\0' ? wanted : access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp";
  std::string path = folder_ + "/gradwright-XXXXXX";
  const int number = mkostemp(path.data(), O_CLOEXEC);
  if (number < 0) return unwritten(errno);
  unlink(path.c_str());
  file_ = std::make_shared<const OpenFile>(number);
  return std::nullopt;
}

std::optional<Diagnostic> Spool::write(const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t some = ::write(file_->number(), bytes, size);
    if (some < 0 && errno == EINTR) continue;
    if (some < 0) return unwritten(errno);
    bytes += some;
    size -= static_cast<std::size_t>(some);
  }
  return std::nullopt;
}

tl::expected<std::shared_ptr<const RowFile>, Diagnostic> RowFile::of(SharedFile file, const std::string& path,
                                                                     NumbersLayout layout) {
  const auto stamp = stamp_of(*file);
  if (!stamp) return tl::unexpected(failed(path));
  const std::size_t size = static_cast<std::size_t>(stamp->size) -
                           std::min<std::size_t>(layout.offset, static_cast<std::size_t>(stamp->size));
  const auto count = element_count(layout.shape, layout.element, size, path, {no_limit});
  if (!count) return tl::unexpected(count.error());
  std::shared_ptr<RowFile> rows(new RowFile);
  rows->count_ = layout.shape.empty() ? 0 : static_cast<std::size_t>(layout.shape[0]);
  rows->width_ = rows->count_ == 0 ? 0 : *count / rows->count_;
  rows->file_ = std::move(file);
  rows->path_ = path;
  rows->layout_ = std::move(layout);
  rows->stamp_ = *stamp;
  return rows;
}

tl::expected<std::vector<double>, Diagnostic> RowFile::read(std::size_t first, std::size_t count) const {
  const std::size_t row = width_ * byte_size(layout_.element);
  std::string bytes(count * row, '\0');
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t some = pread(file_->number(), bytes.data() + done, bytes.size() - done,
                               static_cast<off_t>(layout_.offset + first * row + done));
    if (some < 0 && errno == EINTR) continue;
    if (some < 0) return tl::unexpected(failed(path_));
    if (some == 0) return tl::unexpected(changed_file(path_));
    done += static_cast<std::size_t>(some);
  }
  if (stamp_of(*file_) != stamp_) return tl::unexpected(changed_file(path_));
  return decoded(bytes, layout_.element, layout_.order, path_, first * width_);
}

}  // namespace gradwright
