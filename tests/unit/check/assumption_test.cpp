// A claim that is right only under a fact that the sheet does not state stays wrong, and the fact is named.
#include <doctest/doctest.h>

#include <array>

#include "check/check.h"

using namespace gradwright;

namespace {

struct Found {
  std::string verdict, assumption;
};

Found found(const std::string& sheet, const std::string& claim) {
  const check::Checked checked = check::checked(Text("sheet.gw", sheet + "claim " + claim + "\n"));
  REQUIRE(checked.sides.size() == 1);
  const check::Verdict& verdict = checked.sides[0].verdict;
  return {std::string(check::verdict_name(verdict.kind)), verdict.assumption};
}

}  // namespace

TEST_CASE("a fact that would make a claim right is named") {
  const std::string softmax =
      "X : R[m,n]\nY : R[m,k]\nparam W : R[n,k]\nP = softmax_rows(X*W)\nL = -sum(Y .* log(P))\n";
  const std::string logistic = "X : R[m,n]\ny : R[m]\nparam w : R[n]\nL = sum(log(1 + exp(-y .* (X*w))))\n";
  const std::string quadratic = "A : R[n,n]\nparam x : R[n]\nf = x'*A*x\n";
  const std::vector<std::array<std::string, 4>> rows = {
      {quadratic, "df/dx = 2*A*x", "`A` is symmetric", "A : R[n,n] symmetric"},
      {softmax, "dL/dW = X'*(P - Y)", "each row of `Y` sums to 1", "Y : R[m,k] simplex_rows"},
      {logistic, "hessian(L,w) = X'*diag(sigmoid(X*w) .* (1 - sigmoid(X*w)))*X", "every entry of `y` is 1 or -1",
       "y : R[m] pm1"},
  };
  for (const auto& [sheet, claim, fact, declaration] : rows) {
    CAPTURE(claim);
    const Found one = found(sheet, claim);
    CHECK(one.verdict == "wrong-value");
    CHECK(one.assumption.find(fact) != std::string::npos);
    CHECK(one.assumption.find("declare `" + declaration + "`") != std::string::npos);
    // With the fact declared the claim is right.
    const std::string name = declaration.substr(0, declaration.find(' '));
    std::string told = sheet;
    const std::size_t at = told.find(name + " : ");
    REQUIRE(at != std::string::npos);
    told.replace(at, told.find('\n', at) - at, declaration);
    CHECK(found(told, claim).verdict == "equal");
  }
}

TEST_CASE("what no fact makes right has no assumption, and nothing is assumed of the variable") {
  CHECK(found("A : R[n,n]\nparam x : R[n]\nf = x'*A*x\n", "df/dx = A*x").assumption.empty());
  CHECK(found("param X : R[n,n]\nf = trace(X*X)\n", "df/dX = 2*X").assumption.empty());
}
