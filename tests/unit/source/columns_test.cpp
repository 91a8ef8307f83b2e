#include "source/columns.h"

#include <doctest/doctest.h>

#include "source/text.h"

namespace gradwright {
namespace {

Aligned product() {
  Aligned lines;
  lines.put("W₃ᵀ", "3×2");
  for (const char* name : {"δ₃", "diag(relu′(z₂))", "x"}) {
    lines.allow_break();
    lines.put(" · ");
    lines.put(name, "2×1");
  }
  return lines;
}

TEST_CASE("sentences are broken at spaces") {
  CHECK(wrapped("one two three", "", "", 7) == "one two\nthree\n");
  CHECK(wrapped("one two three", "- ", "  ", 9) == "- one two\n  three\n");
  CHECK(wrapped("", "  ", "  ", 9) == "  \n");
  CHECK(wrapped("δδδδ δδδδ", "", "", 9) == "δδδδ δδδδ\n");
}

TEST_CASE("what is between backticks stays together where a line can hold it") {
  CHECK(wrapped("add `a + b` here", "", "", 9) == "add\n`a + b`\nhere\n");
  CHECK(wrapped("add `aaa + bbb + ccc`", "", "", 9) == "add `aaa\n+ bbb +\nccc`\n");
  CHECK(wrapped("a ` b", "", "", 3) == "a `\nb\n");
  CHECK(wrapped("is " + kept_together("a + b") + " of", "", "", 6) == "is\na + b\nof\n");
}

TEST_CASE("a word wider than the line stands alone") {
  CHECK(wrapped("a verylongword b", "", "", 5) == "a\nverylongword\nb\n");
}

TEST_CASE("formula and sizes are broken together, before operators") {
  CHECK(product().within(80) == "W₃ᵀ · δ₃  · diag(relu′(z₂)) ·  x\n3×2   2×1         2×1         2×1");
  CHECK(product().within(20) == "W₃ᵀ · δ₃\n3×2   2×1\n    · diag(relu′(z₂))\n            2×1\n    ·  x\n      2×1");
  CHECK(product().upper().within(80) == "W₃ᵀ · δ₃  · diag(relu′(z₂)) ·  x");
  CHECK(Aligned{}.within(10).empty());
}

TEST_CASE("no width loses anything") {
  for (std::size_t width = 0; width < 40; ++width) {
    std::string all;
    for (const char c : product().upper().within(width)) {
      if (c != ' ' && c != '\n') all += c;
    }
    CHECK(all == "W₃ᵀ·δ₃·diag(relu′(z₂))·x");
  }
}

TEST_CASE("columns of wide and combining characters") {
  CHECK(bytes_of_columns("漢字", 3) == 3);
  CHECK(bytes_of_columns("e\u0301x", 1) == 3);
  CHECK(bytes_of_columns("ab", 5) == 2);
}

}  // namespace
}  // namespace gradwright
