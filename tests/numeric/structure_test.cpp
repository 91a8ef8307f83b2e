// The derivative by a structured matrix as such a matrix: finite differences that keep the structure, and the textbook's formula.
#include <doctest/doctest.h>

#include <cmath>

#include "derive/structure.h"
#include "explain/story.h"
#include "ir/make.h"
#include "sheet/session.h"

using namespace gradwright;

namespace {

struct Slope {
  bool is_symmetric;
  Pool& pool;
  Expr of, wrt;
  Bindings at;

  /// Of `of` where the entry [i,j] moves, in a symmetric matrix together with [j,i].
  double operator()(std::size_t i, std::size_t j) {
    const Tensor centre = at.inputs.at(wrt);
    const auto n = static_cast<std::size_t>(centre.extents[0]);
    const auto value = [&](double step) {
      Tensor moved = centre;
      moved.values[i + n * j] += step;
      if (is_symmetric && i != j) moved.values[j + n * i] += step;
      at.inputs.insert_or_assign(wrt, moved);
      const double found = evaluate(pool, of, at).values[0];
      at.inputs.insert_or_assign(wrt, centre);
      return found;
    };
    constexpr double h = 1e-3;
    return (value(-2 * h) - 8 * value(-h) + 8 * value(h) - value(2 * h)) / (12 * h);
  }
};

void check_structure(const std::string& sheet, const std::string& structure, const std::string& textbook) {
  CAPTURE(sheet);
  Session session(Text("structure.gw", sheet + "derive f wrt S\n"));
  const std::vector<Derived> results = session.derived();
  REQUIRE(results.size() == 1);
  REQUIRE(results[0].structured.has_value());
  const Structured& form = *results[0].structured;
  CHECK(form.structure == structure);
  std::string again = sheet;
  for (const WhereItem& item : form.formula.where) again += item.name + " = " + item.gw + "\n";
  again += "printed_ = " + form.formula.gw + "\ntruth_ = " + textbook + "\n";
  CAPTURE(again);
  const Program back = read_formula(Text("again.gw", again), session.pool());
  REQUIRE_FALSE(back.has_errors());
  const Expr printed = back.definition("printed_")->expr;
  const Expr truth = back.definition("truth_")->expr;
  const Expr of = session.program().definition("f")->expr;
  const Expr wrt = session.program().declaration("S")->input;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Slope slope{structure == "symmetric", session.pool(), of, wrt,
                random_bindings(session.pool(), {of, wrt, printed, truth}, seed)};
    const std::vector<Tensor> values = evaluate(session.pool(), {printed, truth, form.expr}, slope.at);
    const auto n = static_cast<std::size_t>(values[0].extents[0]);
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t i = 0; i < n; ++i) {
        const double mine = values[0].values[i + n * j];
        CHECK(values[1].values[i + n * j] == doctest::Approx(mine).epsilon(1e-9).scale(1));
        CHECK(values[2].values[i + n * j] == doctest::Approx(mine).epsilon(1e-9).scale(1));
        const bool moves = structure == "diagonal"           ? i == j
                           : structure == "lower triangular" ? i >= j
                                                             : structure != "upper triangular" || i <= j;
        const double moved = moves ? slope(i, j) : 0;
        CHECK(mine == doctest::Approx(moved).epsilon(1e-6).scale(1));
      }
    }
  }
}

}  // namespace

TEST_CASE("the derivative as a symmetric matrix") {
  check_structure("A : R[n,n]\nS : R[n,n] symmetric\nf = tr(A*S)\n", "symmetric", "A + A' - A .* eye(n)");
  check_structure("x : R[n]\nS : R[n,n] symmetric\nf = x'*S*x\n", "symmetric", "2*x*x' - diag(x.^2)");
  check_structure("S : R[n,n] spd\nf = logdet(S)\n", "symmetric", "2*inv(S) - inv(S) .* eye(n)");
  check_structure("x : R[n]\nS : R[n,n] spd\nf = -0.5*logdet(S) - 0.5*x'*inv(S)*x\n", "symmetric",
                  "inv(S)*x*x'*inv(S) - inv(S) - 0.5*(inv(S)*x*x'*inv(S) - inv(S)) .* eye(n)");
  check_structure("A : R[n,n]\nS : R[n,n] symmetric\nf = tr(S*A*S*S)\n", "symmetric",
                  "A'*S*S + S*S*A' + S*A'*S + A*S*S + S*S*A + S*A*S - (A'*S*S + S*S*A' + S*A'*S) .* eye(n)");
}

TEST_CASE("the derivative as a diagonal matrix") {
  check_structure("A : R[n,n]\nx : R[n]\nS : R[n,n] diagonal\nf = x'*S*A*x\n", "diagonal", "diag(x .* (A*x))");
  check_structure("A : R[n,n]\nS : R[n,n] diagonal\nf = tr(A*S*S)\n", "diagonal", "2*diag(diag(A) .* diag(S))");
}

TEST_CASE("the derivative as a triangular matrix") {
  check_structure("A : R[n,n]\nS : R[n,n] lower\nf = tr(A*S*S')\n", "lower triangular", "tril((A + A')*S)");
  check_structure("A : R[n,n]\nS : R[n,n] upper\nf = tr(A*S*S)\n", "upper triangular", "triu(A'*S' + S'*A')");
  check_structure("S : R[n,n] lower invertible\nf = logdet(S)\n", "lower triangular", "diag(1 ./ diag(S))");
  check_structure("b : R[n]\nS : R[n,n] upper invertible\nf = sum(S\\b)\n", "upper triangular",
                  "-triu(inv(S)'*ones(n)*b'*inv(S)')");
  check_structure("A : R[n,n]\nS : R[n,n] lower upper\nf = tr(A*S*S)\n", "diagonal", "2*diag(diag(A) .* diag(S))");
}

