// Derivatives of entries, slices, blocks and ties: the value by finite differences, the form, and reading back.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "derive/jacobian.h"
#include "sheet/session.h"
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

namespace {

struct Printed {
  bool in_matrix_form = false, to_same_node = false;
};

/// What one request prints: verified, read back without a message, and the same at random points.
Printed check_printed(const std::string& sheet, const std::string& request) {
  Session session(Text("case.gw", sheet + request + "\n"));
  const std::vector<Derived> results = session.derived();
  REQUIRE(results.size() == 1);
  const Derived& result = results[0];
  std::string printed = sheet;
  for (const WhereItem& where : result.formula.where) printed += where.name + " = " + where.gw + "\n";
  printed += "printed_ = " + result.formula.gw + "\n";
  CAPTURE(printed);
  CHECK(result.verified.points == 4);
  CHECK(result.verified.holds(1e-6));
  const Expr back = read_into(session, printed, "printed_");
  CHECK_FALSE(back.is_none());
  if (back.is_none()) return {};
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Bindings at = random_bindings(session.pool(), {result.expr, back}, seed);
    CHECK(agree(evaluate(session.pool(), result.expr, at), evaluate(session.pool(), back, at)));
  }
  Trace trace;
  const bool is_same =
      back == result.expr || simplified(session.pool(), {back}, session.program().names, trace)[0] == result.expr;
  return {result.formula.matrix_form, is_same};
}

}  // namespace

TEST_CASE("entries, slices and blocks") {
  std::ifstream file(std::string(GRADWRIGHT_SOURCE_DIR) + "/tests/data/index_identities.json");
  const auto cases = nlohmann::json::parse(file);
  int in_matrix_form = 0, to_same_node = 0;
  for (const auto& item : cases) {
    const std::string id = item["id"];
    CAPTURE(id);
    const Printed printed = check_printed(item["sheet"], item["request"]);
    in_matrix_form += printed.in_matrix_form ? 1 : 0;
    to_same_node += printed.to_same_node ? 1 : 0;
    if (!printed.in_matrix_form) MESSAGE(id << " in index notation");
    if (!printed.to_same_node) MESSAGE(id << " reads back to an equal node, not the same");
  }
  MESSAGE(in_matrix_form << " of " << cases.size() << " in matrix form, " << to_same_node
                         << " read back to the same node");
  CHECK(in_matrix_form * 100 >= static_cast<int>(cases.size()) * 95);
}

TEST_CASE("windows without a matrix form read nothing outside of an array") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"x : R[5]\nk : R[3]\ny[r] = sum(u, x[r+u]*k[u])\nf = sum(y.^3)\n", "derive f wrt x"},
      {"x : R[7]\nk : R[2]\ny[r] = sum(u, x[2*r+u-2]*k[u])\nf = sum(y.^3)\n", "derive f wrt x"},
      {"x : R[7]\nk : R[2]\ny[r] = sum(u, x[2*r+u-2]*k[u])\nf = sum(y.^3)\n", "hessian f wrt x"},
      {"X : R[2,4]\nW[i,r,u] = X[i,r+u]*ones(3)[r]*ones(2)[u]\nf = sum(W.^3)\n", "derive f wrt X"},
      {"X : R[2,4]\nW[i,r,u] = X[i,r+u]*ones(3)[r]*ones(2)[u]\nf = sum(W.^3)\n", "hessian f wrt X"},
      {"X : R[m,n]\nk : R[h]\nY[i,r] = sum(u, X[i,r+u]*k[u])\nf = sum(Y.^2)\n", "derive f wrt X"},
      {"A : R[n,n]\nd[i] = A[i,i]\nf = sum(d.^3)\n", "derive f wrt A"},
      {"A : R[4,5]\nT[i,j,k] = A[i,j+k]*ones(2)[k]\nf = sum(T.^2)\n", "derive f wrt A"},
      {"A : R[2,4,5]\nK : R[3,2,2,2]\nf = sum(conv2d(A,K).^2)\n", "derive f wrt A"},
      {"A : R[2,4,5]\nK : R[3,2,2,2]\nf = sum(conv2d(A,K,stride=2,pad=1).^2)\n", "derive f wrt A"},
      {"A : R[2,4,5]\nK : R[3,2,2,2]\nf = sum(conv2d(A,K,stride=2,pad=1).^2)\n", "derive f wrt K"},
      {"A : R[b,2,n,m]\nK : R[3,2,h,w]\nf = sum(conv2d(A,K).^2)\n", "derive f wrt A"},
      {"X : R[5,5]\nf = sum(maxpool(X,2,2).^3)\n", "derive f wrt X"},
      {"X : R[n,m]\nK : R[2,2]\nf = sum(conv(X,K)[2:3,:].^3)\n", "derive f wrt X"},
  };
  for (const auto& [sheet, request] : cases) (void)check_printed(sheet, request);
}
