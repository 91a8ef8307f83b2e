#include "data/load.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "folder.h"

using namespace gradwright;
using namespace std::string_literals;

namespace {

using Shape = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

std::string example(const std::string& name) {
  return (std::filesystem::path(GRADWRIGHT_SOURCE_DIR) / "examples" / name).string();
}

const std::string images = "\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x02\1\2\3\4"s;
const std::string labels = "\0\0\x08\x01\0\0\0\x02\7\5"s;
const std::string npy_column = "\x93NUMPY\1\0\x39\0{'descr':'|u1','fortran_order':False,'shape':(2,1)}     \n\7\5"s;
/// gzip of "a,b\n1,2\n" in one stored block.
const std::string gzip_csv =
    "\x1f\x8b\x08\0\0\0\0\0\0\x03\x01\x08\0\xf7\xff"
    "a,b\n1,2\n"
    "\x7b\x07\x97\x0a\x08\0\0\0"s;

std::string code(const DatasetSpec& spec) {
  const auto found = load_dataset(spec);
  REQUIRE(!found);
  return found.error().code;
}

}  // namespace

TEST_CASE("the content decides the format") {
  const Folder folder;
  CHECK(load_array(folder.file("a.bin", images)).value().shape == Shape{2, 1, 2});
  CHECK(load_array(folder.file("b.bin", npy_column)).value().shape == Shape{2, 1});
  CHECK(load_array(folder.file("c.bin", "1 , 2\n3,4")).value().data == Numbers{1, 2, 3, 4});
  CHECK(load_array(folder.file("d.bin", gzip_csv)).value().data == Numbers{1, 2});
  CHECK(load_table(folder.file("d.csv.gz", gzip_csv)).value().columns.at(1) == "b");
  CHECK(load_table(folder.file("e.npy", npy_column)).value().columns.at(0) == "column1");
}

TEST_CASE("files that are something else are refused") {
  const Folder folder;
  CHECK(load_array(folder.path("missing.npy")).error().code == "G0505");
  CHECK(load_array(folder.file("empty.csv", "")).error().message.ends_with("is empty"));
  CHECK(load_array(folder.file("a.npy", "1,2\n")).error().message.ends_with("does not begin as an NPY file does"));
  CHECK(load_array(folder.file("a-ubyte", "1,2\n")).error().message.ends_with("does not begin as an IDX file does"));
  CHECK(load_array(folder.file("a.npz", "PK\3\4 and so on")).error().message.ends_with("is cut short, or no archive"));
  CHECK(load_array(folder.file("a.dat",
                               "\x7f"
                               "ELF\0\1"s))
            .error()
            .message.ends_with("is neither text nor NPY nor IDX"));
  CHECK(load_array(folder.file("a.gz", gzip_csv.substr(0, 20))).error().message.ends_with("ends too early"));
  CHECK(load_table(folder.file("b.idx", images)).error().message.ends_with("is 2×1×2, not a table"));
  CHECK(load_array(folder.file("c.csv", "1,2\n"), {3}).error().code == "G0506");
}

TEST_CASE("a dataset from one table") {
  const Folder folder;
  const std::string path = folder.file("d.csv", "a,b,y\n1,2,0\n3,4,1\n");
  const Dataset last = load_dataset({path, ""}).value();
  CHECK(last.inputs.shape == Shape{2, 2});
  CHECK(last.inputs.data == Numbers{1, 2, 3, 4});
  CHECK(last.targets.shape == Shape{2});
  CHECK(last.targets.data == Numbers{0, 1});
  CHECK(last.features == std::vector<std::string>{"a", "b"});
  CHECK(last.target == "y");
  for (const std::string label : {"a", "1", "-3"}) {
    const Dataset first = load_dataset({path, label}).value();
    CHECK(first.targets.data == Numbers{1, 3});
    CHECK(first.inputs.data == Numbers{2, 0, 4, 1});
    CHECK(first.features == std::vector<std::string>{"b", "y"});
  }
  for (const std::string label : {"z", "0", "4", "-4", "1x", "99999999999999999999"})
    CHECK(code({path, label}) == "G0506");
  CHECK(load_dataset({path, "z"}).error().helps.at(0) == "its 3 columns: `a`, `b`, `y`; or a number from 1");
  CHECK(code({folder.file("one.csv", "1\n2\n"), ""}) == "G0506");
  CHECK(code({folder.file("twice.csv", "a,a,b\n1,2,3\n"), "a"}) == "G0506");
  CHECK(load_dataset({folder.file("with,comma.csv", "1,2\n"), ""}).value().targets.data == Numbers{2});
}

TEST_CASE("a dataset from two files") {
  const Folder folder;
  const std::string x = folder.file("x.idx", images);
  for (const std::string& y : {folder.file("y.idx", labels), folder.file("y.npy", npy_column)}) {
    const Dataset found = load_dataset({x + ", " + y, ""}).value();
    CHECK(found.inputs.shape == Shape{2, 2});
    CHECK(found.inputs.data == Numbers{1, 2, 3, 4});
    CHECK(found.targets.shape == Shape{2});
    CHECK(found.targets.data == Numbers{7, 5});
  }
  CHECK(load_dataset({x + "," + x, ""}).value().targets.shape == Shape{2, 2});
  CHECK(load_dataset({x + "," + folder.file("three.csv", "1\n2\n3\n"), ""}).error().message.find("has 3") !=
        std::string::npos);
  CHECK(code({x + "," + folder.path("missing"), ""}) == "G0505");
  CHECK(code({"," + x, ""}) == "G0505");
  CHECK(code({x + "," + x, "y"}) == "G0506");
  CHECK(code({folder.file("none.idx", "\0\0\x08\x02\0\0\0\0\0\0\0\x02"s) + "," + x, ""}) == "G0506");
  CHECK(code({folder.file("scalar.idx", "\0\0\x08\0\1"s) + "," + x, ""}) == "G0506");
}

TEST_CASE("the data of the examples") {
  const Dataset digits = load_dataset({example("digits/digits.csv.gz"), ""}).value();
  CHECK(digits.inputs.shape == Shape{1797, 64});
  CHECK(std::ranges::minmax(digits.inputs.data).max == 16);
  CHECK(std::ranges::count(digits.targets.data, 3.0) == 183);
  const Dataset cells = load_dataset({example("logistic/breast_cancer.csv"), "benign"}).value();
  CHECK(cells.inputs.shape == Shape{569, 30});
  CHECK(cells.features.at(0) == "mean_radius");
  CHECK(std::ranges::count(cells.targets.data, 1.0) == 357);
}
