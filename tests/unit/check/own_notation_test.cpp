// A repair as the person would write it: what stays stands as they wrote it, what is new follows their habits. Expected lines are written by hand.
#include <doctest/doctest.h>

#include <algorithm>

#include "check/check.h"
#include "check/report.h"

using namespace gradwright;

namespace {

const std::string network = R"(x : R[n]
y : R[k]
param W1 : R[h,n]
param W2 : R[k,h]
z1 = W1*x
a1 = tanh(z1)
z2 = W2*a1
a2 = sigmoid(z2)
L = 1/2*sum((a2 - y)^2)
)";
const std::string batch = R"(X : R[m,n]
Y : R[m,k]
param W1 : R[n,h]
param W2 : R[h,k]
Z1 = X*W1
A1 = relu(Z1)
Z2 = A1*W2
L = 1/2/m*sum((Z2 - Y).^2)
)";

/// The repairs of the last side, as they would be written; a repair that has no such line is "-".
std::vector<std::string> repairs(const std::string& sheet, const std::string& claim) {
  const check::Checked checked = check::checked(Text("sheet.gw", sheet + claim + "\n"));
  std::vector<std::string> found;
  if (checked.sides.empty()) return found;
  for (const check::Repair& repair : checked.sides.back().repairs)
    found.push_back(repair.text.empty() ? "-" : repair.text);
  return found;
}

std::string first(const std::string& sheet, const std::string& claim) {
  const std::vector<std::string> found = repairs(sheet, claim);
  return found.empty() ? "none" : found[0];
}

}  // namespace

TEST_CASE("LaTeX keeps its commands, brackets, blanks and names") {
  CHECK(first(network,
              "claim latex: \\frac{\\partial L}{\\partial W^{(2)}} = ((a^{(2)} - y) \\odot a^{(2)} \\odot (1 - "
              "a^{(2)})) a^{(1)}") ==
        "\\frac{\\partial L}{\\partial W^{(2)}} = ((a^{(2)} - y) \\odot a^{(2)} \\odot (1 - a^{(2)})) (a^{(1)})^T");
  // their transpose, their sign, their large brackets
  CHECK(first(network,
              "claim latex: d = (a_2-y)\\circ a_2\\circ(1-a_2) \\\\ \\nabla_{W_1} L = \\left(W_2 d \\circ "
              "(1-a_1^2)\\right) x^\\top") ==
        "\\nabla_{W_1} L = \\left(\\left(W_2^\\top d\\right) \\circ (1-a_1^2)\\right) x^\\top");
  CHECK(first(batch, "claim latex: \\frac{\\partial L}{\\partial W_2} = \\frac{1}{m} A_1(Z_2 - Y)") ==
        "\\frac{\\partial L}{\\partial W_2} = \\frac{1}{m} A_1^T(Z_2 - Y)");
  // another line of the chain is the left side's
  CHECK(first(batch, "claim latex: \\frac{\\partial L}{\\partial Z_2} = \\frac{1}{m}(Z_2 - Y) = (Z_2 - Y)") ==
        "\\frac{\\partial L}{\\partial Z_2} = \\frac{Z_2 - Y}{m}");
}

TEST_CASE("a power of a row is taken entry by entry") {
  const std::string row = "u, d : R[1,3]\nL = sum(u^2 .* d)\n";
  CHECK(first(row, "claim numpy: dd = u") == "dd = u**2");
}

TEST_CASE("what is brought in is spelled as the names beside it") {
  CHECK(first(network, "claim latex: \\frac{\\partial L}{\\partial z^{[2]}} = a^{[2]} - y") ==
        "\\frac{\\partial L}{\\partial z^{[2]}} = (a^{[2]} - y) \\odot \\sigma'(z^{[2]})");
  CHECK(first(batch, "claim numpy: dZ1 = (Z2 - Y) @ W2.T / m") == "dZ1 = (Z2 - Y) @ W2.T / m * (Z1 > 0)");
}

TEST_CASE("NumPy keeps its products, transposes, calls and owners of names") {
  CHECK(first(batch, "claim numpy: dW2 = A1 @ (Z2-Y)/m") == "dW2 = A1.T @ (Z2-Y)/m");
  CHECK(first(batch, "claim numpy: grads['W2'] = np.dot(cache['A1'], Z2 - Y) / m") ==
        "grads['W2'] = np.dot(cache['A1'].T, Z2 - Y) / m");
  CHECK(first(batch, "claim numpy: dA1 = (Z2 - Y).dot(self.W2) / m") == "dA1 = (Z2 - Y).dot(self.W2.T) / m");
  CHECK(first(network, "claim numpy: dW2 = np.outer(a2 - y, a1)") == "dW2 = np.outer((a2 - y) * (a2 * (1 - a2)), a1)");
  // several names at once: the other one stays
  CHECK(first(batch, "claim numpy: dZ2, n = Z2 - Y, X.shape[1]") == "dZ2, n = (Z2 - Y) / m, X.shape[1]");
}

TEST_CASE("a line that changes its own name is written out") {
  const std::vector<std::string> found = repairs(batch, "claim numpy:\n  dZ1 = (Z2 - Y) @ W2.T * (Z1 > 0)\n  dZ1 *= m");
  CHECK(std::find(found.begin(), found.end(), "dZ1 = dZ1 / m") != found.end());
}

TEST_CASE("every line that is shown is judged right in its place") {
  const std::string claim = "claim numpy:\n  dZ2 = (Z2 - Y)\n  dW2 = A1 @ dZ2\n";
  const check::Checked wrong = check::checked(Text("sheet.gw", batch + claim));
  REQUIRE(wrong.sides.size() == 2);
  for (const check::JudgedSide& side : wrong.sides) {
    REQUIRE_FALSE(side.repairs.empty());
    for (const check::Repair& repair : side.repairs) {
      if (repair.replacement.empty()) continue;
      std::string content = batch + claim;
      content.replace(side.place.begin, side.place.end - side.place.begin, repair.replacement);
      const check::Checked right = check::checked(Text("sheet.gw", content));
      for (const check::JudgedSide& again : right.sides) {
        if (again.wrt == side.wrt) CHECK(again.verdict.is_right());
      }
    }
    CHECK_FALSE(side.repairs[0].replacement.empty());
    CHECK_FALSE(check::diagnostic_of(side).fixits.empty());
  }
}

TEST_CASE("a plain claim is repaired in its own words") {
  CHECK(first(batch, "claim dL/dW2 = A1*(Z2 - Y)/m") == "dL/dW2 = A1'*(Z2 - Y)/m");
}

TEST_CASE("a mask has no negative in NumPy") {
  CHECK(first("x : R[n]\nL = sum(relu(-x))\n", "claim numpy: dx = x < 0") == "dx = -1 * (x < 0)");
}
