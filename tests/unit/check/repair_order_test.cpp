// Which repair of a person's formula comes first, and what none may do; each true formula was derived by hand.
#include <algorithm>

#include "repairs_table.h"

using namespace gradwright;
using namespace gradwright::repairs_table;

namespace {

const std::string softmax_regression =
    "X : R[n,d]\ny : R[n,C] onehot_rows\nparam W : R[d,C]\nparam b : R[C]\nz = X*W + ones(n)*b'\np = softmax_rows(z)\n"
    "L = -sum(y .* log(p))/n";
const std::string softmax = "x, g : R[n]\ny = softmax(x)\nL = sum(g .* y)";

}  // namespace

TEST_CASE("a sum along an axis of one entry is no repair") {
  const std::string line = "X : R[m,n]\ny : R[m]\nparam w : R[n]\nparam b : R\nr = X*w + b - y\nL = sum(r.^2)/2";
  table(line, {
                  {"dL/dw = sum(X'*r)", "wrong-sum", "X'*r"},
                  {"numpy: db = r.mean()", "missing-factor", "r.mean() * m"},
              });
  for (const char* claim : {"dL/dw = sum(X'*r)", "numpy: db = r.mean()", "dL/dr = sum(r)", "dL/db = mean(r)"}) {
    CAPTURE(claim);
    for (const Repair& one : judged(line, claim).repairs) {
      CAPTURE(one.gw);
      for (const char* idle : {"rowsum(X'", "rowsum(r", "mean(sum", "mean(colsum", "sum(sum", "sum(mean"})
        CHECK(one.gw.find(idle) == std::string::npos);
    }
  }
}

TEST_CASE("repairs are few edits, and each another formula") {
  const std::string sheet =
      "x : R[d]\ny : R[k]\nparam W1 : R[h,d]\nparam W2 : R[k,h]\nz1 = W1*x\na1 = tanh(z1)\nz2 = W2*a1\n"
      "p = sigmoid(z2)\nL = 1/2*sum((p - y).^2)";
  for (const char* far : {"dL/dW1 = W2*((p - y) .* p)*x .* a1", "dL/dz1 = W2*(y - p)*p*(1 - p) .* (1 - a1)"}) {
    CAPTURE(far);
    CHECK(judged(sheet, far).repairs.empty());
  }
  const JudgedSide near = judged(sheet, "dL/dW2 = (p - y) .* p .* (1 - p)*a1");
  REQUIRE_FALSE(near.repairs.empty());
  CHECK(near.repairs[0].gw == "(p - y) .* p .* (1 - p)*a1'");
  const JudgedSide scaled = judged("y, z : R[k]\np = softmax(z)\nL = -sum(y .* log(p))", "dL/dz = p - y");
  REQUIRE(scaled.repairs.size() == 1);  // and not p*sum(y) - y as well
  CHECK(scaled.repairs[0].gw == "sum(y)*p - y");
}

TEST_CASE("a chain through a tensor is explained, not rewritten") {
  const std::string sheet = "x : R[d]\nparam W : R[h,d]\nz = W*x\na = tanh(z)\nL = sum(a.^2)";
  for (const char* claim :
       {"latex: \\frac{\\partial L}{\\partial W} = \\frac{\\partial L}{\\partial a}\\frac{\\partial a}{\\partial W}",
        "latex: \\frac{\\partial L}{\\partial W} = \\frac{\\partial L}{\\partial a}\\frac{\\partial a}{\\partial "
        "z}\\frac{\\partial z}{\\partial W}",
        "dL/dW = jacobian(a,W)*grad(L,a)"}) {
    CAPTURE(claim);
    const JudgedSide side = judged(sheet, claim);
    CHECK(side.verdict.kind == VerdictKind::nonconforming);
    CHECK(side.repairs.empty());
    REQUIRE_FALSE(side.diagnostics.empty());
    const std::vector<std::string>& notes = side.diagnostics[0].notes;
    CHECK(std::ranges::any_of(
        notes, [](const std::string& one) { return one.find("is a tensor of order 3 (h×h×d)") != std::string::npos; }));
  }
}

TEST_CASE("a slope too many is not said to be forgotten") {
  table(
      "X : R[n,d]\ny : R[n] binary\nparam w : R[d]\nz = X*w\np = sigmoid(z)\nL = -sum(y .* log(p) + (1 - y) .* log(1 - "
      "p))\n"
      "d = (p - y) .* sigmoid'(z)",
      {{"dL/dw = X'*d", "extra-slope", "X'*(d ./ sigmoid'(z))"}});
}

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

