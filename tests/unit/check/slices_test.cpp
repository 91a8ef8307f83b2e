// Slices on sheets of concrete sizes: their lengths stay numbers. No right claim becomes wrong by that, and what is not tested is said.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "check/check.h"

using namespace gradwright;

namespace {

bool says_kept(const check::JudgedSide& side) {
  return std::any_of(side.verdict.notes.begin(), side.verdict.notes.end(),
                     [](const std::string& note) { return note.starts_with("slices keep the sizes"); });
}

}  // namespace

TEST_CASE("right claims with slices stay right on concrete sheets, and sizes that slices keep are named") {
  struct Case {
    std::string sheet, claim;
    bool is_said;
  };
  const std::string halves = "x : R[6]\nparam W : R[3,3]\nL = sum((W*x[1:3]).^2) + sum(x[4:6])\n";
  for (const Case& one : {
           Case{halves, "claim dL/dW = 2*W*x[1:3]*x[1:3]'\n", true},
           Case{halves, "claim dL/dx = [2*W'*W*x[1:3]; ones(3)]\n", true},
           Case{"param x : R[5]\nL = sum(x[2:4].^2)\n", "claim dL/dx = [0; 2*x[2:4]; 0]\n", false},
           Case{"x : R[3]\nparam W : R[4,3]\nb : R[4]\nL = sum((W*x)[1:2] .* b[3:4])\n",
                "claim dL/dW = [b[3:4]; zeros(2)]*x'\n", false},
           Case{"x : R[4]\nparam W : R[3,4]\nL = sum((W*x).^2)\n", "claim dL/dW = 2*W*x*x'\n", false},
       }) {
    CAPTURE(one.claim);
    const check::Checked found = check::checked(Text("sheet.gw", one.sheet + one.claim));
    REQUIRE(found.sides.size() == 1);
    CHECK(found.sides[0].verdict.kind == check::VerdictKind::equal);
    CHECK_FALSE(found.sides[0].verdict.trap);
    if (one.is_said) CHECK(says_kept(found.sides[0]));
    if (one.claim.find(':') == std::string::npos) CHECK_FALSE(says_kept(found.sides[0]));
  }
}

TEST_CASE("an index may run backwards, in steps") {
  // b = (a[5], a[3], a[1])
  const std::string sheet = "a : R[7]\nb[i] = a[-2*i+7]*ones(3)[i]\nL = sum(b.^3)\n";
  const auto is_right = [&](const std::string& claim) {
    const check::Checked found = check::checked(Text("sheet.gw", sheet + "claim " + claim + "\n"));
    REQUIRE(found.sides.size() == 1);
    return found.sides[0].verdict.is_right();
  };
  for (const char* entry : {"1", "3", "5"}) {
    CHECK(is_right(fmt::format("dL/da[{0}] = 3*a[{0}]^2", entry)));
    CHECK_FALSE(is_right(fmt::format("dL/da[{0}] = 0", entry)));
  }
  for (const char* entry : {"2", "4", "6", "7"}) CHECK(is_right(fmt::format("dL/da[{}] = 0", entry)));
}

TEST_CASE("wrong claims with slices stay wrong") {
  const std::string halves = "x : R[6]\nparam W : R[3,3]\nL = sum((W*x[1:3]).^2)\n";
  for (const std::string claim : {"2*W*x[4:6]*x[1:3]'", "2*W'*x[1:3]*x[1:3]'", "x[1:3]*(2*W*x[1:3])'"}) {
    CAPTURE(claim);
    const check::Checked found = check::checked(Text("sheet.gw", halves + "claim dL/dW = " + claim + "\n"));
    REQUIRE(found.sides.size() == 1);
    CHECK_FALSE(found.sides[0].verdict.is_right());
  }
}
