// The derivative by a structured matrix as such a matrix: finite differences that keep the structure, and the textbook's formula.
#include <doctest/doctest.h>

#include <cmath>

#include "api/session.h"

using namespace gradwright;

namespace {

struct Slope {
  Pool& pool;
  Expr of, wrt;
  Bindings at;

  /// Of `of` where the entries [i,j] and [j,i] move together.
  double operator()(std::size_t i, std::size_t j) {
    const Tensor centre = at.inputs.at(wrt);
    const auto n = static_cast<std::size_t>(centre.extents[0]);
    const auto value = [&](double step) {
      Tensor moved = centre;
      moved.values[i + n * j] += step;
      if (i != j) moved.values[j + n * i] += step;
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
    Slope slope{session.pool(), of, wrt, random_bindings(session.pool(), {of, wrt, printed, truth}, seed)};
    const std::vector<Tensor> values = evaluate(session.pool(), {printed, truth, form.expr}, slope.at);
    const auto n = static_cast<std::size_t>(values[0].extents[0]);
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t i = 0; i < n; ++i) {
        const double mine = values[0].values[i + n * j];
        CHECK(values[1].values[i + n * j] == doctest::Approx(mine).epsilon(1e-9).scale(1));
        CHECK(values[2].values[i + n * j] == doctest::Approx(mine).epsilon(1e-9).scale(1));
        const double moved = structure == "diagonal" && i != j ? 0 : slope(i, j);
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

TEST_CASE("no second form without a structure, of a vector, or where the layout's shape is no matrix") {
  Session session(Text("plain.gw", "A, B : R[n,n]\nx : R[n]\nS : R[n,n] symmetric\nf = tr(A*B)\ng = S*x\nderive f wrt A\nderive g wrt S\nderive g wrt x\n"));
  for (const Derived& result : session.derived()) CHECK_FALSE(result.structured.has_value());
}
