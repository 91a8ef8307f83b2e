// A chain of derivatives in LaTeX is read in the layout that makes it conform: to the left in denominator layout, to the right in numerator layout.
#include <doctest/doctest.h>

#include "check/check.h"

using namespace gradwright;

namespace {

std::string verdict(const std::string& layout, const std::string& sizes, const std::string& side) {
  const std::string n = sizes.substr(0, 1), m = sizes.substr(1, 1);
  const std::string sheet = "h1 : R[" + n + "]\ny : R[" + m + "]\nparam W : R[" + n + "," + n + "]\nparam V : R[" + m +
                            "," + n + "]\nh2 = tanh(W*h1)\no = V*h2\nL = 1/2*norm2(o - y)^2\nlayout " + layout + "\n";
  const check::Checked checked =
      check::checked(Text("sheet.gw", sheet + "claim latex: \\frac{\\partial L}{\\partial h_1} = " + side + "\n"));
  REQUIRE(checked.sides.size() == 1);
  return std::string(check::verdict_name(checked.sides[0].verdict.kind));
}

const std::string l_o = "\\frac{\\partial L}{\\partial o}";
const std::string o_h = "\\frac{\\partial o}{\\partial h_2}";
const std::string h_h = "\\frac{\\partial h_2}{\\partial h_1}";

}  // namespace

TEST_CASE("the two directions of a chain, by the layout of the sheet") {
  const std::string to_the_right = l_o + o_h + h_h, to_the_left = h_h + o_h + l_o;
  for (const char* sizes : {"hk", "32"}) {
    CAPTURE(std::string(sizes));
    CHECK(verdict("numerator", sizes, to_the_right) == "equal");
    CHECK(verdict("numerator", sizes, to_the_left) == "equal-transposed");
    CHECK(verdict("denominator", sizes, to_the_left) == "equal");
    CHECK(verdict("denominator", sizes, to_the_right) == "equal-transposed");
    CHECK(verdict("gradient", sizes, to_the_left) == "equal");
    CHECK(verdict("gradient", sizes, to_the_right) == "equal-transposed");
  }
}

TEST_CASE("factors in another order, or one too few, are right in no layout") {
  for (const char* layout : {"numerator", "denominator", "gradient"}) {
    for (const char* sizes : {"hk", "nn", "32", "33"}) {
      CAPTURE(std::string(layout) + " " + sizes);
      for (const std::string& side : {l_o + h_h + o_h, o_h + h_h + l_o, l_o + o_h, o_h + l_o}) {
        const std::string found = verdict(layout, sizes, side);
        CHECK(found != "equal");
        CHECK(found != "equal-transposed");
      }
    }
  }
}
