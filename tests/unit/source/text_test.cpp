// Places as people count them, lines, and display width.
#include "source/text.h"

#include <doctest/doctest.h>

namespace gradwright {
namespace {

void place_is(const Text& text, std::uint32_t offset, std::size_t line, std::size_t column) {
  CAPTURE(offset);
  const Place place = text.place(offset);
  CHECK(place.line == line);
  CHECK(place.column == column);
}

}  // namespace

TEST_CASE("lines") {
  const Text text("t", "ab\r\n\nc\n");
  CHECK(text.line_count() == 4);
  CHECK(text.line(1) == "ab");
  CHECK(text.line(2) == "");
  CHECK(text.line(3) == "c");
  CHECK(text.line(4) == "");
  CHECK(text.line(0) == "");
  CHECK(text.line(5) == "");
  CHECK(text.line_begin(1) == 0);
  CHECK(text.line_begin(2) == 4);
  CHECK(text.line_begin(3) == 5);
  CHECK(text.line_begin(4) == 7);
  CHECK(text.line_begin(99) == 7);
  CHECK(Text("t", "").line_count() == 1);
}

TEST_CASE("a place counts characters, a span bytes") {
  // αβ is four bytes; x with a combining tilde is three, and two characters.
  const Text text("t", "\xce\xb1\xce\xb2+1\ny = x\xcc\x83");
  place_is(text, 0, 1, 1);
  place_is(text, 2, 1, 2);
  place_is(text, 4, 1, 3);
  place_is(text, 6, 1, 5);
  place_is(text, 7, 2, 1);
  place_is(text, 11, 2, 5);
  place_is(text, 12, 2, 6);
  place_is(text, 14, 2, 7);
  CHECK(text.slice({2, 4}) == "\xce\xb2");
}

TEST_CASE("every offset has a place, also in malformed UTF-8 and past the end") {
  const Text text("t", "a\xff\xce\n\xe2\x82");
  place_is(text, 1, 1, 2);
  place_is(text, 2, 1, 3);
  place_is(text, 3, 1, 4);
  place_is(text, 4, 2, 1);
  place_is(text, 5, 2, 2);
  place_is(text, 6, 2, 3);
  place_is(text, 4000000000U, 2, 3);
  CHECK(text.slice({4, 4000000000U}) == "\xe2\x82");
  CHECK(text.slice({4000000000U, 2}) == "");
  CHECK(text.slice({3, 1}) == "");
}

TEST_CASE("display width") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("\xce\xb1\xce\xb2") == 2);       // αβ
  CHECK(display_width("x\xc2\xb2\xe1\xb5\x80") == 3);  // x²ᵀ
  CHECK(display_width("x\xcc\x83\xcc\x84") == 1);      // x with two combining marks
  CHECK(display_width("\xe5\xad\x97") == 2);           // 字
  CHECK(display_width("\xf0\x9f\x98\x80") == 2);       // an emoji
  CHECK(display_width("\xff\xfe") == 2);               // malformed: one each
  CHECK(display_width("\xce") == 1);
  CHECK(display_width("") == 0);
}

TEST_CASE("joined spans") {
  CHECK(joined({3, 5}, {4, 9}) == Span{3, 9});
  CHECK(joined({7, 8}, {1, 2}) == Span{1, 8});
  CHECK(Span{3, 3}.is_empty());
  CHECK_FALSE(Span{3, 4}.is_empty());
}

}  // namespace gradwright
