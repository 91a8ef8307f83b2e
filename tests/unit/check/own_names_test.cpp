// Code that computes again what the sheet has, or assigns a name twice: what is said of it has the names of the code, and what it returns is judged.
#include <doctest/doctest.h>

#include "check/check.h"
#include "check/report.h"

using namespace gradwright;
using namespace gradwright::check;

namespace {

const std::string layer = "x : R[d]\ny : R[h]\nparam W : R[h,d]\nz = W*x\nL = 1/2*sum((z - y).^2)\n";
const std::string network =
    "x : R[d]\ny : R[k]\nparam W1 : R[h,d]\nparam W2 : R[k,h]\nZ1 = W1*x\nA1 = tanh(Z1)\nZ2 = W2*A1\n"
    "L = 1/2*sum((Z2 - y).^2)\n";

std::vector<JudgedSide> judged(const std::string& sheet, const std::string& code) {
  return checked_document(Text("code.py", code), Notation::numpy, Text("sheet.gw", sheet), {}).sides;
}

std::string said(const JudgedSide& side) {
  const Diagnostic told = diagnostic_of(side);
  std::string text = told.message + "\n" + side.reading + "\n";
  for (const auto* all : {&told.notes, &told.helps})
    for (const std::string& one : *all) text += one + "\n";
  for (const FixIt& one : told.fixits) text += one.title + "\n" + one.replacement + "\n";
  for (const SpanLabel& one : told.labels) text += one.text + "\n";
  return text;
}

}  // namespace

TEST_CASE("names that code assigns again are said as the code has them") {
  const std::vector<JudgedSide> right = judged(layer, "z = W @ x\ndz = z - y\n");
  REQUIRE(right.size() == 1);
  CHECK(right[0].verdict.is_right());
  CHECK(right[0].reading == "z - y");
  for (const char* code :
       {"z = W @ x\ndz = y - z\ndW = np.outer(dz, y)\n", "z = 2 * (W @ x)\ndz = z - y\ndW = np.outer(x, dz)\n",
        "z = W @ x\nz = z + 1\ndz = z - y\ndW = dz @ x.T + W\n"}) {
    CAPTURE(code);
    for (const JudgedSide& side : judged(layer, code)) CHECK(said(side).find("z_") == std::string::npos);
  }
  for (const JudgedSide& side :
       judged(network,
              "Z1 = W1 @ x\nA1 = np.tanh(Z1)\ndZ2 = W2 @ A1 - y\ndZ1 = W2.T @ dZ2\ndZ1 = dZ1 * (1 - A1)\n"
              "dW1 = np.outer(x, dZ1)\n")) {
    const std::string text = said(side);
    CAPTURE(text);
    CHECK(text.find("Z1_") == std::string::npos);
    CHECK(text.find("A1_") == std::string::npos);
  }
}

TEST_CASE("what a function returns is judged") {
  const std::string code = "def backward(x, y, W):\n    z = W @ x\n    dz = z - y\n    return ";
  const std::vector<JudgedSide> right = judged(layer, code + "np.outer(dz, x)\n");
  REQUIRE(right.size() == 2);
  CHECK(right[1].wrt == "W");
  CHECK(right[1].verdict.is_right());
  const std::vector<JudgedSide> wrong = judged(layer, code + "np.outer(dz, y)\n");
  REQUIRE(wrong.size() == 2);
  CHECK(wrong[1].wrt == "W");
  CHECK(wrong[1].verdict.kind == VerdictKind::wrong_shape);
  CHECK(judged(layer, code + "0.5 * np.sum(dz**2)\n").size() == 1);  // the loss
  CHECK(judged(layer, code + "W @ x\n").size() == 1);                // of the forward pass
}
