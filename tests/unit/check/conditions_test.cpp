// Where a derivative is 0: conditions, the equations that follow from them, and what solves them. Truths by hand.
#include "claims_table.h"

namespace gradwright::claims_table {
namespace {

const std::string squares = "X : R[m,n]\ny : R[m]\nA : R[n,n]\nparam w : R[n]\nL = 1/2*sum((X*w - y)^2)\n";
check::Checked judged(const std::string& sheet) { return check::checked(Text("sheet.gw", sheet)); }

const std::string ridge =
    "X : R[m,n]\ny : R[m]\nlambda : R positive\nparam w : R[n]\nL = 1/2*sum((X*w - y)^2) + lambda/2*sum(w^2)\n";

}  // namespace

TEST_CASE("equations that hold where a derivative is 0") {
  table(squares, {
                     {"latex: X^TXw = X^Ty", "equal"},
                     {"latex: \\Rightarrow\\ 2X^TXw = 2X^Ty", "equal"},
                     {"latex: X^TXw - X^Ty = 0", "equal"},
                     {"latex: X^T(y - Xw) = 0", "equal"},
                     {"X'*X*w = X'*y", "equal"},
                     {"latex: X^TXw = -X^Ty", "wrong-value"},
                     {"latex: X^TXw = 2X^Ty", "wrong-value"},
                     {"latex: Aw = X^Ty", "wrong-value"},
                     {"latex: X^TXw + w - X^Ty = 0", "wrong-shape"},
                 });
  table(ridge, {
                   {"latex: (X^TX + \\lambda I)w = X^Ty", "equal"},
                   {"latex: (X^TX - \\lambda I)w = X^Ty", "wrong-value"},
                   {"latex: X^TXw = X^Ty", "wrong-value"},
               });
}

TEST_CASE("what makes a derivative 0") {
  table(squares, {
                     {"latex: w^* = (X^TX)^{-1}X^Ty", "equal"},
                     {"latex: \\hat{w} = (X^TX)^{-1}X^Ty", "equal"},
                     {"latex: w_{\\text{opt}} = (X^TX)^{-1}X^Ty", "equal"},
                     {"latex: w = (X^TX)^{-1}X^Ty", "equal"},
                 });
  const auto solved = [](const std::string& sheet, const std::string& line) {
    return judged(sheet + "claim latex: \\nabla_w L = 0 \\Rightarrow " + line + "\n").sides;
  };
  const auto right = solved(ridge, "w^* = (X^TX + \\lambda I)^{-1}X^Ty");
  REQUIRE(right.size() == 1);
  CHECK(right[0].verdict.is_right());
  for (const char* line :
       {"w^* = (X^TX - \\lambda I)^{-1}X^Ty", "w^* = (X^TX)^{-1}X^Ty", "w^* = -(X^TX + \\lambda I)^{-1}X^Ty"}) {
    CAPTURE(line);
    const auto wrong = solved(ridge, line);
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].verdict.kind == check::VerdictKind::wrong_value);
  }
}

TEST_CASE("what follows is judged by the condition that was stated, and by no other") {
  const auto after = [](const std::string& sheet, const std::string& line) {
    const auto found = judged(sheet + "claim latex: " + line + "\n");
    std::string kinds;
    for (const auto& side : found.sides)
      kinds += (kinds.empty() ? "" : ", ") + std::string(check::verdict_name(side.verdict.kind));
    return kinds;
  };
  CHECK(after(squares, "\\nabla_w L = X^T(Xw-y) = 0 \\Rightarrow X^TXw = X^Ty") == "equal, equal");
  CHECK(after(squares, "\\nabla_w L = X^T(Xw-y) = 0 \\Rightarrow Xw = y") == "equal");  // not by it
  CHECK(after(squares, "Xw = y") == "wrong-value");
  CHECK(after(squares, "y = Xw").empty());  // y is data
  CHECK(after(squares, "\\nabla_w L = X^T(Xw-y) = 0 \\Rightarrow w = (X^TX)^{-1}Xy") == "equal, nonconforming");
  const std::string coin = "x : R[n] binary\np : R prob\nl = sum(x)*log(p) + (n - sum(x))*log(1 - p)\n";
  // (1 - p)Σx - p(n - Σx) = p(1 - p)·∂l/∂p
  CHECK(after(coin, "\\frac{\\partial l}{\\partial p} = 0 \\Rightarrow (1-p)\\sum_i x_i = p(n-\\sum_i x_i)").empty());
  CHECK(after(coin, "\\frac{\\partial l}{\\partial p} = 0 \\Rightarrow p = \\frac1n \\sum_i x_i") == "equal");
  CHECK(after(coin, "\\frac{\\partial l}{\\partial p} = 0 \\Rightarrow p = 1 - \\frac1n \\sum_i x_i") == "wrong-value");
}

TEST_CASE("what is set, and how it changes, is no claim") {
  for (const char* line :
       {"w = \\begin{bmatrix} 1 \\\\ 2 \\end{bmatrix}", "w_{t+1} = w_t - \\eta \\nabla L",
        "w \\leftarrow w - \\eta X^T(Xw - y)", "w := w - \\eta X^T(Xw - y)", "w^{(k+1)} = w^{(k)} - g"}) {
    CAPTURE(line);
    const auto found = judged(
        "X : R[m,2]\ny : R[m]\nparam w : R[2]\nL = 1/2*sum((X*w - y)^2)\nclaim latex: " + std::string(line) + "\n");
    CHECK(found.sides.empty());
    REQUIRE(found.diagnostics.size() == 1);
    CHECK(found.diagnostics[0].severity == Severity::note);
  }
}

TEST_CASE("a derivative is set to 0 behind what it is, or where something follows") {
  const auto chain = judged(squares + "claim latex: \\nabla_w L = X^T(Xw - y) = 0\n");
  REQUIRE(chain.sides.size() == 1);
  CHECK(chain.sides[0].verdict.is_right());
  const auto alone = judged(squares + "claim latex: \\nabla_w L = 0\n");  // nothing tells that it is wanted
  REQUIRE(alone.sides.size() == 1);
  CHECK_FALSE(alone.sides[0].verdict.is_right());
}

}  // namespace gradwright::claims_table
