#include "data/idx.h"

#include <doctest/doctest.h>

#include <string>

using namespace gradwright;
using namespace std::string_literals;

namespace {

using Shape = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

Array array(const std::string& bytes) {
  auto found = parse_idx(bytes, "d.idx");
  INFO((found ? "" : found.error().message));
  REQUIRE(found);
  return *found;
}

}  // namespace

TEST_CASE("bytes, as MNIST has them") {
  const Array found = array("\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x03\x00\x01\x02\x7f\x80\xff"s);
  CHECK(found.shape == Shape{2, 1, 3});
  CHECK(found.data == Numbers{0, 1, 2, 127, 128, 255});
}

TEST_CASE("every type, big-endian") {
  CHECK(array("\0\0\x09\x01\0\0\0\x01\xfe"s).data == Numbers{-2});
  CHECK(array("\0\0\x0b\x01\0\0\0\x02\x01\x02\xff\xff"s).data == Numbers{258, -1});
  CHECK(array("\0\0\x0c\x01\0\0\0\x01\x80\0\0\0"s).data == Numbers{-2147483648.0});
  CHECK(array("\0\0\x0d\x01\0\0\0\x01\x3f\xc0\0\0"s).data == Numbers{1.5});
  CHECK(array("\0\0\x0e\x01\0\0\0\x01\xc0\x04\0\0\0\0\0\0"s).data == Numbers{-2.5});
  CHECK(array("\0\0\x08\0\x05"s).shape.empty());
}

TEST_CASE("IDX that is malformed is refused") {
  const std::string whole = "\0\0\x08\x02\0\0\0\x02\0\0\0\x01\x07\x08"s;
  CHECK(array(whole).data == Numbers{7, 8});
  for (std::size_t length = 0; length < whole.size(); ++length)
    CHECK(parse_idx(whole.substr(0, length), "d").error().code == "G0506");
  CHECK(parse_idx(whole + "x", "d").error().message == "`d` holds 3 bytes of numbers where its header states 2");
  CHECK(!is_idx("\0\0\x0a\x01\0\0\0\0"s));
  const std::string overflowing = "\0\0\x0e\x04"s + std::string(16, '\xff');
  CHECK(parse_idx(overflowing, "d").error().code == "G0506");
  CHECK(parse_idx("\0\0\x08\xff"s + std::string(4 * 255, '\x01'), "d").error().code == "G0506");
  CHECK(parse_idx("\0\0\x0d\x01\0\0\0\x01\x7f\xc0\0\0"s, "d").error().code == "G0507");
  CHECK(parse_idx(whole, "d", {15}).error().code == "G0506");
}
