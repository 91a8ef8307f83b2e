// Which repair of a person's formula comes first, and what none may do; each true formula was derived by hand.
#include <doctest/doctest.h>

#include <algorithm>

#include "check/check.h"

using namespace gradwright;
using namespace gradwright::check;

namespace {

JudgedSide judged(const std::string& sheet, const std::string& claim) {
  const Checked found = checked(Text("sheet.gw", sheet + "\nclaim " + claim + "\n"));
  REQUIRE(found.sides.size() == 1);
  return found.sides[0];
}

struct Row {
  std::string claim, mistake, first;
};

/// The first mistake and the first repair, in the person's own notation.
void table(const std::string& sheet, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.claim);
    const JudgedSide side = judged(sheet, row.claim);
    REQUIRE_FALSE(side.mistakes.empty());
    REQUIRE_FALSE(side.repairs.empty());
    CHECK(side.mistakes[0].name == row.mistake);
    const Repair& first = side.repairs[0];
    CHECK((first.replacement.empty() ? first.gw : first.replacement) == row.first);
  }
}

const std::string softmax_regression =
    "X : R[n,d]\ny : R[n,C] onehot_rows\nparam W : R[d,C]\nparam b : R[C]\nz = X*W + ones(n)*b'\np = softmax_rows(z)\n"
    "L = -sum(y .* log(p))/n";
const std::string softmax = "x, g : R[n]\ny = softmax(x)\nL = sum(g .* y)";

}  // namespace

TEST_CASE("an axis that is missing, or another") {
  table(softmax_regression, {
                                {"dL/db = sum(p - y)/n", "wrong-sum", "colsum(p - y)'/n"},
                                {"dL/db = rowsum(p - y)/n", "wrong-sum", "colsum(p - y)'/n"},
                                {"numpy: db = np.sum(p - y)/n", "wrong-sum", "np.sum(p - y, axis=0)/n"},
                                {"numpy: db = np.sum(p - y, axis=1)/n", "wrong-sum", "np.sum(p - y, axis=0)/n"},
                                {"numpy: db = np.mean(p - y)", "wrong-sum", "np.mean(p - y, axis=0)"},
                            });
}

TEST_CASE("another number") {
  const std::string rows = "dZ, Z : R[k,m]\nb : R[k]\nL = 1/m*sum(dZ .* (Z + b*ones(m)'))";
  table(rows, {
                  {"dL/db = 4/m*rowsum(dZ)", "extra-factor", "1/m*rowsum(dZ)"},
              });
}

TEST_CASE("brackets that are missing") {
  table("x, g : R[n]\ny = x ./ (1 + exp(-x))\nL = sum(g .* y)",
        {{"dL/dx = g .* (1 + exp(-x) + x .* exp(-x) ./ (1 + exp(-x))^2)", "other",
          "g .* ((1 + exp(-x) + x .* exp(-x)) ./ (1 + exp(-x))^2)"}});
}

TEST_CASE("softmax taken entry by entry has a name of its own") {
  table(softmax, {
                     {"dy/dx = y .* (1 - y)", "softmax-entrywise", "diag(y) - y*y'"},
                     {"dL/dx = g .* y .* (1 - y)", "softmax-entrywise", "y .* (g - sum(g .* y))"},
                     {"numpy: dx = g*y*(1 - y)", "softmax-entrywise", "y*(g - np.sum(g*y))"},
                 });
  // Of the slope of a sigmoid nothing is said.
  for (const Mistake& one :
       judged("x, g : R[n]\ny = sigmoid(x)\nL = sum(g .* y)", "dL/dx = 2*g .* y .* (1 - y)").mistakes)
    CHECK(one.name != "softmax-entrywise");
}

TEST_CASE("one slip made twice is one mistake, mended by one edit") {
  const std::string quadratic = "a, b, x : R[n]\nA : R[n,n]\nf = x'*A*x + a'*x + (b'*x)^2";
  table(quadratic, {{"df/dx = A*a + A'*a + a + 2*(b'*x)*b", "wrong-variable", "A*x + A'*x + a + 2*(b'*x)*b"}});
  const JudgedSide side = judged("U : R[k,m]\nP : R[m,n]\nV : R[k,n]\nf = sum((U*P - V).^2)/2 + sum(U*P)",
                                 "df/dP = U*(U*P - V) + U*ones(k,n)");
  REQUIRE_FALSE(side.repairs.empty());
  CHECK(side.repairs[0].edits.size() == 1);
  CHECK(side.mistakes.size() == 1);
}

TEST_CASE("no repair does nothing, or undoes itself") {
  const std::string pairs[][2] = {
      {softmax_regression, "dL/db = sum(y - p)/n"},
      {softmax_regression, "dL/db = sum(y - p) + colsum(p - y)'/n"},
      {softmax_regression, "numpy: db = np.sum(y - p)"},
      {softmax_regression, "dL/dW = X'*(y - p)"},
      {"X : R[n,d]\ny : R[n]\nparam w : R[d]\nL = sum((X*w - y)^2)/n", "dL/dw = 2/n*X'*(X*w - X*w)"},
      {"p : R[n] positive\nlambda : R\nL = sum(p .* log(p)) + lambda*(sum(p) - 1)", "dL/dp = log(p) + lambda"},
      {"dZ, Z : R[k,m]\nb : R[k]\nL = 1/m*sum(dZ .* (Z + b*ones(m)'))", "dL/db = 4/m*rowsum(dZ)"},
  };
  for (const auto& [sheet, claim] : pairs) {
    const JudgedSide side = judged(sheet, claim);
    CAPTURE(claim);
    for (const Repair& repair : side.repairs) {
      CAPTURE(repair.gw);
      for (const char* idle :
           {"zeros", "eye(", "(y - y)", "(p - p)", "lambda - lambda", "X*w - X*w", "(sum(y - p) + ", "(sum(p - y) + "})
        CHECK(repair.gw.find(idle) == std::string::npos);
    }
  }
}
