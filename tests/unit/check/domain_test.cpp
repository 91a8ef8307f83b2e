// Where a formula has a value, at which sizes, and on which side of its kinks: what only a few points show is seen all the same.
// f = Σx², so ∂f/∂x = 2x everywhere, for all sizes; what is added to it says by itself where it is not 0, or has no value.
#include <doctest/doctest.h>

#include <string>

#include "check/check.h"

using namespace gradwright;

namespace {

check::JudgedSide judged(const std::string& sheet) {
  check::CheckOptions options;
  options.repairs = false;
  const check::Checked found = check::checked(Text("sheet.gw", sheet), options);
  REQUIRE(found.sides.size() == 1);
  return found.sides[0];
}

const std::string squares = "x : R[n]\nf = sum(x.^2)\n";

std::string all_notes(const check::JudgedSide& side) {
  std::string all;
  for (const std::string& note : side.verdict.notes) all += note + "\n";
  return all;
}

}  // namespace

TEST_CASE("a formula that is wrong at some size is wrong") {
  for (const std::string claim :
       {"2*x*(n > 1)", "2*x*(n > 2)", "2*x*(n >= 2)", "2*x*(n < 60)", "2*x + (n == 7)*x", "2*x*min(n, 40)/n",
        "2*x + (n-1)*(n-2)*(n-3)*(n-4)*(n-5)*(n-6)*(n-7)*(n-8)*x", "2*x + relu(n - 500)*x"}) {
    CAPTURE(claim);
    const check::JudgedSide side = judged(squares + "claim df/dx = " + claim + "\n");
    CHECK(side.verdict.kind == check::VerdictKind::wrong_value);
    CHECK(side.verdict.witness.has_value());
  }
  CHECK(judged("x : R[3]\nf = sum(x.^2)\nclaim df/dx = 2*x*(3 > 1)\n").verdict.is_right());
  CHECK(judged("x : R[n]\nV = var(x)\nclaim dV/dx = 2*(x - mean(x))/n\n").verdict.is_right());
}

TEST_CASE("sizes are tried on both sides of what they are compared with, or the claim is undecided") {
  const std::string two = "x : R[n]\ny : R[m]\nf = sum(x.^2) + sum(y)\n";
  for (const std::string claim :
       {"2*x*(n < m^2 + 300)", "2*x*(n*n < 90000)", "2*x*(1/n > 1/600)", "2*x*(1 - (n == 50))", "2*x*(n + m > 2)",
        "2*x*(n > m - 7)", "2*x*(sum(ones(n)) < 50)", "2*x*max(n - 77, 0)/(n - 77)", "2*x*abs(n - 70)/(70 - n)"}) {
    CAPTURE(claim);
    CHECK(judged(two + "claim df/dx = " + claim + "\n").verdict.kind == check::VerdictKind::wrong_value);
  }
  for (const std::string claim : {"2*x/(n < 50)", "2*x/max(n - 88, 0)*max(n - 88, 0)", "2*sqrt(50 - n)*x/sqrt(50 - n)",
                                  "2*x*(n - 50)/(n - 50)", "2*x*log(90 - n)/log(90 - n)"}) {
    CAPTURE(claim);
    const check::JudgedSide side = judged(two + "claim df/dx = " + claim + "\n");
    CHECK(side.verdict.kind == check::VerdictKind::wrong_value);
    CHECK(side.verdict.has_no_value);
  }
  for (const std::string claim :
       {"2*x*(n > 0)", "2*x*max(n, 1)/n", "2*x*min(n, n + m)/n", "2*abs(n - 70)*x/abs(70 - n)"}) {
    CAPTURE(claim);
    CHECK_FALSE(judged(two + "claim df/dx = " + claim + "\n").verdict.has_unmet_branch);
  }
  const check::Verdict far = judged(two + "claim df/dx = 2*x*(n < 50000000)\n").verdict;
  CHECK(far.kind == check::VerdictKind::undecided);
  CHECK(far.has_unmet_branch);
}