TEST_CASE("of an array that is written out the wrong entries alone are replaced") {
  table("x : R[3]\nf = x[1]^2*x[2] + x[3]",
        {
            {"df/dx = [2*x[1]*x[2]; x[1]^2; 0]", "other", "[2*x[1]*x[2]; x[1]^2; 1]"},
            {"df/dx = [2*x[1]*x[2]; x[1]; 1]", "missing-factor", "[2*x[1]*x[2]; x[1]^2; 1]"},
            {"df/dx = [x[1]*x[2]; x[1]^2; 1]", "missing-factor", "[2*x[1]*x[2]; x[1]^2; 1]"},
            {"latex: \\frac{\\partial f}{\\partial x} = \\begin{pmatrix} 2x_1x_2 \\\\ x_1^3 \\\\ 1 \\end{pmatrix}",
             "extra-factor", "\\begin{pmatrix} 2x_1x_2 \\\\ x_1^2 \\\\ 1 \\end{pmatrix}"},
        });
  table("x : R[2]\nf = 100*(x[2] - x[1]^2)^2 + (1 - x[1])^2",  // Rosenbrock
        {
            {"df/dx = [-400*x[1]*(x[2] - x[1]^2) + 2*(1 - x[1]); 200*(x[2] - x[1]^2)]", "sign",
             "[-400*x[1]*(x[2] - x[1]^2) - 2*(1 - x[1]); 200*(x[2] - x[1]^2)]"},
            {"hessian(f,x) = [1200*x[1]^2 - 400*x[2] + 2, -400*x[1]; -400*x[1], 100]", "missing-factor",
             "[1200*x[1]^2 - 400*x[2] + 2, -400*x[1]; -400*x[1], 200]"},
        });
  // Two entries at once.
  const JudgedSide side = judged("x : R[3]\nf = x[1]^2*x[2] + x[3]", "df/dx = [x[1]*x[2]; x[1]^2; 2]");
  REQUIRE(side.repairs.size() == 1);
  CHECK(side.repairs[0].gw == "[2*x[1]*x[2]; x[1]^2; 1]");
  CHECK(side.repairs[0].edits.size() == 2);
}

TEST_CASE("what a student writes is said as one slip") {
  table("A : R[m,n]\nx : R[n]\ny : R[m]\nf = sum((A*x - y)^2)",
        {
            {"numpy: dx = 2*A.T*(A@x - y)", "hadamard-vs-matmul", "2*A.T@(A@x - y)"},
            {"df/dx = A'*(A*x - y)", "missing-factor", "2*A'*(A*x - y)"},
        });
  table("m : R[n]\nL = sum(relu(m).^2)", {{"dL/dm = 2*m .* (m < 0)", "other", "2*m .* (m > 0)"}});
  table("W : R[h,d]\nx : R[d]\nz = W*x\na = tanh(z)\nL = sum(a)",
        {{"dL/dx = W'*(1 - a).^2", "other", "W'*(1 - a.^2)"}});
  table("X : R[m,n]\ny : R[m]\nparam w : R[n]\np = sigmoid(X*w)\nL = -sum(y .* log(p) + (1 - y) .* log(1 - p))/m",
        {{"dL/dw = X'*((p - y) .* p .* (1 - p))/m", "extra-factor", "X'*(p - y)/m"}});
}

TEST_CASE("no repair restates the derivative, has a part that does nothing, or lacks a value") {
  const std::string sheet = "m : R[n]\nL = sum(relu(m).^2)";
  for (const std::string claim : {"dL/dm = (m > 0)", "dL/dm = 2*relu(m).^2", "dL/dm = 2*m", "dL/dm = relu(m).^3"}) {
    CAPTURE(claim);
    for (const Repair& one : judged(sheet, claim).repairs) {
      CAPTURE(one.gw);
      CHECK(one.gw.find("(2*relu(m))") == std::string::npos);
      CHECK(one.gw.find(".^1") == std::string::npos);
      CHECK(one.gw.find("sqrt") == std::string::npos);
      CHECK(one.gw.find("./ m") == std::string::npos);
    }
  }
  CHECK(judged(sheet, "dL/dm = (m > 0)").repairs.empty());
}

TEST_CASE("where 0 is true nothing else repairs") {
  const std::string sheet = "A : R[n,n]\nx : R[n]\nf = A[2,3]*x[1]\nm = (A*x)[2]";
  for (const std::string claim : {"df/dA[3,2] = x[1]", "df/dx[3] = A[2,3]", "dm/dA[1,2] = x[2]"}) {
    const JudgedSide side = judged(sheet, claim);
    CAPTURE(claim);
    CHECK(side.verdict.kind == VerdictKind::wrong_value);
    CHECK(side.repairs.empty());
    CHECK(side.truth.gw == "0");
  }
}

TEST_CASE("the square of a norm is forgotten") {
  table("v, x : R[n]\ng : R\nu = g*v/norm2(v)\nL = (u'*x)^2/2",
        {{"dL/dv = (u'*x)*g/norm2(v)*(x - (v'*x)*v/norm2(v))", "missing-factor",
          "(u'*x)*g/norm2(v)*(x - (v'*x)*v/norm2(v)^2)"}});
}

TEST_CASE("no repair brings in terms that cancel") {
  const auto has_in_repairs = [](const std::string& sheet, const std::string& claim, std::string_view part) {
    const JudgedSide side = judged(sheet, claim);
    return std::ranges::any_of(side.repairs, [&](const Repair& one) { return one.gw.find(part) != std::string::npos; });
  };
  const std::string gauss = "mu, lv : R[n]\nL = sum(mu.^2 + exp(lv) - lv - 1)/2";
  CHECK_FALSE(has_in_repairs(gauss, "dL/dmu = 2*mu", "- mu"));
  const std::string gan = "w, z, h : R[n]\nD2 = sigmoid(w'*z)\nL = -log(1 - D2)";
  CHECK_FALSE(has_in_repairs(gan, "dL/dw = (1 - D2)*z", "1 - (1 - D2)"));
}

TEST_CASE("equal repairs that bring the same in elsewhere are told once") {
  const std::string sheet = "A : R[m,n]\nx : R[n]\ny : R[m]\nf = sum((A*x - y)^2)/m";
  CHECK(judged(sheet, "df/dx = 2*A'*(A*x - y)").repairs.size() == 1);    // divided by m, wherever
  CHECK(judged(sheet, "df/dA = 2*x*(A*x - y)'/m").repairs.size() == 1);  // the transpose of it all
  CHECK(judged("x : R[n]\nf = sum(x.^3)", "df/dx = (3*x.^2)'").repairs.size() == 1);
}
