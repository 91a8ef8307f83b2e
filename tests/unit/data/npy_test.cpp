#include "data/npy.h"

#include <doctest/doctest.h>

#include <string>

using namespace gradwright;
using namespace std::string_literals;

namespace {

using Shape = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

std::string npy(const std::string& header, const std::string& payload, int version = 1) {
  std::string bytes = "\x93NUMPY"s + static_cast<char>(version) + '\0';
  std::size_t length = header.size();
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i, length /= 256) bytes += static_cast<char>(length % 256);
  return bytes + header + payload;
}

std::string header(const std::string& descr, const std::string& shape, const std::string& order = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }          \n";
}

Array array(const std::string& bytes) {
  auto found = parse_npy(bytes, "d.npy");
  INFO((found ? "" : found.error().message));
  REQUIRE(found);
  return *found;
}

std::string message(const std::string& bytes) {
  const auto found = parse_npy(bytes, "d");
  REQUIRE(!found);
  CHECK(found.error().code == "G0506");
  CHECK(!found.error().helps.empty());
  return found.error().message;
}

}  // namespace

TEST_CASE("each version of NPY") {
  for (const int version : {1, 2, 3}) {
    const Array found = array(npy(header("|u1", "(2, 3)"), "\1\2\3\4\5\6", version));
    CHECK(found.shape == Shape{2, 3});
    CHECK(found.data == Numbers{1, 2, 3, 4, 5, 6});
  }
}

TEST_CASE("element types in both byte orders") {
  struct Row {
    std::string descr, payload;
    double value;
  };
  const Row rows[] = {
      {"|b1", "\x01", 1},
      {"|i1", "\xff", -1},
      {"<u2", "\x01\x02", 513},
      {">u2", "\x01\x02", 258},
      {"<i2", "\xfe\xff", -2},
      {">i2", "\xff\xfe", -2},
      {"<u4", "\0\0\0\x80"s, 2147483648.0},
      {">u4", "\x80\0\0\0"s, 2147483648.0},
      {"<i4", "\0\0\0\x80"s, -2147483648.0},
      {">i4", "\x80\0\0\0"s, -2147483648.0},
      {"<u8", "\x03\0\0\0\0\0\0\0"s, 3},
      {">u8", "\0\0\0\0\0\0\0\x03"s, 3},
      {"<i8", "\xfd\xff\xff\xff\xff\xff\xff\xff", -3},
      {">i8", "\xff\xff\xff\xff\xff\xff\xff\xfd", -3},
      {"<f4", "\0\0\xc0\x3f"s, 1.5},
      {">f4", "\x3f\xc0\0\0"s, 1.5},
      {"<f8", "\0\0\0\0\0\0\x04\xc0"s, -2.5},
      {">f8", "\xc0\x04\0\0\0\0\0\0"s, -2.5},
  };
  for (const Row& row : rows) {
    INFO(row.descr);
    CHECK(array(npy(header(row.descr, "(1,)"), row.payload)).data == Numbers{row.value});
  }
}

TEST_CASE("Fortran order becomes C order") {
  CHECK(array(npy(header("|u1", "(2, 3)", "True"), "\1\4\2\5\3\6")).data == Numbers{1, 2, 3, 4, 5, 6});
  // A[i,j,k] = 100i + 10j + k of shape 2×1×3 with the first axis running fastest.
  const Array cube = array(npy(header("|u1", "(2, 1, 3)", "True"), "\x00\x64\x01\x65\x02\x66"s));
  CHECK(cube.data == Numbers{0, 1, 2, 100, 101, 102});
  CHECK(array(npy(header("|u1", "(3,)", "True"), "\1\2\3")).data == Numbers{1, 2, 3});
  CHECK(array(npy(header("|u1", "(0, 3)", "True"), "")).data.empty());
}

TEST_CASE("headers as different writers write them") {
  CHECK(array(npy("{\"shape\":(2L,),\"fortran_order\":False,\"descr\":\"<u1\"}", "\1\2")).data == Numbers{1, 2});
  CHECK(array(npy(header("<f8", "()"), "\0\0\0\0\0\0\x04\xc0"s)).shape.empty());
}

TEST_CASE("NPY that is malformed is refused") {
  const std::string whole = npy(header("<u2", "(2,)"), "\1\0\2\0"s);
  CHECK(array(whole).data == Numbers{1, 2});
  for (std::size_t length = 0; length < whole.size(); ++length) message(whole.substr(0, length));
  CHECK(message(whole + "x") == "`d` holds 5 bytes of numbers where its header states 4");
  CHECK(message(npy(header("|u1", "(1,)"), "\1", 4)) == "`d` is of NPY version 4");
  CHECK(message(npy(header("<c16", "(1,)"), std::string(16, '\0'))) == "`d` holds elements of type `<c16`");
  for (const std::string descr : {"", "|", "|O", "<U5", "|f8", "=f8", "<f2"})
    message(npy(header(descr, "(1,)"), std::string(8, '\0')));
  CHECK(message(npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", std::string(8, '\0'))) ==
        "`d` holds elements of type `[('a', '<f8')]`");
  for (const std::string shape : {"(4294967296, 4294967296)", "(0, 4611686018427387904, 4)", "(-1,)",
                                  "(99999999999999999999,)", "(2 2)", "(1", "1", "(,)", "[1]"})
    message(npy(header("|u1", shape), "\1"));
  for (const std::string text : {"", "{", "{}", "{'descr'", "{'descr': '<f8'}", "[]",
                                 "{'descr': '|u1', 'descr': '|u1', 'shape': (1,)}", "{'x': 1}"})
    CHECK(message(npy(text, "\1")) == "`d` has a damaged header");
  CHECK(message(npy(header("|u1", "(1,)", "Maybe"), "\1")) == "`d` has a damaged header");
  CHECK(message("\x93NUMPY\x02\0\xff\xff\xff\xff{}"s) == "`d` ends within its header");
  CHECK(parse_npy(npy(header("<f4", "(1,)"), "\0\0\xc0\x7f"s), "d").error().code == "G0507");
  CHECK(parse_npy(whole, "d", {15}).error().code == "G0506");
}
