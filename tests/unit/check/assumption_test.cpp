// A claim that is right only under a fact that the sheet does not state stays wrong, and the fact is named.
#include <doctest/doctest.h>

#include <array>

#include "check/check.h"
#include "check/report.h"

using namespace gradwright;

namespace {

struct Found {
  std::string verdict;
  std::optional<check::Assumption> assumption;
  Diagnostic told;
};

Found found(const std::string& sheet, const std::string& claim) {
  const check::Checked checked = check::checked(Text("sheet.gw", sheet + "claim " + claim + "\n"));
  REQUIRE(checked.sides.size() == 1);
  const check::Verdict& verdict = checked.sides[0].verdict;
  return {std::string(check::verdict_name(verdict.kind)), verdict.assumption, check::diagnostic_of(checked.sides[0])};
}

}  // namespace

TEST_CASE("a fact that would make a claim right is named") {
  const std::string softmax =
      "X : R[m,n]\nY : R[m,k]\nparam W : R[n,k]\nP = softmax_rows(X*W)\nL = -sum(Y .* log(P))\n";
  const std::string logistic = "X : R[m,n]\ny : R[m]\nparam w : R[n]\nL = sum(log(1 + exp(-y .* (X*w))))\n";
  const std::string quadratic = "A : R[n,n]\nparam x : R[n]\nf = x'*A*x\n";
  const std::string entropy = "y : R[k]\nz : R[k]\np = softmax(z)\nL = -sum(y .* log(p))\n";
  const std::string layer = "x : R[d]\ny : R[3]\nparam W : R[3,d]\nz = W*x\np = softmax(z)\nL = -sum(y .* log(p))\n";
  const std::vector<std::array<std::string, 4>> rows = {
      {entropy, "dL/dz = p - y", "the entries of `y` sum to 1", "y : R[k] prob"},
      {layer, "dL/dz = p - y", "the entries of `y` sum to 1", "y : R[3] prob"},
      {layer, "latex: \\frac{\\partial L}{\\partial W} = (p - y)x^T", "the entries of `y` sum to 1", "y : R[3] prob"},
      {quadratic, "df/dx = 2*A*x", "`A` is symmetric", "A : R[n,n] symmetric"},
      {softmax, "dL/dW = X'*(P - Y)", "each row of `Y` sums to 1", "Y : R[m,k] simplex_rows"},
      {logistic, "hessian(L,w) = X'*diag(sigmoid(X*w) .* (1 - sigmoid(X*w)))*X", "every entry of `y` is 1 or -1",
       "y : R[m] pm1"},
  };
  for (const auto& [sheet, claim, fact, declaration] : rows) {
    CAPTURE(claim);
    const Found one = found(sheet, claim);
    CHECK(one.verdict == "wrong-value");
    REQUIRE(one.assumption.has_value());
    CHECK(one.assumption->sentence == fact);
    CHECK(one.assumption->declaration == declaration);
    CHECK(one.told.message.ends_with("only where " + fact));
    CHECK(one.told.helps[0].find("declare `" + declaration + "`") != std::string::npos);
    // With the fact declared the claim is right.
    const std::string name = declaration.substr(0, declaration.find(' '));
    std::string told = sheet;
    const std::size_t at = told.find(name + " : ");
    REQUIRE(at != std::string::npos);
    told.replace(at, told.find('\n', at) - at, declaration);
    CHECK(found(told, claim).verdict == "equal");
  }
}

TEST_CASE("a property of labels makes it right as well") {
  for (const char* fact : {"prob", "onehot"}) {
    const std::string sheet = std::string("y : R[k] ") + fact + "\nz : R[k]\np = softmax(z)\nL = -sum(y .* log(p))\n";
    CHECK(found(sheet, "dL/dz = p - y").verdict == "equal");
  }
}

TEST_CASE("what no fact makes right has no assumption, and nothing is assumed of the variable") {
  CHECK_FALSE(found("A : R[n,n]\nparam x : R[n]\nf = x'*A*x\n", "df/dx = A*x").assumption);
  CHECK_FALSE(found("param X : R[n,n]\nf = trace(X*X)\n", "df/dX = 2*X").assumption);
}
