// Sheets with numeric sizes: a claim is taken with the numbers that the person wrote. What is right at these sizes is right, in each notation;
// that it holds at these sizes only is a note. Every truth here is derived by hand.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "check/check.h"

using namespace gradwright;

namespace {

struct Row {
  std::string sheet, of, wrt;
  std::vector<std::string> right, wrong;  ///< `latex: …`, `numpy: …` or in the worksheet language
};

std::string line_of(const Row& row, const std::string& claim) {
  if (claim.starts_with("latex: "))
    return "claim latex: \\frac{\\partial " + row.of + "}{\\partial " + row.wrt + "} = " + claim.substr(7);
  if (claim.starts_with("numpy: ")) return "claim numpy: d" + row.wrt + " = " + claim.substr(7);
  return "claim d" + row.of + "/d" + row.wrt + " = " + claim;
}

check::Verdict judged(const Row& row, const std::string& claim) {
  check::CheckOptions options;
  options.repairs = false;
  const std::string line = row.sheet + line_of(row, claim) + "\n";
  const check::Checked found = check::checked(Text("sheet.gw", line), options);
  CAPTURE(line);
  REQUIRE(found.sides.size() == 1);
  return found.sides[0].verdict;
}

void judge(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.sheet);
    for (const std::string& claim : row.right) {
      CAPTURE(claim);
      CHECK(check::verdict_name(judged(row, claim).kind) == "equal");
    }
    for (const std::string& claim : row.wrong) {
      CAPTURE(claim);
      CHECK_FALSE(judged(row, claim).is_right());
    }
  }
}

}  // namespace

TEST_CASE("a claim that is right at the sizes of the sheet is right") {
  judge({
      {"x : R[4]\nM = mean(x.^2)\n",
       "M",
       "x",
       {"x/2", "2*x/4", "0.5*x", "1/2*x", "latex: \\frac{x}{2}", "latex: \\frac{2}{4} x", "numpy: x/2", "numpy: 0.5*x"},
       {"x/4", "x/3", "2*x", "latex: \\frac{x}{4}", "numpy: x/4"}},
      {"x : R[5]\nM = mean(x)\n", "M", "x", {"[1;1;1;1;1]/5", "0.2*ones(5)"}, {"ones(5)", "ones(5)/4"}},
      {"x : R[4]\nV = var(x)\n",
       "V",
       "x",
       {"(x - mean(x))/2", "2*(x - sum(x)/4)/4"},
       {"(x - mean(x))/4", "(x - sum(x)/3)/2"}},
      {"X : R[28,28]\nM = mean(X.^2)\n",
       "M",
       "X",
       {"2*X/784", "X/392", "numpy: X/392", "latex: \\frac{X}{392}"},
       {"X/784"}},
      {"F : R[3,3]\nt = tr(F)\n",
       "t",
       "F",
       {"eye(3)", "[1,0,0;0,1,0;0,0,1]", "numpy: np.eye(3)"},
       {"2*eye(3)", "ones(3,3)"}},
      {"dim n = 3\nF : R[n,n]\nt = tr(F)\n", "t", "F", {"eye(n)", "eye(3)", "numpy: np.eye(3)"}, {"eye(n)/3"}},
      {"dim m = 3\ndim n = 3\nA : R[m,n]\nx : R[n]\ng = A'*(A*x) + x\n",
       "g",
       "x",
       {"A'*A + eye(n)", "A'*A + eye(m)", "A'*A + eye(3)"},
       {"A*A' + eye(3)"}},
      {"x : R[2]\nf = x[1]*x[2]\n", "f", "x", {"[x[2];x[1]]", "numpy: np.array([x[1], x[0]])"}, {"[x[1];x[2]]"}},
      {"x : R[3]\nf = x[1]*x[2]*x[3]\n",
       "f",
       "x",
       {"[x[2]*x[3];x[1]*x[3];x[1]*x[2]]"},
       {"[x[2]*x[3];x[1]*x[3];x[1]*x[3]]"}},
      {"x : R[3]\nN = norm2(x)\n",
       "N",
       "x",
       {"x/sqrt(x[1]^2 + x[2]^2 + x[3]^2)", "x/norm2(x)"},
       {"x/(x[1]^2 + x[2]^2 + x[3]^2)"}},
  });
}