TEST_CASE(
    "every kind of derivative by every structure, in every layout, has a form that reads back and keeps the "
    "structure") {
  const std::string body =
      "A : R[n,n]\nx : R[n]\nf = tr(A*M*A*M) + x'*M*M'*x\ng = M*A*x\nZ = M*A*M\n"
      "t : R\nh = sum(tanh(t*M) .* A .* exp(t*M .* A)) + x'*tanh(t*M)*x\n"
      "derive f wrt M, M[i,j]\nderive g wrt M, M[i,j]\nderive Z wrt M\nhessian f wrt M\nhessian h wrt t, M\n";
  for (const char* structure : {"symmetric", "spd", "diagonal", "lower", "upper", "orthogonal"}) {
    for (const Layout layout : {Layout::gradient, Layout::numerator, Layout::denominator}) {
      CAPTURE(structure);
      CAPTURE(layout_name(layout));
      Session session(Text("all.gw", "M : R[n,n] " + std::string(structure) + "\n" + body));
      DeriveOptions how;
      how.layout = layout;
      const std::vector<Derived> results = session.derived(how);
      CHECK(session.diagnostics().empty());
      REQUIRE(results.size() == 7);
      for (const Derived& result : results) {
        CAPTURE(result.of);
        const bool is_given = std::string(structure) != "orthogonal" || result.kind == DerivativeKind::gradient;
        CHECK(result.structured.has_value() == is_given);
        if (!is_given) continue;
        const Structured& form = *result.structured;
        CHECK(form.verified.points == 4);
        CHECK(form.verified.holds(1e-6));
        std::string again = session.text().content().substr(0, session.text().content().find("derive"));
        for (const WhereItem& item : form.formula.where) again += item.name + " = " + item.gw + "\n";
        again += "printed_ = " + form.formula.gw + "\n";
        CAPTURE(again);
        const Program back = read_formula(Text("again.gw", again), session.pool());
        REQUIRE_FALSE(back.has_errors());
        const Expr printed = back.definition("printed_")->expr;
        const std::vector<Tensor> values =
            evaluate(session.pool(), {printed, form.expr}, random_bindings(session.pool(), {printed, form.expr}, 1));
        REQUIRE(values[0].extents == values[1].extents);
        for (std::size_t k = 0; k < values[0].values.size(); ++k)
          CHECK(values[0].values[k] == doctest::Approx(values[1].values[k]).epsilon(1e-9).scale(1));
      }
    }
  }
}

TEST_CASE("a wrong structured form is caught") {
  Session session(Text("wrong.gw",
                       "A : R[n,n]\nS : R[n,n] symmetric\nL : R[n,n] lower\nD : R[n,n] diagonal\nQ : R[n,n] "
                       "orthogonal\nf = tr(A*S)\nh = tr(A*L)\nk = tr(A*D)\nq = tr(A*Q)\n"));
  Pool& pool = session.pool();
  const Expr a = session.program().declaration("A")->input;
  const Expr gradient = transposed(pool, a);  // right where all entries are free
  for (const auto& [of, wrt, structure] :
       {std::tuple{"f", "S", Structure::symmetric}, {"h", "L", Structure::lower}, {"k", "D", Structure::diagonal}}) {
    const Expr source = session.program().definition(of)->expr;
    const Expr variable = session.program().declaration(wrt)->input;
    CHECK_FALSE(checked_within_structure(pool, source, variable, gradient, structure, 1).holds());
    CHECK(
        checked_within_structure(pool, source, variable, kept_to(pool, gradient, 0, structure), structure, 1).holds());
    CHECK_FALSE(
        checked_within_structure(pool, source, variable, kept_to(pool, a, 0, Structure::upper), structure, 1).holds());
  }
  const Expr q = session.program().declaration("Q")->input;
  const Expr along = session.program().definition("q")->expr;
  CHECK(
      checked_within_structure(pool, along, q, among_orthogonal(pool, gradient, q), Structure::orthogonal, 1).holds());
  CHECK_FALSE(checked_within_structure(pool, along, q, among_orthogonal(pool, a, q), Structure::orthogonal, 1).holds());
}

TEST_CASE("no second form without a structure, or by a vector") {
  Session session(
      Text("plain.gw",
           "A, B : R[n,n]\nx : R[n]\nS : R[n,n] symmetric\nf = tr(A*B)\ng = S*x\nderive f wrt A\nderive g wrt x\n"));
  for (const Derived& result : session.derived()) CHECK_FALSE(result.structured.has_value());
}

TEST_CASE("an entry of a derivative is the same in every layout") {
  for (const Layout layout : {Layout::gradient, Layout::numerator, Layout::denominator}) {
    Session session(
        Text("entry.gw",
             "A, B : R[n,n]\nx : R[n]\nf = tr(A*B)\ng = B*x\nderive f wrt B[i,j], B[1,2]\nderive g wrt B[i,j]\n"));
    DeriveOptions how;
    how.layout = layout;
    const std::vector<Derived> results = session.derived(how);
    REQUIRE(results.size() == 3);
    CHECK(entry_formula(session.pool(), results[0]).gw == "A[j,i]");
    CHECK(entry_formula(session.pool(), results[1]).gw == "A[2,1]");
    CHECK(entry_formula(session.pool(), results[2]).gw == "eye(n)[k,i]*x[j]");
  }
}
