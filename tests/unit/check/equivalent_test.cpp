// equivalent: true rewritings are proved, near misses are refuted.
#include "check/equivalent.h"

#include <doctest/doctest.h>

#include "derive/jacobian.h"
#include "read/formula/open_sheet.h"

using namespace gradwright;
using check::Equivalence;

namespace {

constexpr const char* sheet_text = R"(x, u : R[n]
y : R[n] prob
t : R[n] pm1
b01 : R[n] binary
A, B : R[m,n]
C : R[n,k]
Q : R[n,n]
S : R[n,n] symmetric
D : R[n,n] diagonal
P : R[n,n] spd
O : R[n,n] orthogonal
Y : R[m,n] onehot_rows
v : R[m]
p : R[m] positive
s, lambda : R
z = A*x
a = relu(z)
sg = sigmoid(z)
L = -sum(v .* log(sg) + (1 - v) .* log(1 - sg))
sm = softmax(x)
ce = -sum(y .* log(sm))
nv = x/norm2(x)
mu = mean(x)
sd = sqrt(mean((x - mu)^2))
ln = (x - mu)/sd
)";

Equivalence judged(const char* left, const char* right) {
  Pool pool;
  ReadOptions options;
  options.derivative = derivative_of;
  OpenSheet sheet(Text("test.gw", sheet_text), pool, options);
  REQUIRE_FALSE(sheet.program().has_errors());
  const SheetValue a = sheet.value_with_reasons(left);
  const SheetValue b = sheet.value_with_reasons(right);
  INFO(left << " = " << right);
  REQUIRE(a.is_good());
  REQUIRE(b.is_good());
  return check::equivalent(pool, a.expr, b.expr);
}

}  // namespace

TEST_CASE("what is true is proved") {
  static constexpr std::pair<const char*, const char*> rows[] = {
      {"(A*C)'", "C'*A'"},
      {"log(cosh(x))", "softplus(2*x) - x - log(2)*ones(n)"},
      {"log(12*p)", "2*log(2) + log(3) + log(p)"},
      {"exp(min(x, 0))", "(x > 0) + (x <= 0) .* exp(x)"},
      {"exp(relu(x - u))", "1 + (exp(x - u) - 1) .* (x > u)"},
      {"A*(x + u)", "A*u + A*x"},
      {"(x + u).^2", "x.*x + 2*u.*x + u^2"},
      {"sum(x.^2)", "x'*x"},
      {"tr(A*B')", "sum(A .* B)"},
      {"diag(x)*u", "x .* u"},
      {"x ./ u", "x .* u.^(-1)"},
      {"(x*s + u*s)/s", "x + u"},
      {"rowsum(A)", "A*ones(n)"},
      {"ones(m)*ones(n)'/n", "ones(m,n)/n"},
      {"eye(n)*n/n", "eye(n)"},
      {"sum(eye(n))", "dim_n"},
      {"relu'(z)", "(z > 0)"},
      {"relu'(z)", "(a > 0)"},
      {"relu'(z)", "step(z)"},
      {"relu(z)", "z .* (z > 0)"},
      {"abs(x)", "x .* sign(x)"},
      {"sigmoid(x)", "1 ./ (1 + exp(-x))"},
      {"sigmoid(x)", "exp(x) ./ (1 + exp(x))"},
      {"sigmoid'(x)", "sigmoid(x) .* (1 - sigmoid(x))"},
      {"sigmoid'(x)", "sigmoid(x) .* sigmoid(-x)"},
      {"exp(-x) ./ (1 + exp(-x)).^2", "sigmoid(x) .* (1 - sigmoid(x))"},
      {"tanh(x)", "2*sigmoid(2*x) - 1"},
      {"tanh'(x)", "1 - tanh(x).^2"},
      {"tanh'(x)", "(1 - tanh(x)) .* (1 + tanh(x))"},
      {"cosh(x).^(-2)", "1 - tanh(x)^2"},
      {"softplus(x)", "log(1 + exp(x))"},
      {"softplus(x) - x", "softplus(-x)"},
      {"log(sigmoid(x))", "-log(1 + exp(-x))"},
      {"sin(x)^2 + cos(x)^2", "ones(n)"},
      {"silu'(x)", "sigmoid(x) + silu(x) .* (1 - sigmoid(x))"},
      {"sum(sm)", "1"},
      {"grad(ce,x)", "sm - y"},
      {"jacobian(sm,x)", "diag(sm) - sm*sm'"},
      {"grad(L,A)", "(sg - v)*x'"},
      {"grad(L,x)", "A'*sg - A'*v"},
      {"jacobian(nv,x)", "(eye(n) - nv*nv')/norm2(x)"},
      {"jacobian(nv,x)", "eye(n)/norm2(x) - x*x'/norm2(x)^3"},
      {"jacobian(ln,x)", "(eye(n) - ones(n,n)/n - ln*ln'/n)/sd"},
      {"jacobian(ln,x)", "(eye(n) - ones(n,n)/n)/sd - (x - mu)*(x - mu)'/(n*sd^3)"},
      {"S'", "S"},
      {"x'*S*u", "u'*S*x"},
      {"D*x", "diag(D) .* x"},
      {"D'", "D"},
      {"inv(Q)*Q", "eye(n)"},
      {"inv(Q)'", "inv(Q')"},
      {"inv(2*Q)", "inv(Q)/2"},
      {"inv(P + lambda*eye(n))*P", "eye(n) - lambda*inv(P + lambda*eye(n))"},
      {"O'*O", "eye(n)"},
      {"t.^2", "ones(n)"},
      {"t.^3", "t"},
      {"b01.^2", "b01"},
      {"rowsum(Y)", "ones(m)"},
      {"Y .* Y", "Y"},
      {"sum(y)", "1"},
      {"sqrt(p) .* sqrt(p)", "p"},
      {"log(p.^2)", "2*log(p)"},
      {"exp(2*log(p))", "p.^2"},
      {"norm2(x)^2", "x'*x"},
      {"kron(x, u)", "vec(u*x')"},
      {"grad(x'*Q*x, x)", "(Q + Q')*x"},
      {"sqrt(2)*sqrt(3)*x", "sqrt(6)*x"},
      {"x/sqrt(2)", "sqrt(0.5)*x"},
      {"det(Q')", "det(Q)"},
      {"(1 - s/(s + sum(x)))*x/sum(x)", "x/(s + sum(x))"},
      {"1/sum(x) - 1/(s + sum(x))", "s/(sum(x)*(s + sum(x)))"},
      {"1 ./ (1 + x) - 1 ./ (1 + u)", "(u - x) ./ ((1 + x) .* (1 + u))"},
      {"gelu'(x)", "0.5*(1 + erf(x/sqrt(2))) + x .* exp(-x^2/2)/sqrt(2*acos(-1))"},
  };
  for (const auto& [left, right] : rows) {
    const char* second = std::string_view(right) == "dim_n" ? "sum(ones(n))" : right;
    const Equivalence found = judged(left, second);
    CAPTURE(std::string(left));
    CAPTURE(std::string(right));
    CHECK(found.kind == Equivalence::Kind::proved);
  }
}

