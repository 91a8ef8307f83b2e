// Laws over random well-typed expressions: simplify keeps the value, the adjoint agrees with finite differences, what is printed reads back to the same node, as text of the language and as it is shown.
#include <doctest/doctest.h>

#include <cmath>

#include "derive/adjoint.h"
#include "formulas.h"
#include "ir/make.h"
#include "sheet/session.h"
#include "simplify/simplify.h"

using namespace gradwright;

namespace {

double largest_difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.values.size() == b.values.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    largest = std::max(largest, std::fabs(a.values[i] - b.values[i]) /
                                    std::max({1.0, std::fabs(a.values[i]), std::fabs(b.values[i])}));
  }
  return largest;
}

}  // namespace

TEST_CASE("2,000 random expressions") {
  const std::string head = declarations_of_formulas;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Formulas formulas(seed);
    const std::string sheet = head + "f = " + formulas.scalar(4) + "\n";
    CAPTURE(sheet);
    Pool pool;
    const Program program = read_formula(Text("law.gw", sheet), pool);
    REQUIRE_FALSE(program.has_errors());
    const Expr f = program.definition("f")->expr;
    Trace trace;
    const Expr simple = simplified(pool, {f}, {}, trace)[0];
    const Expr wrt = program.declaration(seed % 2 == 0 ? "x" : "A")->input;
    const Expr gradient = simplified(pool, {adjoints(pool, simple, {wrt}, trace).of_wrt[0]}, {}, trace)[0];
    const Bindings at = random_bindings(pool, {f, simple, wrt, gradient}, seed);
    CHECK(largest_difference(evaluate(pool, f, at), evaluate(pool, simple, at)) < 1e-8);
    const NumericCheck check = checked_by_differences(pool, f, wrt, gradient, seed, 1);
    CHECK(check.holds(1e-5));
    Names names = program.names;
    names.erase(f);
    const Formula formula =
        presented(pool, gradient,
                  pool.order(wrt) == 1 ? program.declaration("x")->surface : program.declaration("A")->surface, names);
    std::string again = head;
    for (const WhereItem& where : formula.where) again += where.name + " = " + where.gw + "\n";
    again += "g = " + formula.gw + "\n";
    CAPTURE(again);
    const Program back = read_formula(Text("again.gw", again), pool);
    REQUIRE(back.definition("g") != nullptr);
    const Expr g = back.definition("g")->expr;
    REQUIRE_FALSE(g.is_none());
    CHECK(g == gradient);
    CHECK(largest_difference(evaluate(pool, gradient, at), evaluate(pool, g, at)) < 1e-8);
    std::string paper = head;
    for (const WhereItem& where : formula.where) paper += where.name + " = " + where.unicode + "\n";
    paper += "g = " + formula.unicode + "\n";
    CAPTURE(paper);
    const Program shown = read_formula(Text("paper.gw", paper), pool);
    REQUIRE(shown.definition("g") != nullptr);
    CHECK(shown.definition("g")->expr == g);
  }
}
