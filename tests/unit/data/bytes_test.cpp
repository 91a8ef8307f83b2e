#include "data/bytes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

using namespace gradwright;
using namespace std::string_literals;

namespace {

/// `gzip -9n` of "abc\n".
const std::string gzip_abc =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\x4c\x4a\xe6\x02\x00\x4e\x81\x88\x47\x04\x00\x00\x00"s;

}  // namespace

TEST_CASE("gzip inflates, members and padding included") {
  CHECK(is_gzip(gzip_abc));
  CHECK(inflated(gzip_abc, "a.gz").value() == "abc\n");
  CHECK(inflated(gzip_abc + gzip_abc, "a.gz").value() == "abc\nabc\n");
  CHECK(inflated(gzip_abc + std::string(512, '\0'), "a.gz").value() == "abc\n");
}

TEST_CASE("gzip that is cut short, damaged or followed by other bytes is refused") {
  for (std::size_t length = 0; length < gzip_abc.size(); ++length) {
    const auto found = inflated(gzip_abc.substr(0, length), "a.gz");
    REQUIRE(!found);
    CHECK(found.error().code == "G0506");
    CHECK(found.error().message == "the gzip file `a.gz` ends too early");
  }
  std::string wrong_sum = gzip_abc;
  wrong_sum[16] = 'x';
  CHECK(inflated(wrong_sum, "a.gz").error().message == "the gzip file `a.gz` is damaged");
  CHECK(inflated(gzip_abc + "more", "a.gz").error().message == "the gzip file `a.gz` has other bytes after its end");
}

TEST_CASE("inflating stops at the limit") {
  CHECK(inflated(gzip_abc, "a.gz", {4}).has_value());
  const auto found = inflated(gzip_abc, "a.gz", {3});
  REQUIRE(!found);
  CHECK(found.error().message == "`a.gz` inflates to more than 3 bytes");
  CHECK(!found.error().helps.empty());
}

TEST_CASE("a file that cannot be read is G0505") {
  const auto directory = std::filesystem::temp_directory_path() / "gradwright_bytes_test";
  std::filesystem::create_directories(directory);
  const std::string path = (directory / "there.csv.gz").string();
  std::ofstream(path) << "12345";
  CHECK(file_bytes(path).value() == "12345");
  CHECK(file_bytes(path, {4}).error().code == "G0506");
  CHECK(file_bytes(directory.string()).error().message.ends_with("is a directory"));
  const auto missing = file_bytes((directory / "there.csv").string());
  REQUIRE(!missing);
  CHECK(missing.error().code == "G0505");
  CHECK(missing.error().message.ends_with("no such file or directory"));
  CHECK(missing.error().helps.at(0).starts_with("did you mean `"));
  CHECK(file_bytes("").error().code == "G0505");
  CHECK(file_bytes("/dev/zero").error().code == "G0505");
  CHECK(file_bytes("a\0b"s).error().code == "G0505");
  CHECK(file_bytes(std::string(100000, 'x')).error().code == "G0505");
  std::filesystem::remove_all(directory);
}

TEST_CASE("numbers are decoded in both byte orders") {
  const auto one = [](std::string_view bytes, Element element, std::endian order) {
    return decoded(bytes, element, order, "f").value().at(0);
  };
  CHECK(one("\xff", Element::u8, std::endian::big) == 255);
  CHECK(one("\xff", Element::i8, std::endian::big) == -1);
  CHECK(one("\x07", Element::boolean, std::endian::big) == 1);
  CHECK(one("\x01\x02", Element::u16, std::endian::big) == 0x0102);
  CHECK(one("\x01\x02", Element::u16, std::endian::little) == 0x0201);
  CHECK(one("\xff\xfe", Element::i16, std::endian::big) == -2);
  CHECK(one("\xff\xff\xff\xfe", Element::i32, std::endian::big) == -2);
  CHECK(one("\xff\xff\xff\xff", Element::u32, std::endian::little) == 4294967295.0);
  CHECK(one("\0\0\0\0\0\0\0\x80"s, Element::i64, std::endian::little) == -std::ldexp(1, 63));
  CHECK(one("\x80\0\0\0\0\0\0\0"s, Element::u64, std::endian::big) == std::ldexp(1, 63));
  CHECK(one("\x3f\xc0\0\0"s, Element::f32, std::endian::big) == 1.5);
  CHECK(one("\0\0\0\0\0\0\x04\xc0"s, Element::f64, std::endian::little) == -2.5);
}

TEST_CASE("a number that is not finite is G0507 and counted from 1") {
  const auto found = decoded("\0\0\0\0\x7f\x80\0\0"s, Element::f32, std::endian::big, "f");
  REQUIRE(!found);
  CHECK(found.error().code == "G0507");
  CHECK(found.error().message == "number 2 of `f` is inf");
}

TEST_CASE("a stated shape is believed only when the bytes are there") {
  using Shape = std::vector<std::int64_t>;
  constexpr std::int64_t huge = std::int64_t{1} << 62;
  const auto count = [](const Shape& shape, std::size_t payload, LoadLimits limits = {}) {
    return element_count(shape, Element::u16, payload, "f", limits);
  };
  CHECK(count({2, 3}, 12).value() == 6);
  CHECK(count({}, 2).value() == 1);
  CHECK(count({0, 5}, 0).value() == 0);
  CHECK(count({2, 3}, 12, {48}).has_value());
  CHECK(!count({2, 3}, 12, {47}));
  for (const Shape& shape : {Shape{huge, 4}, Shape{huge, huge, huge}, Shape{0, huge, huge}, Shape{-1, -6}, Shape{2, 2},
                             Shape{2, 4}, Shape(65, 1)})
    CHECK(count(shape, 12).error().code == "G0506");
}

TEST_CASE("UTF-8 is well-formed or length 0") {
  CHECK(utf8_length("a") == 1);
  CHECK(utf8_length("é") == 2);
  CHECK(utf8_length("∂") == 3);
  CHECK(utf8_length("𝛿") == 4);
  for (const std::string_view bad : {"", "\x80", "\xc0\x80", "\xc3", "\xe2\x88", "\xe0\x80\x80", "\xed\xa0\x80",
                                     "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf8", "\xff"})
    CHECK(utf8_length(bad) == 0);
}

TEST_CASE("text of a file cannot move the cursor of a terminal") {
  CHECK(in_backticks("δ3") == "`δ3`");
  CHECK(in_backticks("a\x1b[2Jb\xff\xc2\x9b"s) == "`a\\x1b[2Jb\\xff\\xc2\\x9b`");
  CHECK(in_backticks(std::string(61, 'x')) == "`" + std::string(60, 'x') + "…`");
}
