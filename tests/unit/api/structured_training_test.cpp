// Parameters that are declared symmetric, diagonal or triangular stay so; what no step would keep is refused.
#include <doctest/doctest.h>

#include <vector>

#include "api/compiled_sheet.h"
#include "api/train_task.h"
#include "sheet/session.h"

using namespace gradwright;

namespace {

/// L = sum((S*x - y).^2) with x = (1, 2, 3), y = (0, 1, -1): ∂L/∂S = 2(Sx − y)xᵀ by hand.
std::vector<double> gradient_by_hand(const std::vector<double>& s) {
  const double x[] = {1, 2, 3}, y[] = {0, 1, -1};
  std::vector<double> gradient(9);
  for (std::size_t i = 0; i < 3; ++i) {
    double residual = -y[i];
    for (std::size_t j = 0; j < 3; ++j) residual += s[i + 3 * j] * x[j];
    for (std::size_t j = 0; j < 3; ++j) gradient[i + 3 * j] = 2 * residual * x[j];
  }
  return gradient;
}

std::string sheet(const std::string& property) {
  return "x, y : R[3]\nparam S : R[3,3] " + property + " ~ normal(0,1)\nL = sum((S*x - y).^2)\nminimize L\n";
}

CompiledSheet<double> opened(const std::string& property, double rate) {
  Session session(Text("structured.gw", sheet(property)));
  CompileRequest request;
  request.rate = rate;
  auto program = CompiledSheet<double>::of(session, request);
  REQUIRE_MESSAGE(program.has_value(), program.error().message);
  program->initialise(3);
  REQUIRE(program->set("x", std::vector<double>{1, 2, 3}).has_value());
  REQUIRE(program->set("y", std::vector<double>{0, 1, -1}).has_value());
  return *std::move(program);
}

std::vector<double> matrix(CompiledSheet<double>& program) {
  const auto numbers = program.input("S");
  return {numbers.begin(), numbers.end()};
}

bool may_be_other_than_0(const std::string& property, std::size_t row, std::size_t column) {
  return property == "symmetric" || (property == "diagonal" ? row == column
                                     : property == "lower"  ? row >= column
                                                            : row <= column);
}

}  // namespace

TEST_CASE("a step is the gradient's nearest matrix of the structure, and the initial value has it") {
  for (const char* property : {"symmetric", "diagonal", "lower", "upper"}) {
    CAPTURE(property);
    auto program = opened(property, 0.01);
    for (int step = 0; step < 4; ++step) {
      const std::vector<double> before = matrix(program), free = gradient_by_hand(before);
      program.run();
      const std::vector<double> after = matrix(program);
      for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t column = 0; column < 3; ++column) {
          const std::size_t at = row + 3 * column, mirrored = column + 3 * row;
          const bool is_symmetric = std::string_view(property) == "symmetric";
          const double slope = !may_be_other_than_0(property, row, column) ? 0
                               : is_symmetric                              ? (free[at] + free[mirrored]) / 2
                                                                           : free[at];
          CHECK(after[at] == doctest::Approx(before[at] - 0.01 * slope));
          if (is_symmetric) CHECK(before[at] == before[mirrored]);
          if (!may_be_other_than_0(property, row, column)) CHECK(before[at] == 0);
        }
      }
    }
  }
}

TEST_CASE("what no step would keep is refused, with what to train instead") {
  for (const char* declared :
       {"p : R[3] prob", "p : R[3] positive", "p : R[3,3] spd", "p : R[3,3] orthogonal", "p : R[3,3] simplex_rows",
        "p : R[3,3] simplex_cols", "p : R[3] binary", "p : R[3] pm1", "p : R[3] onehot", "p : R[3] simplex",
        "p : R[3,3] onehot_rows", "p : R[3,3] onehot_cols"}) {
    CAPTURE(declared);
    Session session(Text("unkept.gw",
                         "x, y : R[3]\nparam " + std::string(declared) + "\nL = sum((sum(p)*x - y).^2)\nminimize L\n"));
    REQUIRE_FALSE(session.has_errors());
    const auto task = train_task(session);
    REQUIRE_FALSE(task.has_value());
    CHECK(task.error().code == "G0547");
    CHECK(task.error().span.begin > 0);
    CHECK_FALSE(task.error().helps.empty());
    CompileRequest request;
    request.rate = 0.1;
    CHECK_FALSE(CompiledSheet<double>::of(session, request).has_value());
    request.rate.reset();
    request.gradients = true;
    CHECK(CompiledSheet<double>::of(session, request).has_value());
  }
}

TEST_CASE("an invertible parameter is trained as it is") {
  Session session(Text("invertible.gw", sheet("invertible")));
  CHECK(train_task(session).has_value());
}
