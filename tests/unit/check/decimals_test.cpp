// Numbers without end, written out in digits: right where they have the digits of the true one, and said to be right to these digits.
#include "check/decimals.h"

#include "check/report.h"
#include "claims_table.h"

namespace gradwright::claims_table {

TEST_CASE("digits of pi and of other numbers without end") {
  table("x : R\nf = sin(pi*x)\n",
        {
            {"df/dx = pi*cos(pi*x)", "equal"},
            {"df/dx = 3.141592653589793*cos(pi*x)", "equal"},
            {"df/dx = 3.14159*cos(pi*x)", "equal"},
            {"df/dx = 3.1416*cos(pi*x)", "equal"},
            {"df/dx = 3.1416*cos(3.1416*x)", "equal"},
            {"latex: \\frac{\\partial f}{\\partial x} = 3.14159265 \\cos(\\pi x)", "equal"},
            {"latex: \\frac{\\partial f}{\\partial x} = 3.14159\\ldots \\cos(\\pi x)", "equal"},
            {"latex: \\frac{\\partial f}{\\partial x} = 3.14159… \\cos(\\pi x)", "equal"},
            {"df/dx = 3.14*cos(pi*x)", "wrong-value"},
            {"df/dx = 3.14169*cos(pi*x)", "wrong-value"},
            {"df/dx = 3.1416*sin(pi*x)", "wrong-value"},
        });
  table("x : R\np = exp(-x^2/2)/sqrt(2*pi)\ng = x^2/3\nh = x^2\n",
        {
            {"dp/dx = -0.398942*x*exp(-x^2/2)", "equal"},
            {"dp/dx = -0.3989422804014327*x*exp(-x^2/2)", "equal"},
            {"dg/dx = 0.66667*x", "equal"},
            {"dg/dx = 0.66666*x", "equal"},  // cut off
            {"dh/dx = 2.000000*x", "equal"},
        });
}

TEST_CASE("what is right to the digits given is not said to be proved") {
  const check::Checked found =
      check::checked(Text("sheet.gw", "x : R\nf = sin(pi*x)\nclaim df/dx = 3.1416*cos(pi*x)\n"));
  REQUIRE(found.sides.size() == 1);
  const check::Verdict& verdict = found.sides[0].verdict;
  CHECK_FALSE(verdict.proved);
  CHECK(check::summary_of(verdict) == "right to the digits given");
  CHECK(verdict.notes == std::vector<std::string>{"`3.1416` stands for `pi`, of which it has the digits"});
}

TEST_CASE("which number digits stand for") {
  const auto meant = [](const std::string& gw) {
    const auto found = check::without_decimals(gw, [](std::string_view name) { return name == "x"; });
    return found ? found->gw : std::string();
  };
  CHECK(meant("3.14159*x") == "(pi)*x");
  CHECK(meant("x^2/6.28318530718 + 0.333333") == "x^2/(2*pi) + (1/3)");
  CHECK(meant("0.7978845608*x") == "(sqrt(2/pi))*x");
  CHECK(meant("x*0.69315") == "x*(log(2))");
  for (const char* none : {"3.14*x", "2.00001*x", "0.125000*x", "1.99999*x", "12345*x", "x[3]", "0.00001*x"}) {
    CAPTURE(none);
    CHECK(meant(none).empty());
  }
  const auto pi_taken = check::without_decimals("3.14159", [](std::string_view name) { return name == "pi"; });
  REQUIRE(pi_taken.has_value());
  CHECK(pi_taken->gw == "(acos(-1))");
}

}  // namespace gradwright::claims_table
