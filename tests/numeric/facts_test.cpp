// A derivative never uses the facts of its own variable: they hold at the point, not around it. The truths are derived by hand,
// and met by the printed formula at points where the facts hold and at points where they do not.
#include <doctest/doctest.h>

#include "api/compiled_sheet.h"
#include "printed.h"
#include "sheet/session.h"

using namespace gradwright;

namespace {

struct Row {
  const char *facts, *sheet, *request, *truth;
};

const Row rows[] = {
    {"p : R[n] prob", "lambda : R\nL = sum(p .* log(p)) + lambda*(sum(p) - 1)\n", "derive L wrt p",
     "log(p) + 1 + lambda"},
    {"p : R[n] simplex_cols", "q : R[n]\nL = (q'*p)/sum(p)\n", "derive L wrt p", "q/sum(p) - (q'*p)/sum(p)^2*ones(n)"},
    {"x : R[n] binary", "L = sum(x.^3)\n", "derive L wrt x", "3*x.^2"},
    {"x : R[n] binary", "A : R[n,n]\nL = x'*A*x + sum(x.^2)\n", "derive L wrt x", "A*x + A'*x + 2*x"},
    {"s : R[n] pm1", "L = sum(s.^2)\n", "derive L wrt s", "2*s"},
    {"s : R[n] pm1", "L = sum(s.^3)\n", "hessian L wrt s", "6*diag(s)"},
    {"s : R pm1", "a : R\nL = a*s^2\n", "hessian L wrt a, s", "2*s"},
    {"P : R[m,n] simplex_rows", "u : R[m]\nC : R[m,n]\nL = sum(P .* C) + u'*(P*ones(n) - ones(m))\n", "derive L wrt P",
     "C + u*ones(n)'"},
    {"P : R[m,n] simplex_cols", "v : R[n]\nL = sum(P.^2) + (ones(m)'*P - ones(n)')*v\n", "derive L wrt P",
     "2*P + ones(m)*v'"},
    {"Y : R[k,B] onehot_cols", "z : R[k]\nL = sum(Y)*logsumexp(z)\n", "derive L wrt Y", "logsumexp(z)*ones(k,B)"},
    {"Y : R[B,k] onehot_rows", "Z : R[B,k]\nL = sum(rowsum(Y) .* logsumexp_rows(Z))\n", "derive L wrt Y",
     "logsumexp_rows(Z)*ones(k)'"},
    {"p : R[n] simplex", "q : R[n]\nL = (q'*p)/sum(p)\n", "derive L wrt p", "q/sum(p) - (q'*p)/sum(p)^2*ones(n)"},
    {"y : R[k] onehot", "z : R[k]\nL = sum(y)*logsumexp(z) - y'*z\n", "derive L wrt y", "logsumexp(z)*ones(k) - z"},
    {"y : R[k] onehot_cols", "v = sum(y)*y\n", "derive v wrt y", "sum(y)*eye(k) + y*ones(k)'"},
    {"Q : R[n,n] orthogonal", "x : R[n]\nL = x'*Q'*Q*x\n", "derive L wrt Q", "2*Q*x*x'"},
    {"S : R[n,n] symmetric", "x, y : R[n]\nL = x'*S'*y\n", "derive L wrt S", "y*x'"},
    {"S : R[n,n] spd", "x : R[n]\ng = grad(x'*inv(S)*x, x)\nL = sum(g)\n", "derive L wrt S",
     "-inv(S)'*(ones(n)*x' + x*ones(n)')*inv(S)'"},
    {"S : R[n,n] symmetric", "x, y : R[n]\nG = grad(x'*S'*y, S)\nL = sum(G .* (x*x'))\n", "derive L wrt y",
     "sum(x.^2)*x"},
    {"S : R[n,n] symmetric", "x, y : R[n]\nslope(A) = grad(x'*A'*y, A)\nL = sum(slope(S) .* (x*x'))\n",
     "derive L wrt y", "sum(x.^2)*x"},
    {"S : R[n,n] symmetric", "x, y : R[n]\nslope(u) = grad(u'*S'*y, S)\nL = sum(slope(x) .* (x*x'))\n",
     "derive L wrt y", "sum(x.^2)*x"},
    {"p : R[n] prob", "q = p\nL = sum(q)^2\n", "derive L wrt q", "2*sum(p)*ones(n)"},
};

}  // namespace