TEST_CASE("derivatives written out entry by entry") {
  // f = (1 − a)² + 100·(b − a²)²: ∂f/∂a = −2·(1 − a) − 400·a·(b − a²), ∂f/∂b = 200·(b − a²).
  const std::string rosenbrock = "x : R[2]\nf = (1 - x[1])^2 + 100*(x[2] - x[1]^2)^2\n";
  judge({
      {rosenbrock,
       "f",
       "x",
       {"[-2*(1 - x[1]) - 400*x[1]*(x[2] - x[1]^2); 200*(x[2] - x[1]^2)]",
        "[400*x[1]^3 - 400*x[1]*x[2] + 2*x[1] - 2; 200*x[2] - 200*x[1]^2]"},
       {"[-2*(1 - x[1]) - 200*x[1]*(x[2] - x[1]^2); 200*(x[2] - x[1]^2)]",
        "[200*(x[2] - x[1]^2); -2*(1 - x[1]) - 400*x[1]*(x[2] - x[1]^2)]"}},
      {rosenbrock + "g = grad(f, x)\n",
       "g",
       "x",
       {"[1200*x[1]^2 - 400*x[2] + 2, -400*x[1]; -400*x[1], 200]"},
       {"[1200*x[1]^2 - 400*x[2] + 2, 400*x[1]; 400*x[1], 200]"}},
      {"A : R[2,2]\nD = A[1,1]*A[2,2] - A[1,2]*A[2,1]\n",
       "D",
       "A",
       {"[A[2,2], -A[2,1]; -A[1,2], A[1,1]]", "det(A)*inv(A)'"},
       {"[A[2,2], -A[1,2]; -A[2,1], A[1,1]]", "inv(A)'"}},
      {"A : R[2,2]\nD = det(A)\n",
       "D",
       "A",
       {"[A[2,2], -A[2,1]; -A[1,2], A[1,1]]"},
       {"[A[2,2], -A[1,2]; -A[2,1], A[1,1]]"}},
      {"u, v, w : R[3]\nf = w[1]*(u[2]*v[3] - u[3]*v[2]) + w[2]*(u[3]*v[1] - u[1]*v[3]) + w[3]*(u[1]*v[2] - "
       "u[2]*v[1])\n",
       "f",
       "w",
       {"[u[2]*v[3] - u[3]*v[2]; u[3]*v[1] - u[1]*v[3]; u[1]*v[2] - u[2]*v[1]]"},
       {"[u[3]*v[2] - u[2]*v[3]; u[3]*v[1] - u[1]*v[3]; u[1]*v[2] - u[2]*v[1]]"}},
      {"u, v : R[3]\nc = [u[2]*v[3] - u[3]*v[2]; u[3]*v[1] - u[1]*v[3]; u[1]*v[2] - u[2]*v[1]]\n",
       "c",
       "v",
       {"[0, -u[3], u[2]; u[3], 0, -u[1]; -u[2], u[1], 0]"},
       {"[0, u[3], -u[2]; -u[3], 0, u[1]; u[2], -u[1], 0]"}},
  });
}

TEST_CASE("a size that fits where n is 1 only") {
  const Row rest{"d : R[2-n]\nL = sum(d.^2)\n", "L", "d", {}, {}};
  CHECK(check::verdict_name(judged(rest, "2*d").kind) == "equal");
  CHECK(check::verdict_name(judged(rest, "2*d.^2").kind) == "wrong-value");
}

TEST_CASE("that a formula holds at these sizes only is a note") {
  const Row mean{"x : R[4]\nM = mean(x.^2)\n", "M", "x", {}, {}};
  CHECK(judged(mean, "x/2").trap);
  CHECK_FALSE(judged(mean, "2*x/4").trap);
  const Row trace{"F : R[3,3]\nt = tr(F)\n", "t", "F", {}, {}};
  CHECK_FALSE(judged(trace, "eye(3)").trap);
  const Row square{"dim m = 3\ndim n = 3\nA : R[m,n]\nx : R[n]\ng = A'*(A*x) + x\n", "g", "x", {}, {}};
  CHECK(judged(square, "A'*A + eye(m)").trap);
  check::CheckOptions options;
  const check::Checked found = check::checked(Text("sheet.gw", mean.sheet + "claim dM/dx = x/2\n"), options);
  CHECK(found.is_all_right());
  CHECK_FALSE(found.has_errors());
}
