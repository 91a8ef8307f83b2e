// A draft of a repair is read back in its own place: the other claims of the sheet are not judged again.
#include <doctest/doctest.h>

#include <ctime>

#include "check/check.h"

using namespace gradwright;

namespace {

double seconds_for(const std::string& sheet) {
  const std::clock_t begin = std::clock();
  const check::Checked found = check::checked(Text("sheet.gw", sheet));
  CHECK_FALSE(found.sides.empty());
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

}  // namespace

TEST_CASE("what a claim costs does not grow with the claims beside it") {
  const std::string sheet =
      "X : R[N,D]\ngamma : R[D]\nbeta : R[D]\ndout : R[N,D]\nmu = colmean(X)\nXc = X - ones(N)*mu\nv = "
      "colmean(Xc.^2)\ns = sqrt(v + 0.00001)\nxhat = Xc ./ (ones(N)*s)\nout = xhat .* (ones(N)*gamma') + "
      "ones(N)*beta'\nL = sum(out .* dout)\n";
  const std::string claim = "claim numpy: dX = gamma * dout / s\n";
  const double alone = seconds_for(sheet + claim);
  CHECK(seconds_for(sheet + claim + claim + claim) < 10 * alone + 0.1);
}

TEST_CASE("only what is wanted is judged") {
  const std::string sheet = "x, g : R[n]\nL = sum(g .* x.^2)\nclaim numpy: dq = x + 1\n";
  const std::string claim = "claim dL/dx = 2*g .* x\n";
  check::CheckOptions options;
  const auto begin = static_cast<std::uint32_t>(sheet.size());
  options.within = Span{begin, begin + static_cast<std::uint32_t>(claim.size())};
  const check::Checked found = check::checked(Text("sheet.gw", sheet + claim), options);
  REQUIRE(found.sides.size() == 1);
  CHECK(found.sides[0].verdict.is_right());
  CHECK(found.diagnostics.empty());
}