TEST_CASE("a branch behind several conditions is met where nothing is proved") {
  // With F = clip(x, a, y), ∂F/∂a is 1 where x < a < y and 0 elsewhere; each claim differs from it where a few conditions hold at once.
  const std::string clipped = "a, c, x, y, z : R\nF = max(tanh(z), min(min(max(x, a), y), c))\n";
  const std::string truth = "(a > x)*(y > max(x, a))*(c > min(max(x, a), y))*(min(min(max(x, a), y), c) > tanh(z))";
  CHECK(judged(clipped + "claim dF/da = " + truth + "\n").verdict.is_right());
  for (const std::string slip : {"*(1 + (x < 0)*(y < 0))", "*(1 + (x < 0)*(y < 0)*(c < 0))",
                                 "*(1 - (z > 0)*(x > 0)*(c > 2*a))", "*(1 + (a > 1.2))"}) {
    CAPTURE(slip);
    CHECK(judged(clipped + "claim dF/da = " + truth + slip + "\n").verdict.kind == check::VerdictKind::wrong_value);
  }
}

TEST_CASE("a formula that is wrong far out, or between two kinks, is wrong") {
  for (const std::string claim :
       {"2*x + relu(x - exp(9))", "2*x + relu(-x - 1e6)", "2*x - min(x + 1e8, 0*x)",
        "2*x + relu(x - 5) .* relu(5.01 - x)", "2*x + step(x - exp(20))", "2*max(x, 0*x - 300)", "2*x + (x > 4000)",
        "2*x + relu(sum(x) - 1e5)*x", "2*x + relu(min(x) - 30)*x", "2*x + sigmoid(x - 100000)"}) {
    CAPTURE(claim);
    CHECK(judged(squares + "claim df/dx = " + claim + "\n").verdict.kind == check::VerdictKind::wrong_value);
  }
  for (const std::string claim : {"relu(2*x) - relu(-2*x)", "2*max(x, 0*x) + 2*min(x, 0*x)", "2*abs(x) .* sign(x)",
                                  "x + relu(x - 7) + 7 - relu(7 - x)", "2*x + relu(-1 - x.^2)"}) {
    CAPTURE(claim);
    CHECK(judged(squares + "claim df/dx = " + claim + "\n").verdict.is_right());
  }
}

TEST_CASE("a formula that has no value where the truth has one is wrong, and says so") {
  for (const std::string claim : {"2*x + 0*log(-1 - x.^2)", "2*x + 0*sqrt(-1 - x.^2)", "2*x + 0*acos(2 + x.^2)",
                                  "2*exp(log(x))", "2*sqrt(x).^2", "2*(x.^0.5).^2", "2*x + 0*log(1000 - x)",
                                  "2*x + log(-1 - x.^2)", "2*x .* log(x) ./ log(x)", "2*x*log(n-1)/log(n-1)"}) {
    CAPTURE(claim);
    const check::JudgedSide side = judged(squares + "claim df/dx = " + claim + "\n");
    CHECK(side.verdict.kind == check::VerdictKind::wrong_value);
    CHECK(side.verdict.has_no_value);
    CHECK_FALSE(side.verdict.proved);
  }
  // A name of the person's own is read as it is written.
  CHECK(judged(squares + "d = 0*log(-1 - x.^2)\nclaim df/dx = 2*x + d\n").verdict.has_no_value);
}

