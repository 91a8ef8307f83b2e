// Far out a formula overflows on its way, or cancels to nothing, where its value and slope are ordinary numbers. Known values are by 50 digits.
#include <doctest/doctest.h>

#include <cmath>

#include "api/compiled_sheet.h"
#include "derive/forward.h"
#include "ir/make.h"
#include "lower/stabilise.h"
#include "printed.h"
#include "sheet/session.h"

using namespace gradwright;

namespace {

struct Row {
  const char* formula;
  double x, value, slope;
  bool by_dual_numbers = true;  ///< they take the formula as it is written
  bool by_grad = true;          ///< so does grad(f, x) of the evaluator
};

constexpr double log_two = 0.6931471805599453;

const std::vector<Row> rows = {
    {"elu(x)", 800, 800, 1},
    {"elu(x)", 1e200, 1e200, 1},
    {"elu(x)", -40, -1, 4.248354255291589e-18},
    {"log_cosh(x, 0)", 1e10, 1e10 - log_two, 1},
    {"log_cosh(x, 0)", -1e200, 1e200, -1},
    {"log_cosh(x, 0)", 3, 2.309328504577793, 0.9950547536867305},
    {"log(cosh(x))", 800, 799.3068528194401, 1, false},
    {"log(cosh(x))", -1e10, 1e10 - log_two, -1, false},
    {"softplus(x)", 1e200, 1e200, 1},
    {"softplus(x)", -40, 4.248354255291589e-18, 4.248354255291589e-18},
    {"log1p(exp(x))", 800, 800, 1, false},
    {"log1p(exp(x))", -40, 4.248354255291589e-18, 4.248354255291589e-18},
    {"log(1 + exp(x))", 1e10, 1e10, 1, false},
    {"log(1 + exp(x))", -40, 4.248354255291589e-18, 4.248354255291589e-18, false},
    {"asinh(x)", 1e10, 23.7189981105004, 1e-10},
    {"asinh(x)", -1e10, -23.7189981105004, 1e-10, false, false},
    {"asinh(x)", -800, -7.377759298852644, 0.0012499990234386444, false, false},
    {"asinh(x)", 1e-9, 1e-9, 1, false},
    {"asinh(-x/2)", 1e100, -230.2585092994046, -1e-100, false, false},
    {"logaddexp(x, 2)", 1e10, 1e10, 1},
    {"logaddexp(x, 2)", -5, 2.000911466453774, 0.0009110511944006454},
};

Bindings at_point(const Pool& pool, const std::vector<Expr>& roots, double x) {
  Bindings at;
  for (const Expr e : reachable(pool, roots)) {
    if (pool.kind(e) == Kind::input) at.inputs[e] = {{}, {x}};
  }
  return at;
}

void is_near(double found, double truth) { CHECK(found == doctest::Approx(truth).epsilon(1e-12).scale(0)); }

}  // namespace

TEST_CASE("values and slopes far out: evaluated, printed, by dual numbers and compiled") {
  for (const Row& row : rows) {
    CAPTURE(row.formula);
    CAPTURE(row.x);
    const std::string sheet = std::string("x : R\nf = ") + row.formula + "\ns = grad(f, x)\n";
    Session session(Text("far.gw", sheet + "derive f wrt x\n"));
    Pool& pool = session.pool();
    const Expr f = session.program().definition("f")->expr;
    const std::vector<Expr> stable = stabilised(pool, {f, session.program().definition("s")->expr});
    const Bindings at = at_point(pool, stable, row.x);
    is_near(evaluate(pool, stable[0], at).values[0], row.value);
    if (row.by_grad) is_near(evaluate(pool, stable[1], at).values[0], row.slope);
    if (row.by_dual_numbers) {
      const Slope dual = slope_along(pool, f, at, {{session.program().declaration("x")->input, {1}}});
      is_near(dual.value.values[0], row.value);
      is_near(dual.slope.values[0], row.slope);
    }

    const std::vector<Derived> results = session.derived();
    REQUIRE(results.size() == 1);
    Pool read;
    ReadOptions options;
    options.derivative = derivative_of;
    const Program back = read_formula(Text("back.gw", sheet + printed_beside(results[0].formula, "0")), read, options);
    REQUIRE_FALSE(back.has_errors());
    const Expr printed = back.definition("printed_")->expr;
    CAPTURE(results[0].formula.gw);
    is_near(evaluate(read, printed, at_point(read, {printed}, row.x)).values[0], row.slope);

    Session trained(Text("far.gw", std::string("param x : R\nf = ") + row.formula + "\nminimize f\n"));
    CompileRequest request;
    request.gradients = true;
    request.compile.backend = Backend::interpreter;
    auto program = CompiledSheet<double>::of(trained, request);
    REQUIRE(program.has_value());
    program->input("x")[0] = row.x;
    program->run();
    is_near(program->output("f")[0], row.value);
    is_near(program->output("df/dx")[0], row.slope);
  }
}

TEST_CASE("what has no value has none behind a maximum, a minimum or a relu") {
  for (const std::string formula :
       {"sum(relu(log(x)))", "sum(max(log(x), 1))", "sum(min(1, log(x)))", "sum(max(log(x), x))", "sum(min(x, log(x)))",
        "sum(max(log(x), 2*log(x)))", "max(log(x))", "min(log(x))", "sum(rowmax(log(x)*ones(2)'))",
        "sum(colmin(ones(2)*log(x)'))", "sum(maxpool(log(x)*ones(2)', 2, 1))", "sum(clamp(log(x), 0, 1))"}) {
    for (std::size_t place = 0; place < 4; ++place) {
      CAPTURE(formula);
      CAPTURE(place);
      std::vector<double> values{1.5, 2, 3, 0.5};
      values[place] = -1;
      for (const Backend backend : {Backend::interpreter, Backend::c, Backend::llvm}) {
        Session session(Text("none.gw", "param x : R[4]\nf = " + formula + "\nminimize f\n"));
        CompileRequest request;
        request.compile.backend = backend;
        auto program = CompiledSheet<double>::of(session, request);
        REQUIRE(program.has_value());
        std::copy(values.begin(), values.end(), program->input("x").begin());
        program->run();
        CHECK(std::isnan(program->output("f")[0]));
      }
      Pool pool;
      const Program sheet = read_formula(Text("none.gw", "x : R[4]\nf = " + formula + "\n"), pool);
      const Expr f = sheet.definition("f")->expr;
      Bindings at;
      for (const Expr e : reachable(pool, {f})) {
        if (pool.kind(e) == Kind::input) at.inputs[e] = {{4}, values};
      }
      CHECK(std::isnan(evaluate(pool, f, at).values[0]));
    }
  }
}
