// Of several repairs the one that a person would make: no transposed numbers, no ones beside a number, constants and slopes first; and what is
// said of a part is true. Each true formula was derived by hand.
#include <algorithm>

#include "check/report.h"
#include "repairs_table.h"

using namespace gradwright;
using namespace gradwright::repairs_table;

TEST_CASE("the slope of tanh for that of sigmoid, and the other way round") {
  const std::string cell = "x, G : R[n]\nW : R[n,n]\ng = tanh(W*x)\nL = sum(g .* G)";
  table(cell, {{"dL/dx = W'*(G .* g .* (1 - g))", "other-slope", "W'*(G .* (1 - g.^2))"},
               {"numpy: dx = W.T @ (G * g * (1 - g))", "other-slope", "W.T @ (G * (1 - g**2))"}});
  table("x, G : R[n]\nW : R[n,n]\ng = sigmoid(W*x)\nL = sum(g .* G)",
        {{"dL/dx = W'*(G .* (1 - g.^2))", "other-slope", "W'*(G .* (g .* (1 - g)))"}});
  for (const Repair& one : judged(cell, "dL/dx = W'*(G .* g .* (1 - g))").repairs)
    CHECK(one.gw.find("ones") == std::string::npos);
}

TEST_CASE("what is left of 1") {
  // ∂L/∂u = (1 - p)(w - v)/t
  table("u, v, w : R[d]\nt : R\ns1 = u'*v/t\ns2 = u'*w/t\np = exp(s1)/(exp(s1) + exp(s2))\nL = -log(p)",
        {{"dL/du = p*(w - v)/t", "complement", "(1 - p)*(w - v)/t"}});
  table("w, z : R[n]\nD2 = sigmoid(w'*z)\nL = -log(1 - D2)", {{"dL/dw = (1 - D2)*z", "complement", "D2*z"}});
}

TEST_CASE("numbers have no transpose, and a minus stands before the whole") {
  table("x : R\nv = 1/(2*x)", {{"latex: \\frac{dv}{dx} = -\\frac12 x^2", "times-for-over", "\\frac{-1}{2 x^2}"}});
  table("X, A : R[n,n]\nf = tr(A*inv(X))", {{"df/dX = (inv(X)*A*inv(X))'", "sign", "-(inv(X)*A*inv(X))'"}});
  const std::string quotient = "w : R[n]\nB, S : R[n,n] symmetric\nJ = (w'*B*w)/(w'*S*w)";
  table(quotient, {{"dJ/dw = 2*((w'*B*w)*S*w - (w'*S*w)*B*w)/(w'*S*w)^2", "sign",
                    "-2*((w'*B*w)*S*w - (w'*S*w)*B*w)/(w'*S*w)^2"}});
}

TEST_CASE("two numbers of a witness are told apart") {
  const JudgedSide side = judged("x : R\nf = x^2", "df/dx = 2*x + 1e-8");
  const std::vector<std::string> notes = diagnostic_of(side).notes;
  const auto said = std::ranges::find_if(notes, [](const std::string& one) { return one.starts_with("it is "); });
  REQUIRE(said != notes.end());
  CHECK(said->find("it is -1 here and -1 in truth") == std::string::npos);
  CHECK(said->find("it is -0.99999999 here and -1 in truth") != std::string::npos);
}

TEST_CASE("of a part within a sum no size is said") {
  // ∇²J = 1/m Σ a_i (1 - a_i) x_i x_iᵀ
  const std::string logistic =
      "X : R[m,n]\ny : R[m]\nw : R[n]\nz = X*w\na = sigmoid(z)\nJ = -sum(y .* log(a) + (1 - y) .* log(1 - a))/m";
  const JudgedSide side = judged(logistic, "latex: \\nabla_w^2 J = \\frac1m \\sum_i a_i x_i x_i^T");
  REQUIRE_FALSE(side.repairs.empty());
  CHECK(side.repairs[0].gw.find("(1 - a[i])") != std::string::npos);
  for (const Mistake& one : side.mistakes) CHECK(one.text.find("does not conform") == std::string::npos);
}