TEST_CASE("where the truth has no value either, nothing is asked of a formula") {
  const std::string positive = "x : R[n] positive\nf = sum(x.^2)\n";
  for (const std::string claim : {"2*exp(log(x))", "2*sqrt(x).^2", "2*x .* log(x) ./ log(x)"}) {
    CAPTURE(claim);
    CHECK(judged(positive + "claim df/dx = " + claim + "\n").verdict.is_right());
  }
  // log(x) is the function that is derived: only x > 0 counts.
  CHECK(judged("x : R[n]\nf = sum(log(x))\nclaim df/dx = exp(-log(x))\n").verdict.is_right());
  CHECK(judged("x : R[n]\nf = sum(x .* log(x))\nclaim df/dx = log(x) + sqrt(x) ./ sqrt(x)\n").verdict.is_right());
  CHECK(judged("x : R[n]\nparam w : R[n]\ny : R\nL = log(1 + exp(w'*x)) - y*(w'*x)\n"
               "claim dL/dw = (exp(w'*x)/(1 + exp(w'*x)) - y)*x\n")
            .verdict.is_right());
}

TEST_CASE("single points without a value are a condition beside a right verdict") {
  for (const std::string claim : {"2*x.^2 ./ x", "x + x ./ x .* x", "2*x*(x'*x)/(x'*x)"}) {
    CAPTURE(claim);
    const check::JudgedSide side = judged(squares + "claim df/dx = " + claim + "\n");
    CHECK(side.verdict.is_right());
    CHECK(all_notes(side).find("no value where") != std::string::npos);
  }
  for (const std::string claim : {"2*x*(1 + x'*x)/(1 + x'*x)", "2*x*n/n", "2*x .* exp(x) ./ exp(x)"}) {
    CAPTURE(claim);
    const check::JudgedSide side = judged(squares + "claim df/dx = " + claim + "\n");
    CHECK(side.verdict.is_right());
    CHECK(all_notes(side).empty());
  }
  const check::JudgedSide same = judged("x : R[n]\nf = sum(log(x.^2))\nclaim df/dx = 2*x ./ x.^2\n");
  CHECK(same.verdict.is_right());
  CHECK(all_notes(same).empty());  // the derivative has no value there either
}

TEST_CASE("what only rounding tells apart is not wrong") {
  for (const auto& [sheet, claim] : std::vector<std::pair<std::string, std::string>>{
           {"x : R[n]\nL = var(x)\nM = mean((x + 1000000).^2) - mean(x + 1000000)^2\n", "M = L"},
           {squares, "df/dx = 2*x + exp(30+x) - exp(30)*exp(x)"},
           {squares, "df/dx = 2*x + 1e9*(exp(30+x) - exp(30)*exp(x))"},
           {squares, "df/dx = 2*x .* ((1 + 1e-12*x) - 1) ./ (1e-12*x)"},
           {squares, "df/dx = ((x + 1e8).^2 - (x - 1e8).^2)/2e8"},
           {squares, "df/dx = 2*x + step(exp(x)*exp(3) - exp(x + 3))"},
           {"x : R[4]\nL = var(x)\n", "dL/dx = (x + 1000000 - mean(x + 1000000))/2"},
           {"X : R[40,30]\nw : R[30]\nL = sum((X*w).^2)\n", "dL/dw = 2*X'*(X*(w + 1e9) - X*(1e9*ones(30)))"}}) {
    CAPTURE(claim);
    const check::VerdictKind kind = judged(sheet + "claim " + claim + "\n").verdict.kind;
    CHECK((kind == check::VerdictKind::equal));
  }
  // Wrong by more than rounding, in the same places.
  for (const std::string claim :
       {"2*x + exp(30+x) - exp(30)*exp(x)*(1 + 1e-9)", "2*x + 1e9*(exp(30+x) - exp(30.001)*exp(x))"}) {
    CAPTURE(claim);
    CHECK(judged(squares + "claim df/dx = " + claim + "\n").verdict.kind == check::VerdictKind::wrong_value);
  }
}

TEST_CASE("what grows beyond all exponents has a value all the same") {
  const std::string sheet = "b : R[m]\nv : R[m,m]\nL = square(logistic_loss(b, diag(v)))^2\nt = -b .* diag(v)\n";
  for (const std::string softplus :
       {"softplus(t)", "log(1 + exp(t))", "log(1 + exp(eye(m)*t))", "log(exp(eye(m)*t) + 1)"}) {
    CAPTURE(softplus);
    const check::JudgedSide side =
        judged(sheet + "claim dL/dv = -4*(sum(" + softplus + ")/m)^3*diag(sigmoid(t) .* b)/m\n");
    CHECK(side.verdict.is_right());
  }
}

