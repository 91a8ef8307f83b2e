#include "data/durable_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "data/bytes.h"

#include "file_size_limit.h"
#include "folder.h"

using namespace gradwright;

namespace {

std::ptrdiff_t count(const Folder& folder) {
  return std::distance(std::filesystem::directory_iterator(folder.path("")), std::filesystem::directory_iterator());
}

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
  check_refused("/dev/full");
  std::filesystem::create_directory(scratch.path("b"));
  check_refused(scratch.path("b"));
  CHECK(std::filesystem::is_directory(scratch.path("b")));
  std::filesystem::create_symlink("loop", scratch.path("loop"));
  check_refused(scratch.path("loop"));
  CHECK(count(scratch) == 2);
}

TEST_CASE("what is no regular file is written to as it is") {
  CHECK_FALSE(write_durably("/dev/null", "x"));
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("mode and link of what is replaced stay") {
  const Folder scratch;
  for (const mode_t mode : {0600, 0644, 0640}) {
    const std::string path = scratch.path("a");
    CHECK_FALSE(write_durably(path, "old"));
    chmod(path.c_str(), mode);
    CHECK_FALSE(write_durably(path, "new"));
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == mode);
  }
  std::filesystem::create_directory(scratch.path("d"));
  std::filesystem::create_symlink("../a", scratch.path("d/link"));
  std::filesystem::create_symlink("d/link", scratch.path("link"));
  std::filesystem::create_symlink("not there yet", scratch.path("d/new"));
  CHECK_FALSE(write_durably(scratch.path("link"), "through two links"));
  CHECK(std::filesystem::is_symlink(scratch.path("link")));
  CHECK(std::filesystem::is_symlink(scratch.path("d/link")));
  CHECK(file_bytes(scratch.path("a")) == "through two links");
  CHECK_FALSE(write_durably(scratch.path("d/new"), "made"));
  CHECK(file_bytes(scratch.path("d/not there yet")) == "made");
}

TEST_CASE("a link that somebody put where files were made before is not followed") {
  const Folder scratch;
  CHECK_FALSE(write_durably(scratch.path("victim"), "precious"));
  for (const char* planted : {"a.new", "a.tmp", "a~", ".a.swp"})
    std::filesystem::create_symlink("victim", scratch.path(planted));
  CHECK_FALSE(write_durably(scratch.path("a"), "x"));
  CHECK(file_bytes(scratch.path("victim")) == "precious");
}

TEST_CASE("a trial writes nothing") {
  const Folder scratch;
  CHECK_FALSE(unwritable(scratch.path("a")));
  CHECK(count(scratch) == 0);
  CHECK(unwritable(scratch.path("no such directory/a")));
}

TEST_CASE("a relative name lies in the working directory") {
  const Folder scratch;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(scratch.path(""));
  CHECK_FALSE(write_durably("plain", "x"));
  std::filesystem::current_path(before);
  CHECK(file_bytes(scratch.path("plain")) == "x");
}
