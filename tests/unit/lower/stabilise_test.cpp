// Each row: fires on the textbook formula, keeps its value where it has one, and is finite where the textbook formula overflows.
#include "lower/stabilise.h"

#include <doctest/doctest.h>

#include "ir/make.h"
#include "ir/print.h"
#include "planned.h"

using namespace gradwright;

namespace {

struct Terms {
  Pool pool;
  Dim n = pool.dims().symbol("n");
  Expr x = make_input(pool, {"x", Role::data, Property::none, {n, pool.dims().one()}});
  Expr y = make_input(pool, {"y", Role::data, Property::none, {n, pool.dims().one()}});
  Expr ones = make_ones(pool, {n});

  Expr f(Function function, Expr e) { return make_map(pool, function, {e}); }
  Expr inverse(Expr e) { return make_power(pool, e, -1); }
  Expr plus(Expr a, Expr b) { return sum_of(pool, a, b); }
  Expr minus(Expr a, Expr b) { return difference_of(pool, a, b); }
  Expr spread(Expr scalar) { return broadcast(pool, scalar, {n}, {}); }
  Expr softmax() {
    return hadamard(pool, {f(Function::exp, x), spread(inverse(summed_all(pool, f(Function::exp, x))))});
  }
};

struct Case {
  const char* row;
  Expr (*textbook)(Terms&);
  std::vector<double> extreme;   ///< entries of x where the textbook formula is not finite
  std::vector<double> expected;  ///< the value there, from the mathematics
};

const double log2 = std::log(2.0);
const std::vector<Case> cases = {
    {"log of exp", [](Terms& t) { return t.f(Function::log, t.f(Function::exp, t.x)); }, {1000, -1000}, {1000, -1000}},
    {"log-sum-exp",
     [](Terms& t) { return t.f(Function::log, summed_all(t.pool, t.f(Function::exp, t.x))); },
     {1000, 1000},
     {1000 + log2}},
    {"log-sum-exp",
     [](Terms& t) { return t.f(Function::log, summed_all(t.pool, t.f(Function::exp, t.x))); },
     {-1000, -1000},
     {-1000 + log2}},
    {"softplus",
     [](Terms& t) { return t.f(Function::log, t.plus(t.ones, t.f(Function::exp, t.x))); },
     {1000, 800},
     {1000, 800}},
    {"log-sigmoid",
     [](Terms& t) { return t.f(Function::log, t.f(Function::sigmoid, t.x)); },
     {-1000, -800},
     {-1000, -800}},
    {"log of one minus sigmoid",
     [](Terms& t) { return t.f(Function::log, t.minus(t.ones, t.f(Function::sigmoid, t.x))); },
     {1000, 40},
     {-1000, -40}},
    {"log of two exponentials",
     [](Terms& t) {
       return t.f(Function::log, t.plus(t.f(Function::exp, t.x), t.f(Function::exp, scaled(t.pool, 2, t.x))));
     },
     {1000, -1000},
     {2000, -1000}},
    {"log-cosh",
     [](Terms& t) { return t.f(Function::log, t.f(Function::cosh, t.x)); },
     {1000, -1000},
     {1000 - log2, 1000 - log2}},
    {"sigmoid",
     [](Terms& t) { return t.f(Function::log, t.inverse(t.plus(t.ones, t.f(Function::exp, negated(t.pool, t.x))))); },
     {-1000, -800},
     {-1000, -800}},
    {"log1p",
     [](Terms& t) {
       return scaled(t.pool, Rational(1000000000) * Rational(1000000000), t.f(Function::log, t.plus(t.ones, t.x)));
     },
     {1e-18, 2e-18},
     {1, 2}},
    {"expm1",
     [](Terms& t) {
       return hadamard(t.pool, {t.inverse(t.minus(t.f(Function::exp, t.x), t.ones)), t.x});
     },
     {1e-18, 1e-300},
     {1, 1}},
    {"power of exp",
     [](Terms& t) {
       return hadamard(t.pool, {t.f(Function::exp, t.x), t.inverse(make_power(t.pool, t.f(Function::exp, t.x), 2))});
     },
     {1000, 500},
     {0, std::exp(-500.0)}},
    {"softmax", [](Terms& t) { return t.softmax(); }, {1000, 1000}, {0.5, 0.5}},
    {"softmax", [](Terms& t) { return t.f(Function::log, t.softmax()); }, {1000, 0}, {0, -1000}},
    {"softmax",
     [](Terms& t) {
       return negated(t.pool, summed_all(t.pool, hadamard(t.pool, {t.y, t.f(Function::log, t.softmax())})));
     },
     {0, 1000},
     {1000}},
    {"exp times sigmoid",
     [](Terms& t) {
       return hadamard(t.pool, {t.f(Function::exp, t.x), t.inverse(t.plus(t.ones, t.f(Function::exp, t.x)))});
     },
     {1000, 800},
     {1, 1}},
    {"exp times sigmoid",
     [](Terms& t) {
       const Expr e = t.f(Function::exp, t.x);
       return hadamard(t.pool, {e, make_power(t.pool, t.plus(t.ones, e), -2)});
     },
     {1000, 720},
     {0, std::exp(-720.0)}},
    {"tanh",
     [](Terms& t) {
       const Expr up = t.f(Function::exp, t.x), down = t.f(Function::exp, negated(t.pool, t.x));
       return hadamard(t.pool, {t.minus(up, down), t.inverse(t.plus(up, down))});
     },
     {1000, -1000},
     {1, -1}},
    {"tanh of a half",
     [](Terms& t) {
       const Expr w = t.f(Function::exp, scaled(t.pool, 2, t.x));
       return hadamard(t.pool, {t.minus(w, t.ones), t.inverse(t.plus(w, t.ones))});
     },
     {1000, -1000},
     {1, -1}},
    {"area sine",
     [](Terms& t) {
       const Expr root = t.f(Function::sqrt, t.plus(t.ones, make_power(t.pool, t.x, 2)));
       return t.f(Function::log, t.plus(t.x, root));
     },
     {-1e10, 1e-9},
     {-23.7189981105004, 1e-9}},
    {"tanh of hyperbolics",
     [](Terms& t) {
       return hadamard(t.pool, {t.f(Function::sinh, t.x), t.inverse(t.f(Function::cosh, t.x))});
     },
     {1000, -1000},
     {1, -1}},
    {"product of exponentials",
     [](Terms& t) {
       return hadamard(t.pool, {t.f(Function::exp, t.x), t.f(Function::exp, scaled(t.pool, -1, t.x))});
     },
     {1000, -1000},
     {1, 1}},
};

}  // namespace

