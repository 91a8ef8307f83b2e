// Claims on sheets whose sizes are large numbers: repaired all the same, at small sizes first, and told in the sheet's own numbers.
#include <doctest/doctest.h>

#include <algorithm>

#include "check/check.h"

using namespace gradwright;

namespace {

const std::string digits =
    "x : R[784]\ny : R[512]\nparam W : R[512,784]\nparam b : R[512]\nz = W*x + b\na = sigmoid(z)\nL = 1/2*sum((a - "
    "y).^2)\n";

}  // namespace

TEST_CASE("claims on a layer of 512×784 are repaired, and the repairs are right there") {
  struct Case {
    std::string left, claim;
    check::Edit::Kind kind;
  };
  for (const Case& one : {
           Case{"dL/dW", "(a - y)*x'", check::Edit::Kind::insert},
           Case{"dL/dW", "x*((a - y) .* a .* (1 - a))'", check::Edit::Kind::transpose},
           Case{"dL/dx", "W*((a - y) .* a .* (1 - a))", check::Edit::Kind::transpose},
           Case{"dL/dW", "2*((a - y) .* a .* (1 - a))*x'", check::Edit::Kind::delete_},
           Case{"dL/dz", "(a - y) .* a", check::Edit::Kind::insert},
       }) {
    CAPTURE(one.claim);
    const check::Checked found =
        check::checked(Text("sheet.gw", digits + "claim " + one.left + " = " + one.claim + "\n"));
    REQUIRE(found.sides.size() == 1);
    CHECK_FALSE(found.sides[0].verdict.is_right());
    REQUIRE_FALSE(found.sides[0].repairs.empty());
    const check::Repair& repair = found.sides[0].repairs[0];
    CHECK(repair.edits.size() == 1);
    CHECK(repair.edits[0].kind == one.kind);
    REQUIRE_FALSE(found.sides[0].mistakes.empty());
    CHECK(found.sides[0].mistakes[0].text.find("g_") == std::string::npos);
    // Independently of the search: the repair, as a claim of its own on the sheet as written, is right.
    const check::Checked again =
        check::checked(Text("sheet.gw", digits + "claim " + one.left + " = " + repair.gw + "\n"));
    REQUIRE(again.sides.size() == 1);
    CHECK(again.sides[0].verdict.is_right());
  }
}

TEST_CASE("own names of code over large sizes are known to the repair") {
  const check::Checked found = check::checked(
      Text("sheet.gw", digits + "claim numpy: delta = (a - y) * a * (1 - a); dW = np.outer(x, delta)\n"));
  const auto wrong = std::find_if(found.sides.begin(), found.sides.end(),
                                  [](const check::JudgedSide& side) { return !side.verdict.is_right(); });
  REQUIRE(wrong != found.sides.end());
  REQUIRE_FALSE(wrong->repairs.empty());
  CHECK(wrong->repairs[0].gw.find("g_") == std::string::npos);
}

TEST_CASE("a normal form that grows with each relation is given up") {
  const std::string sheet =
      "param x : R[2]\nparam u : R\nu4[i] = (exponential_loss(x, u))[i,i]\nF = silu(ln(u4))\nL = F^2\n"
      "t2 = exp(-u*x)\nt3 = sigmoid(log(u4))\n";
  check::CheckOptions options;
  options.repairs = false;
  const check::Checked found = check::checked(
      Text("sheet.gw", sheet + "claim dL/dx = 2*(-2*u*F*(t3 + log(u4)*t3*(1 - t3))*t2/sum(t2))\n"), options);
  REQUIRE(found.sides.size() == 1);
  CHECK(check::verdict_name(found.sides[0].verdict.kind) == "scaled");
}