TEST_CASE("what is true and not proved is confirmed") {
  const Equivalence found = judged("max(x, u)", "max(u, x)");
  CHECK(found.kind == Equivalence::Kind::confirmed);
  CHECK(found.points >= 48);  // on both sides of x > u
}

TEST_CASE("what is false is refuted, near misses too") {
  static constexpr std::pair<const char*, const char*> rows[] = {
      {"Q'", "Q"},
      {"Q*S", "S*Q"},
      {"1.0000001*x", "x"},
      {"x + 0.00000001", "x"},
      {"sigmoid'(x)", "sigmoid(x) .* (1 - x)"},
      {"relu'(z)", "(z < 0)"},
      {"grad(L,A)", "(sg - v)*u'"},
      {"sum(x)^2", "x'*x"},
      {"inv(Q)*S*Q", "S"},
      {"sum(A .* B)", "sum(A)*sum(B)"},
      {"x .* x", "x .* abs(x)"},
      {"tr(Q*Q)", "tr(Q*Q')"},
      {"x'*Q*x*x'*S*x", "x'*Q*S*x*x'*x"},
      {"log(x.^2)", "3*log(abs(x))"},
      {"jacobian(sm,x)", "diag(sm) + sm*sm'"},
  };
  for (const auto& [left, right] : rows) {
    const Equivalence found = judged(left, right);
    CAPTURE(std::string(left));
    CAPTURE(std::string(right));
    CHECK(found.kind == Equivalence::Kind::refuted);
    CHECK(found.witness.has_value());
  }
}

TEST_CASE("what differs by less than rounding is not called equal") {
  static constexpr std::pair<const char*, const char*> refuted[] = {
      {"A*x + 0.000000000001*v", "A*x"},
      {"1.00000000001*(A*x)", "A*x"},
      {"sg + 0.0000000000000001", "sg"},
      {"softmax(x) - 0.000000000001*x", "sm"},
  };
  for (const auto& [left, right] : refuted) {
    const Equivalence found = judged(left, right);
    CAPTURE(std::string(left));
    CHECK(found.kind == Equivalence::Kind::refuted);
  }
  static constexpr std::pair<const char*, const char*> not_equal[] = {
      {"(A + 0.000000000001*B)*(x + u)", "A*(x + u)"},
      {"exp(1.0000000000001*log(p))", "p"},
      {"sigmoid(z + 0.0000000000001)", "sg"},
      {"(1 + 0.0000000000001)*x'*Q*x", "x'*Q*x"},
  };
  for (const auto& [left, right] : not_equal) {
    CAPTURE(std::string(left));
    CHECK_FALSE(judged(left, right).is_equal());
  }
}

TEST_CASE("sizes that no point has decide nothing") {
  CHECK(judged("x + sum(ones(n-50))", "x").kind == Equivalence::Kind::undecided);
}

TEST_CASE("what is 0 nearly everywhere is compared where it is not") {
  // 0 wherever two entries of Q are negative; at positive entries it is none.
  for (const auto& [left, right] :
       {std::pair("-prod_others(relu(Q))", "prod_others(relu(Q))"), std::pair("2*prod(relu(Q))*Q", "prod(relu(Q))*Q"),
        std::pair("prod(relu(-Q))*Q", "prod(relu(-Q))*Q'")}) {
    CAPTURE(std::string(left));
    CHECK(judged(left, right).kind == Equivalence::Kind::refuted);
  }
  CHECK(judged("prod(relu(Q))*2*Q", "2*prod(relu(Q))*Q").is_equal());
}
