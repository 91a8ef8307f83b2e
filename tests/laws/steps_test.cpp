// Laws over the derivations of random expressions: every step of every trace is true at a random point, and what is printed in each layout, for
// gradients and for Jacobians, reads back to the same node.
#include <doctest/doctest.h>

#include "derive/jacobian.h"
#include "derive/step_check.h"
#include "formulas.h"
#include "sheet/session.h"

using namespace gradwright;

namespace {

std::string random_sheet(std::uint64_t seed) {
  Formulas formulas(seed);
  std::string sheet = declarations_of_formulas;
  sheet += "f = " + formulas.scalar(4) + "\ng = " + formulas.vector(3) + "\n";
  return sheet;
}

std::string requests(std::uint64_t seed) {
  return seed % 2 == 0 ? "derive f wrt x\nderive g wrt y\n" : "derive f wrt A\nderive g wrt x\n";
}

Expr read_back(Session& session, const std::string& sheet, const Formula& formula) {
  std::string again = sheet;
  for (const WhereItem& item : formula.where) again += item.name + " = " + item.gw + "\n";
  again += "printed_ = " + formula.gw + "\n";
  INFO(again);
  const Program back = read_formula(Text("again.gw", again), session.pool());
  const Definition* printed = back.definition("printed_");
  REQUIRE(printed != nullptr);
  CHECK_FALSE(printed->expr.is_none());
  return printed->expr;
}

}  // namespace

TEST_CASE("every step of the derivations of 2,000 random expressions is true") {
  std::size_t checked = 0, skipped = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const std::string sheet = random_sheet(seed);
    CAPTURE(sheet);
    Session session(Text("law.gw", sheet + requests(seed)));
    DeriveOptions options;
    options.verify = false;
    options.only_gw = true;
    for (const Derived& result : session.derived(options)) {
      for (const Step& step : result.trace) {
        if (step.kind == Step::Kind::gather) continue;
        const NumericCheck check = checked_step(session.pool(), step, seed);
        CAPTURE(step.rule);
        CHECK((check.points == 0 || check.holds(1e-5)));
        ++(check.points == 0 ? skipped : checked);
      }
    }
    REQUIRE_FALSE(session.has_errors());
  }
  MESSAGE(checked << " steps checked, " << skipped << " without a finite point");
  CHECK(skipped * 20 <= checked);
}

TEST_CASE("gradients and Jacobians of 2,000 random expressions read back to the same node in every layout") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const std::string sheet = random_sheet(seed);
    CAPTURE(sheet);
    Session session(Text("law.gw", sheet + requests(seed)));
    for (const Layout layout : {Layout::gradient, Layout::numerator, Layout::denominator}) {
      DeriveOptions options;
      options.verify = false;
      options.only_gw = true;
      options.layout = layout;
      for (const Derived& result : session.derived(options)) {
        CAPTURE(layout_name(layout));
        CAPTURE(result.of);
        CAPTURE(result.formula.gw);
        CHECK(read_back(session, sheet, result.formula) == result.expr);
      }
    }
  }
}
