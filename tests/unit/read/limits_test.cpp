// Text of any length ends soon, in a diagnostic: each of these would take minutes or all memory if reading it were not linear.
#include <string>

#include "read/formula/too_long.h"
#include "sheet.h"

namespace gradwright {
namespace {

std::string repeated(std::string_view piece, std::size_t count) {
  std::string text;
  text.reserve(piece.size() * count);
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

}  // namespace

TEST_CASE("a text that is too long is refused, and laid out as it is") {
  for (const std::string& text : {repeated("(", 10'000'000), repeated("\n", 5'000'000), repeated("x : R\n", 500'000)}) {
    CHECK(Sheet(text).codes() == std::vector<std::string>{"G0115"});
    CHECK(formatted(Text("t", text)) == text);
    const auto fault = too_long(Text("t", text));
    REQUIRE(fault.has_value());
    CHECK(fault->message.find("too long") != std::string::npos);
    CHECK(fault->helps.size() == 1);
  }
}

TEST_CASE("brackets without end are nested too deep, and the next statement is read") {
  for (const std::string_view bracket : {"(", "[", "{", "x[", "exp(", "-(", "|"}) {
    CAPTURE(bracket);
    const Sheet sheet("x : R\nf = " + repeated(bracket, 300'000) + "\ng = x + 1\n");
    CHECK(sheet.codes() == std::vector<std::string>{"G0107"});
    CHECK_FALSE(sheet["g"].is_none());
  }
  const Sheet closed("f = " + repeated("(", 500'000) + "1" + repeated(")", 500'000) + "\n");
  CHECK(closed.codes() == std::vector<std::string>{"G0107"});
}

TEST_CASE("long lines and many lines take linear time") {
#if defined(__SANITIZE_ADDRESS__)
  const std::size_t many = 20'000;
#else
  const std::size_t many = 200'000;
#endif
  for (const std::string& text :
       {"claim x" + repeated("=", many), "claim x" + repeated("= ", many), repeated("# note\n", many),
        "f = 1" + repeated("//", many), "f = [" + repeated("1 // one\n", many), "x : R[" + repeated("3x2 ", many),
        "f = 1" + repeated("''", many), "f = x" + repeated("**2", many), "f = x" + repeated(".T", many),
        "f = " + repeated("np.", many), "x = " + repeated("²", many), repeated("f = 1\n", many),
        repeated("derive f wrt x\n", many), repeated("claim latex: x\n", many), "f = 1" + repeated(" + 1", many),
        repeated("=", many)}) {
    CAPTURE(text.substr(0, 20));
    const Sheet sheet(text + "\n");
    (void)formatted(sheet.text);
  }
}

TEST_CASE("an empty sheet says so") {
  for (const std::string text : {"", "\n", " \n\t\r\n", "\xEF\xBB\xBF\n"})
    CHECK(Sheet(text).codes() == std::vector<std::string>{"G0116"});
  CHECK(Sheet("# nothing yet\n").codes().empty());
}

}  // namespace gradwright
