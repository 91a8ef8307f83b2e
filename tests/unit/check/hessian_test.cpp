// Second derivatives on the left of a LaTeX claim are judged, not passed over.
#include <doctest/doctest.h>

#include "check/check.h"

using namespace gradwright;

TEST_CASE("a claim about a Hessian in LaTeX") {
  const std::string sheet = "A : R[n,n]\nparam w : R[n]\nL = w'*A*w\n";
  const auto verdict = [&](const std::string& claim) {
    const check::Checked found = check::checked(Text("sheet.gw", sheet + "claim latex: " + claim + "\n"));
    return found.sides.size() == 1 ? std::string(check::verdict_name(found.sides[0].verdict.kind)) : "nothing";
  };
  for (const char* left : {"\\nabla^2_w L", "\\nabla_w^2 L", "\\frac{\\partial^2 L}{\\partial w \\partial w^\\top}",
                           "\\frac{\\partial^2 L}{\\partial w^2}"}) {
    CAPTURE(std::string(left));
    CHECK(verdict(std::string(left) + " = A + A^T") == "equal");
    CHECK(verdict(std::string(left) + " = 2 A") == "wrong-value");
  }
}
