#include "data/durable_file.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "data/bytes.h"

using namespace gradwright;

namespace {

struct Scratch {
  std::filesystem::path path;
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "gradwright-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { std::filesystem::remove_all(path); }
  [[nodiscard]] std::string file(const char* name) const { return (path / name).string(); }
  [[nodiscard]] std::ptrdiff_t count() const {
    return std::distance(std::filesystem::directory_iterator(path), std::filesystem::directory_iterator());
  }
};

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
  const Scratch scratch;
  const std::string path = scratch.file("a");
  CHECK_FALSE(write_durably(path, "first, and longer"));
  CHECK(file_bytes(path) == "first, and longer");
  CHECK_FALSE(write_durably(path, "second"));
  CHECK(file_bytes(path) == "second");
  CHECK(scratch.count() == 1);
}

TEST_CASE("a full disk leaves the old content") {
  const Scratch scratch;
  const std::string path = scratch.file("a");
  CHECK_FALSE(write_durably(path, "old"));
  {
    const FileSizeLimit limit(1000);
    check_refused(path, std::string(5000, 'x'));
  }
  CHECK(file_bytes(path) == "old");
  CHECK(scratch.count() == 1);
}

TEST_CASE("what is no place for a file is refused") {
  const Scratch scratch;
  check_refused(scratch.file("no such directory/a"));
  check_refused(scratch.path.string());
  check_refused("/dev/null");
  std::filesystem::create_directory(scratch.file("b.new"));
  check_refused(scratch.file("b"));
  CHECK(std::filesystem::is_directory(scratch.file("b.new")));
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("a relative name lies in the working directory") {
  const Scratch scratch;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(scratch.path);
  CHECK_FALSE(write_durably("plain", "x"));
  std::filesystem::current_path(before);
  CHECK(file_bytes(scratch.file("plain")) == "x");
}
