// Derivatives by a scalar have the shape of what is derived; Hessians through determinants; the Hessian by a matrix as one matrix.
#include <doctest/doctest.h>

#include "check/check.h"
#include "printed.h"
#include "sheet/session.h"

using namespace gradwright;

namespace {

struct Row {
  const char *sheet, *request, *truth;
};

void check_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.sheet);
    CAPTURE(row.request);
    Session session(Text("scalar.gw", std::string(row.sheet) + row.request + "\n"));
    const std::vector<Derived> results = session.derived();
    REQUIRE(results.size() == 1);
    CHECK(results[0].verified.holds(1e-6));
    check_equal(row.sheet, printed_beside(results[0].formula, row.truth));
  }
}

}  // namespace

TEST_CASE("a matrix by a scalar has the shape of the matrix") {
  const char* sheet =
      "A, B : R[n,n]\nC : R[m,n]\nu : R[m]\nv : R[n]\na, t : R\nF = inv(A + a*B)\nG = sin(t*C)\nH = t^2*u*v'\ng = "
      "v*t^2\nk = u'*C*v*t\n"
      "R = reshape(t*C, n, m)\nL = sum(exp(t*C))\nw = vec(t*C)\n";
  check_rows({{sheet, "derive F wrt a", "-F*B*F"},
              {sheet, "derive G wrt t", "C .* cos(t*C)"},
              {sheet, "derive H wrt t", "2*t*u*v'"},
              {sheet, "derive g wrt t", "2*t*v"},
              {sheet, "derive k wrt t", "u'*C*v"},
              {sheet, "derive R wrt t", "reshape(C, n, m)"},
              {sheet, "derive w wrt t", "vec(C)"},
              {sheet, "derive F wrt a\nlayout numerator", "-F*B*F"},
              {sheet, "derive G wrt t\nlayout denominator", "C .* cos(t*C)"},
              {sheet, "hessian L wrt C, t", "exp(t*C) + t*C .* exp(t*C)"}});
  check_rows({{"m : R\nF = [m,0;0,m]^2\n", "derive F wrt m", "[2*m,0;0,2*m]"},
              {"t : R\nF = [cos(t),-sin(t);sin(t),cos(t)]\n", "derive F wrt t", "[-sin(t),-cos(t);cos(t),-sin(t)]"}});
  const check::Checked found = check::checked(
      Text("claims.gw",
           std::string(sheet) + "claim dF/da = -F*B*F\nclaim dG/dt = C .* cos(t*C)\nclaim dF/da = -vec(F*B*F)\n"));
  REQUIRE(found.sides.size() == 3);
  CHECK(check::verdict_name(found.sides[0].verdict.kind) == "equal");
  CHECK(check::verdict_name(found.sides[1].verdict.kind) == "equal");
  CHECK(check::verdict_name(found.sides[2].verdict.kind) != "equal");
}

TEST_CASE("a Kronecker product by a scalar is a Kronecker product") {
  for (const char* sizes : {"A : R[2,2]\nB : R[2,3]\n", "A : R[m,n]\nB : R[p,q]\n", "A : R[m,m]\nB : R[m,m]\n"}) {
    const std::string sheet =
        sizes + std::string("a : R\nF = kron(A, a*B)\nG = 3*kron(a*A, B)\nH = kron(sin(a)*A, B)\n");
    check_rows({{sheet.c_str(), "derive F wrt a", "kron(A, B)"},
                {sheet.c_str(), "derive G wrt a", "3*kron(A, B)"},
                {sheet.c_str(), "derive H wrt a", "cos(a)*kron(A, B)"}});
    Session session(Text("scalar.gw", sheet + "derive F wrt a\nderive G wrt a\n"));
    const std::vector<Derived> results = session.derived();
    REQUIRE(results.size() == 2);
    CHECK(results[0].formula.gw == "kron(A, B)");
    CHECK(results[1].formula.gw == "3*kron(A, B)");
    CHECK(results[0].formula.where.empty());
  }
}

TEST_CASE("constants whose product is no fraction of 64 bits") {
  check_rows(
      {{"t, s : R\nf = 0.5*cos(3.141592653589793*t/s)\n", "hessian f wrt t",
        "-9.869604401089358/2*cos(3.141592653589793*t/s)/s^2"},
       {"x : R[n]\nf = 3.141592653589793*sum(3.141592653589793*x.^2)\n", "derive f wrt x", "2*9.869604401089358*x"},
       {"x : R[n]\nA : R[n,n]\nf = x'*(3.141592653589793*A)*(2.718281828459045*x)\n", "hessian f wrt x",
        "8.539734222673567*(A + A')"},
       {"x : R[n]\nf = 2^60*(sum(x.^2/2^40)/2^40) + sum(x)\n", "derive f wrt x", "2*x/2^20 + 1"},
       {"s : R\nf = s/3000000000000000013 + s/5000000000000000021 + s^2\n", "derive f wrt s",
        "2*s + 1/3000000000000000013 + 1/5000000000000000021"}});
}

TEST_CASE("second derivatives through determinants") {
  const char* sheet =
      "A, B, C : R[n,n]\ns, t : R\nf = det(A + t*B)\ng = det(t*A)\nh = det(A + t*B)^2\nk = det(A + t*B + s*C)\n";
  const std::string m = "inv(A + t*B)*B";
  const std::string second = "(tr(" + m + ")^2 - tr(" + m + "*" + m + "))";
  const std::string f = "f*" + second;
  const std::string h = "2*f^2*" + second + " + 2*(f*tr(" + m + "))^2";
  check_rows(
      {{sheet, "hessian f wrt t", f.c_str()},
       {sheet, "hessian g wrt t", "n*(n - 1)*t^(-2)*det(t*A)"},
       {sheet, "hessian h wrt t", h.c_str()},
       {sheet, "hessian k wrt s, t",
        "k*(tr(inv(A + t*B + s*C)*B)*tr(inv(A + t*B + s*C)*C) - tr(inv(A + t*B + s*C)*B*inv(A + t*B + s*C)*C))"}});
}

TEST_CASE("a Hessian by a matrix is one matrix in an expression too") {
  const std::string sheet = "X : R[m,n]\nA : R[m,m]\nx : R[n]\nf = sum(X.^2)\ng = tr(X'*A*X)\nh = sum(x.^3)\n";
  for (const char* claim : {"hessian(f,X) = 2*eye(m*n)", "hessian(g,X) = kron(eye(n), A + A')",
                            "hessian(h,x) = 6*diag(x)", "d2f/dX2 = 2*eye(m*n)"}) {
    CAPTURE(claim);
    const check::Checked found = check::checked(Text("claims.gw", sheet + "claim " + claim + "\n"));
    REQUIRE(found.sides.size() == 1);
    CHECK(check::verdict_name(found.sides[0].verdict.kind) == "equal");
  }
}

TEST_CASE("the determinant of a power that is a symbol") {
  const char* sheet = "X : R[n,n]\nv : R[k]\nf = det(X^k)\ng = logdet(X^k)\n";
  check_rows({{sheet, "derive f wrt X", "k*f*inv(X)'"}, {sheet, "derive g wrt X", "k*inv(X)'"}});
}
