// Archives of arrays. Those in tests/fuzz/corpus/npz were written by the zipfile module of Python.
#include "data/npz.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "data/load.h"

using namespace gradwright;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::string path_of(const std::string& name) {
  return (std::filesystem::path(GRADWRIGHT_SOURCE_DIR) / "tests/fuzz/corpus/npz" / name).string();
}

std::string archive(const std::string& name) {
  std::ifstream file(path_of(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Diagnostic refusal(const std::string& bytes, const std::string& member, LoadLimits limits = {}) {
  const auto found = parse_npz(bytes, member, "d.npz", limits);
  REQUIRE(!found);
  CHECK(found.error().code == "G0506");
  CHECK(!found.error().helps.empty());
  return found.error();
}

}  // namespace

TEST_CASE("stored and deflated arrays") {
  CHECK(npz_names(archive("stored.npz"), "d.npz").value() == Names{"x", "y"});
  CHECK(npz_names(archive("empty.npz"), "d.npz").value().empty());
  for (const auto& [file, x, y] :
       {std::tuple("stored.npz", "x", "y"), std::tuple("deflated.npz", "images", "labels.npy")}) {
    CHECK(parse_npz(archive(file), x, "d.npz").value().data == Numbers{1, 2, 3, 4, 5, 6});
    CHECK(parse_npz(archive(file), x, "d.npz").value().shape == std::vector<std::int64_t>{3, 2});
    CHECK(parse_npz(archive(file), y, "d.npz").value().data == Numbers{0, 1, 2});
  }
}

TEST_CASE("a name that is not there is told with those that are") {
  const Diagnostic found = refusal(archive("stored.npz"), "z");
  CHECK(found.message == "`d.npz` has no array `z`");
  CHECK(found.helps == Names{"its arrays: `x`, `y`"});
}

TEST_CASE("hostile archives") {
  CHECK(refusal(archive("encrypted.npz"), "x").message == "`d.npz:x` is encrypted");
  CHECK(archive("bomb.npz").size() < 20000);
  CHECK(refusal(archive("bomb.npz"), "x", {1 << 20}).message == "`d.npz:x` inflates to more than 1048576 bytes");
  CHECK(parse_npz(archive("bomb.npz"), "x", "d.npz").value().data.size() == 1 << 21);
  const std::string whole = archive("deflated.npz");
  for (std::size_t length = 0; length < whole.size(); ++length) refusal(whole.substr(0, length), "images");
  std::string flipped = archive("stored.npz");
  const std::size_t number = flipped.find("\x93NUMPY") + 128 + 7;  // of the first entry of x
  flipped[number] ^= 1;
  CHECK(refusal(flipped, "x").message == "`d.npz:x` is damaged: its bytes and its checksum disagree");
}

TEST_CASE("datasets from archives") {
  for (const std::string& source :
       {path_of("stored.npz"), path_of("stored.npz") + ":x,y", path_of("deflated.npz") + ":images,labels",
        path_of("stored.npz") + ":x," + path_of("deflated.npz") + ":labels"}) {
    CAPTURE(source);
    const Dataset found = load_dataset({source, ""}).value();
    CHECK(found.inputs.shape == std::vector<std::int64_t>{3, 2});
    CHECK(found.inputs.data == Numbers{1, 2, 3, 4, 5, 6});
    CHECK(found.targets.data == Numbers{0, 1, 2});
  }
  const Dataset table = load_dataset({path_of("single.npz"), ""}).value();
  CHECK(table.targets.data == Numbers{2, 4, 6});
  const auto unnamed = load_dataset({path_of("deflated.npz"), ""});
  REQUIRE(!unnamed);
  CHECK(unnamed.error().message.ends_with("has no arrays `x` and `y`"));
  CHECK(unnamed.error().helps.at(0).ends_with("deflated.npz:images,labels`"));
  CHECK(load_array(path_of("stored.npz") + ":y").value().data == Numbers{0, 1, 2});
  CHECK(load_array(path_of("single.npz")).value().data.size() == 6);
  CHECK(load_array(path_of("stored.npz")).error().helps.at(0).ends_with("stored.npz:x`"));
  CHECK(load_array(path_of("missing.npz") + ":y").error().code == "G0505");
}