TEST_CASE("textbook formulas become finite, and keep their value") {
  for (const Case& row : cases) {
    CAPTURE(std::string(row.row));
    Terms t;
    const Expr textbook = row.textbook(t);
    std::vector<std::string_view> used;
    const Expr stable = stabilised(t.pool, {textbook}, &used)[0];
    CAPTURE(graph_text(t.pool, {textbook}));
    CAPTURE(graph_text(t.pool, {stable}));
    CHECK(std::find(used.begin(), used.end(), row.row) != used.end());
    Bindings tame{{{"n", 2}}, {{t.x, {{2}, {0.7, -1.3}}}, {t.y, {{2}, {1, 0}}}}};
    if (std::string_view(row.row) == "log1p") tame.inputs[t.x].values = {0.7, 0.3};
    CHECK(difference(evaluate(t.pool, stable, tame), evaluate(t.pool, textbook, tame)) < 1e-12);
    Bindings extreme = tame;
    extreme.inputs[t.x].values = row.extreme;
    const Tensor before = evaluate(t.pool, textbook, extreme);
    const Tensor expected{before.extents, row.expected};
    const std::string_view name = row.row;
    if (name != "log of one minus sigmoid" || row.extreme[0] > 700) CHECK(difference(before, expected) > 1e-6);
    CHECK(difference(evaluate(t.pool, stable, extreme), expected) < 1e-12);
    CHECK(difference(planned(t.pool, {textbook}, extreme)[0], expected) < 1e-12);
  }
}

TEST_CASE("every row of stable forms is in the table above") {
  for (const StableForm& form : stable_forms()) {
    CAPTURE(std::string(form.name));
    CHECK(std::any_of(cases.begin(), cases.end(), [&](const Case& row) { return row.row == form.name; }));
  }
}

TEST_CASE("what only looks like a row is left alone") {
  Terms t;
  const Expr e = t.f(Function::exp, t.x);
  const Expr other = t.f(Function::exp, t.y);
  for (const Expr plain : {t.f(Function::log, t.plus(scaled(t.pool, 2, t.ones), e)),               // log(2 + exp x)
                           hadamard(t.pool, {e, t.spread(t.inverse(summed_all(t.pool, other)))}),  // another sum
                           t.f(Function::log, make_einsum(t.pool, {}, {{e, {0}}, {t.y, {0}}}, {t.n})),  // weighted
                           t.plus(e, t.ones)}) {
    CHECK(stabilised(t.pool, {plain})[0] == plain);
  }
}