TEST_CASE("points are looked for inside a domain that random ones miss") {
  const std::string angles = "A : R[9,8]\nx : R[8]\nf = sum(acos(A*x))\n";  // ∂f/∂A = −(1/√(1 − (Ax)²))·xᵀ
  CHECK(judged(angles + "claim df/dA = -(1 ./ sqrt((1 - A*x) .* (1 + A*x)))*x'\n").verdict.is_right());
  CHECK(judged(angles + "claim df/dA = (1 ./ sqrt((1 - A*x) .* (1 + A*x)))*x'\n").verdict.kind ==
        check::VerdictKind::wrong_value);
  CHECK(judged(angles + "claim df/dA = -(1 ./ sqrt(1 - A*x))*x'\n").verdict.kind == check::VerdictKind::wrong_value);
  const std::string logs = "Y : R[6,7]\nf = sum(log(Y))^2\n";  // ∂f/∂Y = 2·Σlog Y/Y
  CHECK(judged(logs + "claim df/dY = 2*log(prod(Y)) ./ Y\n").verdict.kind != check::VerdictKind::wrong_value);
  CHECK(judged(logs + "claim df/dY = log(prod(Y)) ./ Y.^2\n").verdict.kind == check::VerdictKind::wrong_value);
  CHECK(judged("x, u : R[k,m]\nF = sum(asin(colmin(x ./ u)))\nclaim dF/dx = 0*x\n").verdict.kind ==
        check::VerdictKind::wrong_value);
  CHECK(judged("x : R[n]\nf = sum(asin(x) + acos(2 + x.^2))\nclaim df/dx = x\n").verdict.kind ==
        check::VerdictKind::undecided);  // it has no value anywhere
}

TEST_CASE("what reads an entry is judged at the sizes that have it") {
  const auto is_right = [](const std::string& sheet) { return judged(sheet).verdict.is_right(); };
  CHECK(is_right("a : R[n]\nF = exp(a[2])\nclaim F = exp(a)[2]\n"));
  CHECK(is_right("a : R[n]\nF = asin(a)[2:2]\nclaim dF/da = (1 ./ sqrt(1 - a.^2))[2]*eye(n)[:,2]\n"));
  CHECK(is_right("c : R[1,k]\nL = atan(c)[:,4]\nclaim dL/dc = (1 ./ (1 + c.^2))[4]*eye(k)[:,4]'\n"));
  CHECK(is_right("a : R[k,k] simplex_rows\nL = log(a)[3,1]\nclaim dL/da = (1 ./ a)[3,1]*eye(k)[:,3]*eye(k)[:,1]'\n"));
  CHECK(is_right("c, x : R[n]\ns = sum((c ./ x)[1:2])\nclaim ds/dc = eye(n)[:,1:2]*(1 ./ x)[1:2]\n"));
  CHECK_FALSE(is_right("a : R[n]\nF = exp(a[2])\nclaim F = exp(a)[1]\n"));
  CHECK_FALSE(is_right("c, x : R[n]\ns = sum((c ./ x)[1:2])\nclaim ds/dc = eye(n)[:,1:2]*(1 ./ c)[1:2]\n"));
}

TEST_CASE(
    "of two rows a formula may be another than of many") {  // [0, u₁; u₂, 0] and its transpose; of three rows both are 0
  for (const std::string of : {"x", "x + y", "x + x.^2"}) {
    CAPTURE(of);
    const std::string sheet = "x, y : R[k]\nD : R[k,k]\nF = rowprod_others(diag(" + of + "))\nL = sum(F .* D)\n";
    CHECK(judged(sheet + "claim dL/dD = F\n").verdict.is_right());
    CHECK_FALSE(judged(sheet + "claim dL/dD = F'\n").verdict.is_right());
    CHECK_FALSE(judged(sheet + "claim dL/dD = zeros(k,k)\n").verdict.is_right());
  }
}

