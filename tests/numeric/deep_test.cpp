// A network so deep that finite differences see nothing at large weights: a true gradient is verified all the same, and a wrong one refuted.
#include <doctest/doctest.h>

#include "derive/differences.h"
#include "ir/make.h"
#include "sheet/session.h"

using namespace gradwright;

TEST_CASE("gradients of 60 steep layers") {
  constexpr int layers = 60;
  std::string sheet = "x : R[8]\n", below = "x";
  for (int i = 1; i <= layers; ++i) {
    const std::string n = std::to_string(i);
    sheet += "param W" + n + " : R[8,8]\na" + n + " = tanh(W" + n + "*" + below + ")\n";
    below = "a" + n;
  }
  Session session(Text("deep.gw", sheet + "L = sum(" + below + ".^2)\nderive L wrt *\n"));
  const std::vector<Derived> results = session.derived({});
  REQUIRE(results.size() == layers);
  std::vector<Expr> variables, gradients;
  for (const Derived& result : results) {
    CHECK(result.verified.holds());
    variables.push_back(result.variable);
    gradients.push_back(result.tensor);
  }
  Pool& pool = session.pool();
  CHECK(checked_along_directions(pool, results[0].source, variables, gradients, 5).holds());
  for (const std::size_t wrong : {std::size_t{0}, std::size_t{30}, std::size_t{59}}) {
    CAPTURE(wrong);
    std::vector<Expr> others = gradients;
    others[wrong] = scaled(pool, Rational(-1), others[wrong]);
    CHECK_FALSE(checked_along_directions(pool, results[0].source, variables, others, 5).holds());
    others[wrong] = transposed(pool, gradients[wrong]);
    CHECK_FALSE(checked_along_directions(pool, results[0].source, variables, others, 5).holds());
  }
}
