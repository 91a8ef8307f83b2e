// Formulas as a person would write them: by hand, and met in value too.
#include <doctest/doctest.h>

#include "printed.h"
#include "sheet/session.h"

using namespace gradwright;

TEST_CASE("derivatives are printed as they are written by hand") {
  struct Row {
    const char *sheet, *request, *printed, *truth;
  };
  const Row rows[] = {
      {"X, A : R[m,n]\nf = sum((X - A).^2)\n", "hessian f wrt X", "2*eye(m*n)", "2*kron(eye(n), eye(m))"},
      {"X : R[m,n]\nF = X\n", "derive F wrt X", "eye(m*n)", "kron(eye(n), eye(m))"},
      {"X : R[m,n]\nt : R\nF = t^2*X\n", "derive F wrt X", "t^2*eye(m*n)", "kron(eye(n), t^2*eye(m))"},
      {"X : R[m,n]\nf = sum(sin(X))\n", "hessian f wrt X", "-diag(vec(sin(X)))", "-diag(vec(sin(X)))"},
      {"A : R[k,k]\nF = tr(A)*A\n", "derive F wrt A", "vec(A)*vec(eye(k))' + tr(A)*eye(k*k)",
       "vec(A)*vec(eye(k))' + tr(A)*eye(k*k)"},
      {"X : R[m,n]\nC : R[m,n]\nF = sum(C .* X)*C\n", "derive F wrt X", "vec(C)*vec(C)'", "vec(C)*vec(C)'"},
      {"x : R[n]\nf = (x'*x)^0.5\n", "derive f wrt x", "x/sqrt(x'*x)", "x*(x'*x)^(-0.5)"},
      {"X : R[m,n]\nf = sqrt(sum(X.^2))\n", "derive f wrt X", "X/norm2(X)", "X/sqrt(sum(X.^2))"},
      {"x, y : R[n]\nf = norm2(x - y)\n", "derive f wrt x", "(x - y)/norm2(x - y)", "(x - y)/sqrt(sum((x - y).^2))"},
      {"w : R[2]\nf = 3*w[1]^2 + 2*w[1]*w[2] + w[2]^2\n", "hessian f wrt w", "[6, 2; 2, 2]", "[6,2;2,2]"},
      {"w : R[3]\nA : R[3,3]\nf = w[1]*w[2] - 1/2*w[3]^2\n", "hessian f wrt w", "[0, 1, 0; 1, 0, 0; 0, 0, -1]",
       "[0,1,0;1,0,0;0,0,-1]"},
      {"x, mu : R[n]\nS : R[n,n] spd\np = exp(-1/2*(x - mu)'*inv(S)*(x - mu))/sqrt(det(S))\n", "derive p wrt x",
       "p*inv(S)*(mu - x)", "-p*inv(S)*(x - mu)"},
      {"x, mu, s : R\np = exp(-(x - mu)^2/(2*s^2))/(s*sqrt(2*3.14159))\n", "derive p wrt mu", "(x - mu)*p/s^2",
       "p*(x - mu)/s^2"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.sheet);
    Session session(Text("forms.gw", std::string(row.sheet) + row.request + "\n"));
    const std::vector<Derived> results = session.derived();
    REQUIRE(results.size() == 1);
    CHECK(results[0].formula.where.empty());
    CHECK(results[0].formula.gw == row.printed);
    CHECK(results[0].verified.holds(1e-6));
    check_equal(row.sheet, printed_beside(results[0].formula, row.truth));
  }
}

TEST_CASE("Jacobians and Hessians through inverses and determinants are matrices") {
  struct Row {
    const char *sheet, *request, *truth;
  };
  const Row rows[] = {
      {"A : R[n,n]\nf = det(A)\n", "hessian f wrt A",
       "det(A)*(vec(inv(A)')*vec(inv(A)')' - kron(inv(A), inv(A)')*commutation(n, n))"},
      {"A : R[n,n]\nf = logdet(A)\n", "hessian f wrt A", "-kron(inv(A), inv(A)')*commutation(n, n)"},
      {"A : R[n,n]\na, b : R[n]\nf = a'*inv(A)*b\n", "hessian f wrt A",
       "kron(inv(A), inv(A)'*a*b'*inv(A)')*commutation(n, n) + kron(inv(A)*b*a'*inv(A), inv(A)')*commutation(n, n)"},
      {"R0 : R[m,n] positive\nU : R[p,m]\nF = U*(R0 ./ (ones(m)*colsum(R0)))\n", "derive F wrt R0",
       "kron(diag(1 ./ colsum(R0)'), U) - diag(vec(U*(R0 ./ (ones(m)*colsum(R0).^2))))*kron(eye(n), ones(p, m))"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.sheet);
    Session session(Text("forms.gw", std::string(row.sheet) + row.request + "\n"));
    const std::vector<Derived> results = session.derived();
    REQUIRE(results.size() == 1);
    CHECK(results[0].formula.matrix_form);
    CHECK(results[0].verified.holds(1e-6));
    check_equal(row.sheet, printed_beside(results[0].formula, row.truth));
  }
}
