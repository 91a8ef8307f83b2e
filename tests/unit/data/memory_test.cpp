// How much memory there may be, and how much data would take.
#include "data/memory.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "data/npy.h"

using namespace gradwright;

namespace {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("gradwright_memory_test" + std::to_string(getpid()));
  Folder() { std::filesystem::create_directories(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << bytes;
    return (path / name).string();
  }
};

}  // namespace

TEST_CASE("the least bound of a control group and those above it") {
  const Folder folder;
  const std::string root = folder.path.string();
  CHECK(!memory_of_groups("0::/a/b\n", root));
  folder.file("a/memory.max", "5000\n");
  folder.file("a/b/memory.max", "max\n");
  CHECK(memory_of_groups("0::/a/b\n", root) == 5000);
  CHECK(!memory_of_groups("0::/c\n", root));
  folder.file("a/b/memory.max", "3000\n");
  CHECK(memory_of_groups("0::/a/b\n", root) == 3000);
  CHECK(memory_of_groups("0::/a\n", root) == 5000);
  folder.file("memory/d/memory.limit_in_bytes", "700\n");
  CHECK(memory_of_groups("7:cpu,memory:/d\n0::/a\n", root) == 700);
  CHECK(!memory_of_groups("7:cpu:/d\n", root));
  CHECK(!memory_of_groups("nonsense\n0::/../..\n\n", root));
}

#ifndef __SANITIZE_ADDRESS__  // which has mapped more than any limit
TEST_CASE("a limit of the process bounds its memory") {
  const std::uint64_t usual = memory_of_process();
  CHECK(usual > std::uint64_t{1} << 28U);
  for (const auto kind : {RLIMIT_AS, RLIMIT_DATA}) {
    rlimit before{};
    getrlimit(kind, &before);
    const rlimit little{usual - 4096, before.rlim_max};
    setrlimit(kind, &little);
    CHECK(memory_of_process() == usual - 4096);
    setrlimit(kind, &before);
  }
}
#endif

TEST_CASE("what data would take, by their headers or the beginning of their text") {
  const Folder folder;
  const std::string x = folder.file("x.npy", npy_text({{100, 3, 2}, std::vector<double>(600)}));
  const std::string y = folder.file("y.npy", npy_text({{100}, std::vector<double>(100)}));
  CHECK(bytes_to_load({x + "," + y, ""}) == 16 * 700);
  CHECK(bytes_to_load({x, ""}) == 16 * 600);
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "1.5,2.5\n";
  CHECK(bytes_to_load({folder.file("t.csv", text), ""}) == 16 * 200000 + 800000);
  std::string fortran = npy_text({{3, 2}, std::vector<double>(6)});
  fortran.replace(fortran.find("False"), 5, "True ");
  CHECK(!bytes_to_load({folder.file("f.npy", fortran) + "," + y, ""}));
  CHECK(!bytes_to_load({folder.file("a.npz", "PK\3\4"), ""}));
  CHECK(!bytes_to_load({x + "," + folder.file("u.csv", "1\n2\n"), ""}));
  CHECK(!bytes_to_load({"/none.npy", ""}));
}