TEST_CASE("a tensor of one entry may be written as a number") {
  const std::string sheet = "z : R[1,1,1]\nF = vec(z)\nG = sum(z.^3)\n";
  CHECK(judged(sheet + "claim dF/dz = 1\n").verdict.is_right());
  CHECK(judged(sheet + "claim dG/dz = 3*sum(z)^2\n").verdict.is_right());
  CHECK(judged(sheet + "claim dG/dz = 3*sum(z)\n").verdict.kind == check::VerdictKind::wrong_value);
}

TEST_CASE("LaTeX divides by a tensor entry by entry") {
  const std::string sheet = "c : R[1,2,n]\nL = sum(softplus(c))\n";
  CHECK(
      judged(sheet + "claim latex: \\frac{\\partial L}{\\partial c} = \\frac{1}{1 + \\exp(-c)}\n").verdict.is_right());
  CHECK_FALSE(
      judged(sheet + "claim latex: \\frac{\\partial L}{\\partial c} = \\frac{1}{1 + \\exp(c)}\n").verdict.is_right());
}

TEST_CASE("sums that meet in one term are judged") {  // of the sheet with symbols for its sizes
  const std::string sheet = "y : R[1,3]\nz, u : R[1,1]\nw[r] = sum(u, z[u]*y[r+u])\nv = var(w)\nL = js(z, v)\n";
  CHECK(judged(sheet + "claim dL/dz = z\n").verdict.kind == check::VerdictKind::wrong_value);
}

TEST_CASE("a claim needs no value where the chain rule has none") {
  // All of relu(c) may be 0: there the standard deviation has no slope, though its square has.
  const std::string sheet = "c : R[m]\nF = std(relu(c))\nL = F^2\n";
  CHECK(judged(sheet + "claim dL/dc = 2*F*(relu(c) - mean(relu(c))) .* relu'(c)/(m*F)\n").verdict.is_right());
  CHECK(judged(sheet + "claim dL/dc = F*(relu(c) - mean(relu(c))) .* relu'(c)/(m*F)\n").verdict.kind ==
        check::VerdictKind::scaled);
  CHECK_FALSE(judged("c : R[m]\nL = sum(c.^2)\nclaim dL/dc = 2*c*std(relu(c))/std(relu(c))\n").verdict.is_right());
}

TEST_CASE("numbers too small for many digits are met nearer to 0") {  // exp(−x⁴) at x = 20
  const std::string sheet = "x : R[n,n,n]\nv : R[n]\nu = sum(x)*sum(v)*n^2\nL = erf(u^2)\nK = exp(-u^4) + sum(v)\n";
  const check::VerdictKind right =
      judged(sheet + "claim dL/dv = 4*u*sqrt(1/acos(-1))*exp(-u^4)*sum(x)*n^2*ones(n)\n").verdict.kind;
  CHECK(right == check::VerdictKind::equal);
  CHECK_FALSE(judged(sheet + "claim dK/dv = ones(n)\n").verdict.is_right());
}

TEST_CASE("what the loss rests on entry by entry need not have a value in a claim") {
  // softmax of one column is 1 wherever 1/x has a value: L = Σx there, and ∂L/∂x = u.
  for (const std::string line : {"v = u .* x", "v[i] = u[i]*x[i]"}) {
    CAPTURE(line);
    const std::string sheet = "x : R[m]\nu = softmax_rows(x.^(-1))\n" + line + "\nL = sum(v)\n";
    CHECK(judged(sheet + "claim dL/dx = u\n").verdict.is_right());
    CHECK(judged(sheet + "claim dL/dx = u + 0*log(x - 100)\n").verdict.kind == check::VerdictKind::wrong_value);
  }
}
