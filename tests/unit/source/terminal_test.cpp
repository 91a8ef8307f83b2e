// The terminal renderer against texts written by hand.
#include <doctest/doctest.h>

#include <array>

#include "source/render.h"

namespace gradwright {
namespace {

Diagnostic at(Span span) { return error("G0203", "sizes differ").at(span); }

/// The span of the first `piece` in the text.
Span of(const Text& text, std::string_view piece) {
  const auto begin = static_cast<std::uint32_t>(text.content().find(piece));
  return {begin, begin + static_cast<std::uint32_t>(piece.size())};
}

}  // namespace

TEST_CASE("a whole diagnostic") {
  const Text text("net.gw", "W : R[2,3]\nx : R[2]\nz = W*x\n");
  Diagnostic diagnostic = at(of(text, "*"));
  diagnostic.labels = {{of(text, "*"),
                        "2\xc3\x97"
                        "3 times 2"},
                       {{26, 27}, "here"}};
  diagnostic.notes = {"the 3 is the columns of `W`"};
  diagnostic.helps = {"transpose"};
  diagnostic.fixits = {{of(text, "W*x"), "W'*x", "transpose `W`"}};
  CHECK(terminal_text(diagnostic, text, {}) ==
        "error[G0203]: sizes differ\n"
        "  --> net.gw:3:6\n"
        "3 | z = W*x\n"
        "  |      ^~ 2\xc3\x97"
        "3 times 2, here\n"
        "  = the 3 is the columns of `W`\n"
        "  = help: transpose\n"
        "  = help: transpose `W`\n"
        "3 + z = W'*x\n");
}

TEST_CASE("carets stand under Greek, combining, raised and wide characters") {
  const auto marked = [](const std::string& line, std::string_view piece) {
    const Text text("t", line);
    return terminal_text(at(of(text, piece)), text, {});
  };
  const std::string head = "error[G0203]: sizes differ\n  --> t:1:";
  CHECK(marked("\xce\xb1\xce\xb2 + q", "q") == head + "6\n1 | \xce\xb1\xce\xb2 + q\n  |      ^\n");
  CHECK(marked("y\xcc\x82 + q", "q") == head + "6\n1 | y\xcc\x82 + q\n  |     ^\n");
  CHECK(marked("x\xc2\xb2 q\xce\xb3z", "q\xce\xb3z") == head + "4\n1 | x\xc2\xb2 q\xce\xb3z\n  |    ^^^\n");
  CHECK(marked("\xe5\xad\x97 q", "q") == head + "3\n1 | \xe5\xad\x97 q\n  |    ^\n");
}

TEST_CASE("several labels on several lines") {
  const Text text("t", "a = 1\nb = 2\n\n\n\n\n\n\n\nc = a + b\n");
  Diagnostic diagnostic = at(of(text, "a + b"));
  diagnostic.severity = Severity::warning;
  diagnostic.labels = {{of(text, "a"), "first"}, {of(text, "b"), ""}};
  CHECK(terminal_text(diagnostic, text, {}) ==
        "warning[G0203]: sizes differ\n"
        "   --> t:10:5\n"
        " 1 | a = 1\n"
        "   | ~ first\n"
        " 2 | b = 2\n"
        "   | ~\n"
        "10 | c = a + b\n"
        "   |     ^^^^^\n");
}

TEST_CASE("colour only where it is asked for") {
  const Text text("t", "x");
  CHECK(terminal_text(at({0, 1}), text, {}).find('\x1b') == std::string::npos);
  TerminalStyle style;
  style.colour = true;
  CHECK(terminal_text(at({0, 1}), text, style) ==
        "\x1b[1;31merror[G0203]\x1b[0m\x1b[1m: sizes differ\x1b[0m\n"
        "  \x1b[34m-->\x1b[0m t:1:1\n"
        "\x1b[34m1 |\x1b[0m x\n"
        "\x1b[34m  |\x1b[0m \x1b[1;31m^\x1b[0m\n");
}

TEST_CASE("the source cannot write to the terminal") {
  const Text text("na\x1bme", "a\x1b[31m\tb\x07");
  Diagnostic diagnostic = at({0, 1});
  diagnostic.message = "seen \x1b[2J";
  diagnostic.notes = {"\x1b]0;title\x07"};
  const std::string shown = terminal_text(diagnostic, text, {});
  CHECK(shown == "error[G0203]: seen ?[2J\n  --> na?me:1:1\n1 | a?[31m b?\n  | ^\n  = ?]0;title?\n");
}

TEST_CASE("a place beyond the text, and a span over several lines") {
  const Text text("t", "ab\ncd\n");
  CHECK(terminal_text(at({4000, 5000}), text, {}) == "error[G0203]: sizes differ\n  --> t:3:1\n3 | \n  | ^\n");
  CHECK(terminal_text(at({1, 5}), text, {}) == "error[G0203]: sizes differ\n  --> t:1:2\n1 | ab\n  |  ^\n");
}

TEST_CASE("several diagnostics are parted by an empty line") {
  const Text text("t", "x");
  const std::array both{at({0, 1}), at({0, 1})};
  const std::string one = terminal_text(both[0], text, {});
  CHECK(terminal_text(both, text, {}) == one + "\n" + one);
}

}  // namespace gradwright