TEST_CASE("facts of a variable are used after differentiating by it") {
  for (const Row& row : rows) {
    const std::string declared = std::string(row.facts) + "\n" + row.sheet;
    CAPTURE(declared);
    Session session(Text("facts.gw", declared + row.request + "\n"));
    const std::vector<Derived> results = session.derived();
    REQUIRE(results.size() == 1);
    const std::string lines = printed_beside(results[0].formula, row.truth);
    check_equal(declared, lines);
    if (std::string_view(row.facts).find("symmetric") != std::string_view::npos ||
        std::string_view(row.facts).find("spd") != std::string_view::npos)
      continue;
    const std::string facts = row.facts;
    check_equal(facts.substr(0, facts.rfind(' ')) + "\n" + row.sheet, lines);
  }
}

TEST_CASE("facts of other variables are used") {
  struct Fact {
    const char *sheet, *printed;
  };
  const Fact facts[] = {{"y : R[k] onehot_cols\nz : R[k]\nL = -y'*log_softmax(z)\nderive L wrt z\n", "softmax(z) - y"},
                        {"y : R[k] onehot\nz : R[k]\nL = -y'*log_softmax(z)\nderive L wrt z\n", "softmax(z) - y"},
                        {"y : R[1,k] onehot\nz : R[k]\nL = -y*log_softmax(z)\nderive L wrt z\n", "(softmax(z)' - y)'"},
                        {"p : R[k] simplex\nz : R[k]\nL = -p'*log_softmax(z)\nderive L wrt z\n", "softmax(z) - p"},
                        {"Q : R[n,n] orthogonal\nx : R[n]\nL = x'*Q'*Q*x\nderive L wrt x\n", "2*x"},
                        {"Q : R[n,n] orthogonal\nX : R[n,m]\nL = sum((Q*X).^2)\nderive L wrt X\n", "2*X"},
                        {"Q : R[n,n] orthogonal\nx, y : R[n]\nL = y'*inv(Q)*x\nderive L wrt x\n", "Q*y"},
                        {"Q : R[n,n] orthogonal\nx, y : R[n]\nL = y'*Q*Q*x\nderive L wrt x\n", "Q'*Q'*y"},
                        {"Q : R[n,n] orthogonal\nt : R\nL = t*tr(Q'*Q)\nderive L wrt t\n", "n"}};
  for (const Fact& fact : facts) {
    CAPTURE(fact.sheet);
    Session session(Text("others.gw", fact.sheet));
    const std::vector<Derived> results = session.derived();
    REQUIRE(results.size() == 1);
    CHECK(results[0].formula.gw == fact.printed);
  }
}

TEST_CASE("a compiled gradient is that of the sheet as it stands") {
  Session session(
      Text("facts.gw",
           "p : R[3] prob\nparam S : R[3,3] symmetric\nx, y : R[3]\nL = sum(p)^2 + x'*S'*y\nderive L wrt p, S\n"));
  auto program = CompiledSheet<double>::of(session, {.gradients = true});
  REQUIRE_MESSAGE(program.has_value(), program.error().message);
  REQUIRE(program->set("p", std::vector<double>{1, 2, 3}).has_value());
  REQUIRE(program->set("S", std::vector<double>{1, 0, 0, 0, 1, 0, 0, 0, 1}).has_value());
  REQUIRE(program->set("x", std::vector<double>{1, 2, 3}).has_value());
  REQUIRE(program->set("y", std::vector<double>{5, 7, 11}).has_value());
  program->run();
  CHECK(program->value() == doctest::Approx(36 + 52));
  for (const double slope : program->output("dL/dp")) CHECK(slope == doctest::Approx(12));
  CHECK(program->output("dL/dS")[1] == doctest::Approx(7));  // column by column: row 2 of y·x' in its first column
  CHECK(program->output("dL/dS")[3] == doctest::Approx(10));
}
