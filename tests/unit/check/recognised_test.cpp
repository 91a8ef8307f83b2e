// Claims whose left side names nothing of the sheet, or is an expression: what they are is found from the formula.
#include <doctest/doctest.h>

#include "check/check.h"
#include "check/report.h"

using namespace gradwright;
using namespace gradwright::check;

namespace {

const std::string network =
    "x : R[n0]\ny : R[n2]\nparam W1 : R[n1,n0]\nparam W2 : R[n2,n1]\n"
    "z1 = W1*x\na1 = tanh(z1)\nz2 = W2*a1\na2 = sigmoid(z2)\nC = 1/2*norm2(a2 - y)^2\n";

const std::string logistic =
    "X : R[m,d]\ny : R[m]\nw : R[d]\nh = sigmoid(X*w)\n"
    "J = -1/m*sum(y .* log(h) + (1 - y) .* log(1 - h))\n";

std::string judged(const std::string& sheet) {
  const Checked found = checked(Text("sheet.gw", sheet + "\n"));
  std::string text;
  for (const JudgedSide& side : found.sides)
    text += (text.empty() ? "" : "; ") + subject_of(side) + " " + std::string(verdict_name(side.verdict.kind));
  for (const Diagnostic& one : found.diagnostics) text += (text.empty() ? "" : "; ") + one.code;
  return text;
}

}  // namespace

TEST_CASE("a right formula under a name of the person's own is recognised") {
  CHECK(judged(network + "claim numpy: d1 = W2.T @ ((a2 - y)*a2*(1-a2)) * (1 - a1**2)") == "∂C/∂z1 equal");
  CHECK(judged(network + "claim latex: g = W_2^T((a_2 - y) \\odot a_2 \\odot (1-a_2))") == "∂C/∂a1 equal");
  CHECK(judged(logistic + "claim numpy: H = X.T @ np.diag(h * (1 - h)) @ X / m") == "∂²J/∂w∂wᵀ equal");
}

TEST_CASE("a wrong formula under such a name is not guessed at") {
  CHECK(judged(network + "claim numpy: d1 = W2.T @ ((a2 - y)*a2) * (1 - a1**2)") == "G0710");
  CHECK(judged(logistic + "claim numpy: H = X.T @ np.diag(h) @ X / m") == "G0710");
}

TEST_CASE("each derivative of an expression is its own") {
  const std::string sheet = "X : R[n,n] spd\nA : R[n,n]\n";
  CHECK(judged(sheet + "claim latex: \\frac{\\partial \\ln\\det X}{\\partial X} = X^{-1}\n"
                       "claim latex: \\frac{\\partial}{\\partial A}\\operatorname{tr}(AX) = X^T\n"
                       "claim latex: \\frac{\\partial}{\\partial A}\\operatorname{tr}(AX) = 2X^T") ==
        "∂log(det(X))/∂X equal; ∂tr(A*X)/∂A equal; ∂tr(A*X)/∂A scaled");
}

TEST_CASE("an entry with both the layer above and the index below") {
  CHECK(judged(network +
               "claim latex: \\frac{\\partial C}{\\partial w^2_{jk}} = (a^2_j - y_j) a^2_j (1 - a^2_j) a^1_k") ==
        "∂C/∂W2[j,k] equal");
}

TEST_CASE("a column that the code makes broadcasts against an array of one axis") {
  CHECK(judged(network + "claim numpy: dW2 = ((a2 - y)*a2*(1-a2)).reshape(-1,1) * a1") == "∂C/∂W2 equal");
  CHECK(judged(network + "claim numpy: dW2 = ((a2 - y)*a2*(1-a2))[:, None] * a1") == "∂C/∂W2 equal");
  CHECK(judged(network + "claim numpy: dW2 = a1.reshape(-1,1) * ((a2 - y)*a2*(1-a2))") == "∂C/∂W2 equal-transposed");
}
