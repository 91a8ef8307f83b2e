// Derivatives of the literature: the value by finite differences of the evaluator and by the published formula, the form, and reading back.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "derive/jacobian.h"
#include "sheet/session.h"
#include "simplify/simplify.h"

using namespace gradwright;

namespace {

double largest_difference(const Tensor& a, const Tensor& b) {
  if (a.values.size() != b.values.size()) return INFINITY;
  double largest = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double scale = std::max({1.0, std::fabs(a.values[i]), std::fabs(b.values[i])});
    largest = std::max(largest, std::fabs(a.values[i] - b.values[i]) / scale);
  }
  return largest;
}

/// The definition `name` of a sheet, read into the pool that already holds the session's nodes.
Expr read_back(Session& session, const std::string& sheet, const std::string& name) {
  ReadOptions options;
  options.derivative = derivative_of;
  const Program program = read_formula(Text("back.gw", sheet), session.pool(), options);
  const Definition* definition = program.definition(name);
  for (const Diagnostic& diagnostic : program.diagnostics) MESSAGE(diagnostic.code << " " << diagnostic.message);
  return definition == nullptr ? Expr{} : definition->expr;
}

/// Operators and calls in a formula of the worksheet language: what a reader has to do.
int operations(const std::string& gw) {
  int count = 0;
  for (std::size_t i = 0; i < gw.size(); ++i) {
    const char c = gw[i];
    const bool is_dotted =
        c == '.' && i + 1 < gw.size() && std::string_view("*/^").find(gw[i + 1]) != std::string_view::npos;
    if (is_dotted) ++i;  // .* counts once
    if (is_dotted || std::string_view("+-*/^'").find(c) != std::string_view::npos) ++count;
    if (c == '(' && i > 0 &&
        (std::isalnum(static_cast<unsigned char>(gw[i - 1])) != 0 || gw[i - 1] == '_' || gw[i - 1] == '\''))
      ++count;
  }
  return count;
}

/// The derivative of one case by finite differences, by the published formula where there is one, and read back from what is printed.
bool is_right_and_in_matrix_form(const nlohmann::json& item, bool counts_operations) {
  const std::string id = item["id"];
  const std::string sheet = item["sheet"];
  CAPTURE(id);
  Session session(Text(id + ".gw", sheet + "\n" + item["request"].get<std::string>() + "\n"));
  const std::vector<Derived> results = session.derived();
  for (const Diagnostic& diagnostic : session.diagnostics())
    MESSAGE(id << ": " << diagnostic.code << " " << diagnostic.message);
  CHECK(results.size() == 1);
  if (results.size() != 1) return false;
  const Derived& result = results[0];
  CHECK(result.verified.points == 4);
  CHECK(result.verified.holds(1e-6));
  if (!result.formula.matrix_form) MESSAGE(id << " in index notation: " << result.formula.gw);

  std::string truth;
  for (const char* key : {"expected", "expected_unconstrained"}) {
    if (item.contains(key) && !item[key].is_null()) truth = item[key];
  }
  std::string ours;
  int own_operations = operations(result.formula.gw);
  for (const WhereItem& where : result.formula.where) {
    ours += where.name + " = " + where.gw + "; ";
    own_operations += operations(where.gw);
  }
  ours += result.formula.gw;
  fmt::print("{}: {} | {} | {} | {}\n", id, own_operations, operations(truth), ours, truth);
  if (counts_operations) CHECK(own_operations <= 2 * operations(truth));
  const Expr expected =
      truth.empty() ? result.expr : read_back(session, sheet + "\ntruth_ = " + truth + "\n", "truth_");
  std::string printed = sheet + "\n";
  for (const WhereItem& where : result.formula.where) printed += where.name + " = " + where.gw + "\n";
  printed += "printed_ = " + result.formula.gw + "\n";
  CAPTURE(printed);
  const Expr back = read_back(session, printed, "printed_");
  CHECK_FALSE(expected.is_none());
  CHECK_FALSE(back.is_none());
  if (back.is_none() || expected.is_none()) return false;
  // To the same node: as it is read, or by the named rows (kron and commutation are products of reshapes until then).
  Trace trace;
  if (counts_operations)
    CHECK(
        (back == result.expr || simplified(session.pool(), {back}, session.program().names, trace)[0] == result.expr));
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Bindings at = random_bindings(session.pool(), {result.expr, expected, back}, seed);
    const Tensor mine = evaluate(session.pool(), result.expr, at);
    CHECK(largest_difference(mine, evaluate(session.pool(), expected, at)) < 1e-8);
    CHECK(largest_difference(mine, evaluate(session.pool(), back, at)) < 1e-8);
  }
  return result.formula.matrix_form;
}

void check_identities(const char* name, bool counts_operations, int percent_in_matrix_form) {
  std::puts("identity: operations of ours | of the literature | ours | the literature's");
  std::ifstream file(std::string(GRADWRIGHT_SOURCE_DIR) + "/tests/data/" + name);
  const auto cases = nlohmann::json::parse(file);
  int in_matrix_form = 0;
  for (const auto& item : cases) in_matrix_form += is_right_and_in_matrix_form(item, counts_operations) ? 1 : 0;
  MESSAGE(in_matrix_form << " of " << cases.size() << " in matrix form");
  CHECK(in_matrix_form * 100 >= static_cast<int>(cases.size()) * percent_in_matrix_form);
}

}  // namespace

TEST_CASE("identities of the literature") { check_identities("identities.json", true, 95); }

TEST_CASE("identities of other programs' tests") { check_identities("identities2.json", false, 97); }
