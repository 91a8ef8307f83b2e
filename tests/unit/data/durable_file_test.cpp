#include "data/durable_file.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "data/bytes.h"

#include "folder.h"

using namespace gradwright;

namespace {

std::ptrdiff_t count(const Folder& folder) {
  return std::distance(std::filesystem::directory_iterator(folder.path("")), std::filesystem::directory_iterator());
}

/// As on a disk with so much space left in a file.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    (void)std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

void check_refused(const std::string& path, std::string_view content = "new") {
  const auto fault = write_durably(path, content);
  REQUIRE(fault);
  CHECK(fault->code == "G0508");
  CHECK(!fault->helps.empty());
}

}  // namespace

TEST_CASE("a file is written and replaced, and nothing lies beside it") {
  const Folder scratch;
  const std::string path = scratch.path("a");
  CHECK_FALSE(write_durably(path, "first, and longer"));
  CHECK(file_bytes(path) == "first, and longer");
  CHECK_FALSE(write_durably(path, "second"));
  CHECK(file_bytes(path) == "second");
  CHECK(count(scratch) == 1);
}

TEST_CASE("a full disk leaves the old content") {
  const Folder scratch;
  const std::string path = scratch.path("a");
  CHECK_FALSE(write_durably(path, "old"));
  {
    const FileSizeLimit limit(1000);
    check_refused(path, std::string(5000, 'x'));
  }
  CHECK(file_bytes(path) == "old");
  CHECK(count(scratch) == 1);
}

TEST_CASE("what is no place for a file is refused") {
  const Folder scratch;
  check_refused(scratch.path("no such directory/a"));
  check_refused(scratch.path(""));
  check_refused("/dev/null");
  std::filesystem::create_directory(scratch.path("b.new"));
  check_refused(scratch.path("b"));
  CHECK(std::filesystem::is_directory(scratch.path("b.new")));
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("a relative name lies in the working directory") {
  const Folder scratch;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(scratch.path(""));
  CHECK_FALSE(write_durably("plain", "x"));
  std::filesystem::current_path(before);
  CHECK(file_bytes(scratch.path("plain")) == "x");
}
