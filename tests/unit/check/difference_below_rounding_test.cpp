// Claims that differ from the truth by less than numbers can tell: never called equal, and repaired by what really differs.
#include <doctest/doctest.h>

#include "check/check.h"

using namespace gradwright;

TEST_CASE("a claim with a tiny extra part is wrong, and the part is deleted") {
  const std::string sheet = "x : R[n]\ny : R[k]\nparam W : R[k,n]\na = sigmoid(W*x)\nL = 1/2*sum((a - y)^2)\n";
  const std::string truth = "((a - y) .* a .* (1 - a))*x'";
  for (const std::string& claim : {truth + " + 0.000000000001*W", "1.000000000001*" + truth}) {
    CAPTURE(claim);
    const check::Checked found = check::checked(Text("sheet.gw", sheet + "claim dL/dW = " + claim + "\n"));
    REQUIRE(found.sides.size() == 1);
    CHECK(found.sides[0].verdict.kind == check::VerdictKind::wrong_value);
    REQUIRE(found.sides[0].repairs.size() == 1);
    CHECK(found.sides[0].repairs[0].gw == truth);
  }
  const check::Checked hidden =
      check::checked(Text("sheet.gw", sheet + "claim dL/dW = ((a - y + 0.0000000000001) .* a .* (1 - a))*x'\n"));
  REQUIRE(hidden.sides.size() == 1);
  CHECK(hidden.sides[0].verdict.kind == check::VerdictKind::wrong_value);
}
