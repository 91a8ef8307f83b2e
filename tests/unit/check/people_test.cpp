// Claims as people write them on forums, in notes and in code, each with the verdict that a hand derivation gives.
#include <doctest/doctest.h>

#include "check/check.h"
#include "check/report.h"

using namespace gradwright;
using namespace gradwright::check;

namespace {

std::string judged(const std::string& sheet) {
  const Checked found = checked(Text("sheet.gw", sheet + "\n"), {std::nullopt, false, false});
  std::string text;
  for (const JudgedSide& side : found.sides)
    text += (text.empty() ? "" : "; ") + subject_of(side) + " " + std::string(verdict_name(side.verdict.kind));
  for (const Diagnostic& one : found.diagnostics) text += (text.empty() ? "" : "; ") + one.code;
  return text;
}

const std::string squares = "X : R[n,d]\ny : R[n]\nparam w : R[d]\nL = sum((X*w - y)^2)/(2*n)\nderive L wrt w\n";
const std::string slope = "\\frac{\\partial L}{\\partial w} = ";

}  // namespace

TEST_CASE("x_i is the row i of X where the sheet has no x") {
  const std::string claim = squares + "claim latex: ";
  CHECK(judged(claim + slope + "\\frac1n\\sum_{i=1}^n (x_i^T w - y_i) x_i") == "∂L/∂w equal");
  CHECK(judged(claim + slope + "\\frac1n\\sum_i \\mathbf{x}_i (\\mathbf{x}_i^\\top \\mathbf{w} - y_i)") ==
        "∂L/∂w equal");
  CHECK(judged(claim + slope + "\\frac1n\\sum_i (y_i - x_i^T w) x_i") == "∂L/∂w scaled");
  CHECK(judged(claim + "\\nabla^2_w L = \\frac1n\\sum_{i=1}^n x_i x_i^T") == "∂²L/∂w∂wᵀ equal");
  CHECK(judged(claim + "\\nabla^2_w L = \\frac1n\\sum_{i=1}^n x_i^T x_i") == "∂²L/∂w∂wᵀ wrong-shape");
  const std::string columns = "X : R[d,n]\ny : R[n]\nparam w : R[d]\nL = sum((X'*w - y)^2)/2\nclaim latex: ";
  CHECK(judged(columns + slope + "\\sum_i (x_i^T w - y_i) x_i") == "∂L/∂w equal");
  CHECK(judged(columns + slope + "\\sum_{i=1}^n (w^T x_i - y_i) x_i") == "∂L/∂w equal");
}

TEST_CASE("products over an index") {
  const std::string claim = "x, y : R[n]\np = prod(x)\nderive p wrt x\nclaim latex: ";
  const std::string entry = claim + "\\frac{\\partial p}{\\partial x_j} = ";
  CHECK(judged(entry + "\\prod_{i \\ne j} x_i") == "∂p/∂x[j] equal");
  CHECK(judged(entry + "\\prod_{i=1, i \\ne j}^n x_i") == "∂p/∂x[j] equal");
  CHECK(judged(entry + "\\frac{1}{x_j}\\prod_{i=1}^n x_i") == "∂p/∂x[j] equal");
  CHECK(judged(entry + "\\prod_{i=1}^n x_i") == "∂p/∂x[j] wrong-value");
  CHECK(judged(claim + "\\log \\prod_{i=1}^n \\sigma(x_i)^{y_i} = \\sum_i y_i \\log\\sigma(x_i)") ==
        "the left side equal");
  CHECK(judged(claim + "\\log \\sum_{i=1}^n e^{x_i} = \\operatorname{logsumexp}(x)") == "the left side equal");
  CHECK(judged(claim + "\\log \\sum_{i=1}^n e^{x_i} = \\sum_i x_i") == "the left side wrong-value");
}

TEST_CASE("second derivatives in plain claims") {
  for (const char* left : {"d2L/dw2", "d2L/dwdw", "d2L/dwdw'", "d^2L/dw^2", "∂²L/∂w²", "∂^2L/∂w∂w'"}) {
    CAPTURE(left);
    CHECK(judged(squares + "claim " + left + " = X'*X/n") == "∂²L/∂w∂wᵀ equal");
    CHECK(judged(squares + "claim " + left + " = 2*X'*X/n") == "∂²L/∂w∂wᵀ scaled");
  }
  const std::string mixed = "A : R[m,n]\nu : R[m]\nv : R[n]\nf = u'*A*v\n";
  CHECK(judged(mixed + "claim d2f/dudv = A") == "∂²f/∂u∂vᵀ equal");
  CHECK(judged(mixed + "claim d2f/dvdu = A") == "∂²f/∂v∂uᵀ equal-transposed");
  CHECK(judged("w2, w : R[n]\nL = sum(w2 .* w)\nclaim dL/dw2 = w") == "∂L/∂w2 equal");
}

TEST_CASE("a definition that follows its use") {
  CHECK(judged(squares + "claim latex: " + slope + "\\frac1n X^T r, \\quad r = X w - y") == "∂L/∂w equal");
  CHECK(judged(squares + "claim latex: " + slope + "\\frac1n X^T r \\quad \\text{where } r = y - X w") ==
        "∂L/∂w scaled");
  CHECK(judged(squares + "claim latex: H = \\frac1n S^T S, \\quad S = X") == "∂²L/∂w∂wᵀ equal");
}

TEST_CASE("a variable that is no name of the sheet") {
  const std::string claim = squares + "claim latex: ";
  CHECK(judged(claim + "\\frac{\\partial J}{\\partial \\theta} = \\frac1n X^T (X w - y)") == "∂L/∂w equal");
  CHECK(judged(claim + "\\partial J/\\partial \\theta = \\frac1n X^T (y - X w)") == "∂L/∂w scaled");
  CHECK(judged(claim + "\\frac{\\partial J}{\\partial \\theta_j} = \\frac1n \\sum_i (x_i^T w - y_i) x_{ij}") ==
        "∂L/∂w[j] equal");
}

TEST_CASE("what is wrong with the sheet is said once") {
  const std::string sheet = "X : R[n,d]\ny : R[n]\nparam w : R[d]\nz = X*v\nL = sum((z - y)^2)\n";
  CHECK(judged(sheet + "claim dL/dw = X'*(z - y)\nclaim latex: " + slope + "X^T (z - y)\nclaim latex: a = z - y") ==
        "G0301");
}
