// Leaves to build examples of, and a judge of what the simplifier did: which rows fired, and that every step keeps the value.
#pragma once

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "../ir/filled.h"
#include "ir/make.h"
#include "simplify/rules.h"
#include "simplify/simplify.h"

namespace gradwright {

struct Bench {
  Pool pool;
  Names names;
  Dim n = pool.dims().symbol("n");
  Dim m = pool.dims().symbol("m");
  Expr x = vector("x"), y = vector("y"), q = vector("q", Property::positive), p = vector("p", Property::prob);
  Expr A = matrix("A"), B = matrix("B"), C = matrix("C");

  Expr vector(const char* name, Property facts = Property::none) {
    return make_input(pool, {name, Role::data, facts, {n, pool.dims().one()}});
  }
  Expr matrix(const char* name, Property facts = Property::none) {
    return make_input(pool, {name, Role::data, facts, {n, n}});
  }
  Expr map(Function function, Expr e) { return make_map(pool, function, {e}); }
  Expr times(Expr a, Expr b) { return make_einsum(pool, {0, 2}, {{a, {0, 1}}, {b, {1, 2}}}, {n, n, n}); }
  Expr applied(Expr a, Expr v) { return make_einsum(pool, {0}, {{a, {0, 1}}, {v, {1}}}, {n, n}); }
  Expr inverse(Expr a) { return make_matrix(pool, MatrixKind::inverse, a); }

  /// Names of the rows that fired; every step and the whole keep the value.
  std::set<std::string> fired(Expr e, Expr* result = nullptr) {
    Trace trace;
    const Expr simple = simplified(pool, {e}, names, trace)[0];
    if (result != nullptr) *result = simple;
    trace.push_back({Step::Kind::rewrite, "", e, simple, {}, 0});
    std::set<std::string> rules;
    for (const Step& step : trace) {
      CAPTURE(step.rule);
      CHECK((step.kind == Step::Kind::rewrite));
      REQUIRE(pool.shape(step.before) == pool.shape(step.after));
      const Bindings at = filled(pool, {step.before, step.after}, {{"n", 3}, {"m", 2}});
      const Tensor before = evaluate(pool, step.before, at);
      const Tensor after = evaluate(pool, step.after, at);
      for (std::size_t k = 0; k < before.values.size(); ++k)
        CHECK(after.values[k] == doctest::Approx(before.values[k]).epsilon(1e-9).scale(1));
      if (!step.rule.empty()) rules.insert(step.rule);
    }
    return rules;
  }
  void becomes(Expr e, const std::string& rule, Expr expected) {
    CAPTURE(rule);
    Expr result;
    const std::set<std::string> rules = fired(e, &result);
    CHECK(rules.contains(rule));
    CHECK(result == expected);
  }
  void silent(Expr e, const std::string& rule) {
    CAPTURE(rule);
    CHECK_FALSE(fired(e).contains(rule));
  }
};

}  // namespace gradwright
