// Derivatives of entries, slices, blocks and ties: the value by finite differences, the form, and reading back.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "api/session.h"
#include "derive/jacobian.h"
#include "simplify/simplify.h"

using namespace gradwright;

namespace {

bool agree(const Tensor& a, const Tensor& b) {
  if (a.values.size() != b.values.size()) return false;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double scale = std::max({1.0, std::fabs(a.values[i]), std::fabs(b.values[i])});
    if (!(std::fabs(a.values[i] - b.values[i]) <= 1e-8 * scale)) return false;
  }
  return true;
}

Expr read_into(Session& session, const std::string& sheet, const std::string& name) {
  ReadOptions options;
  options.derivative = derivative_of;
  const Program program = read_formula(Text("back.gw", sheet), session.pool(), options);
  for (const Diagnostic& diagnostic : program.diagnostics) MESSAGE(diagnostic.code << " " << diagnostic.message);
  const Definition* definition = program.definition(name);
  return definition == nullptr ? Expr{} : definition->expr;
}

}  // namespace

TEST_CASE("entries, slices and blocks") {
  std::ifstream file(std::string(GRADWRIGHT_SOURCE_DIR) + "/tests/data/index_identities.json");
  const auto cases = nlohmann::json::parse(file);
  int in_matrix_form = 0, to_same_node = 0;
  for (const auto& item : cases) {
    const std::string id = item["id"], sheet = item["sheet"];
    Session session(Text(id + ".gw", sheet + item["request"].get<std::string>() + "\n"));
    const std::vector<Derived> results = session.derived();
    REQUIRE(results.size() == 1);
    const Derived& result = results[0];
    std::string printed = sheet;
    for (const WhereItem& where : result.formula.where) printed += where.name + " = " + where.gw + "\n";
    printed += "printed_ = " + result.formula.gw + "\n";
    CAPTURE(id);
    CAPTURE(printed);
    CHECK(result.verified.points == 4);
    CHECK(result.verified.holds(1e-6));
    in_matrix_form += result.formula.matrix_form ? 1 : 0;
    if (!result.formula.matrix_form) MESSAGE(id << " in index notation: " << result.formula.gw);
    const Expr back = read_into(session, printed, "printed_");
    CHECK_FALSE(back.is_none());
    if (back.is_none()) continue;
    Trace trace;
    const bool is_same = back == result.expr || simplified(session.pool(), {back}, session.program().names, trace)[0] == result.expr;
    to_same_node += is_same ? 1 : 0;
    if (!is_same) MESSAGE(id << " reads back to an equal node, not the same: " << result.formula.gw);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      const Bindings at = random_bindings(session.pool(), {result.expr, back}, seed);
      CHECK(agree(evaluate(session.pool(), result.expr, at), evaluate(session.pool(), back, at)));
    }
  }
  MESSAGE(in_matrix_form << " of " << cases.size() << " in matrix form, " << to_same_node << " read back to the same node");
  CHECK(in_matrix_form * 100 >= static_cast<int>(cases.size()) * 95);
}
