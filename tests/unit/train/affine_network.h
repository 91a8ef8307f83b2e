// A network whose gradients are written by hand, and an optimiser with a state.
#pragma once

#include <doctest/doctest.h>

#include "../data/folder.h"
#include "ir/make.h"
#include "train/train.h"

namespace gradwright {

/// L = ½‖W·x + b − y‖²·w for one sample, gradients by hand; w = det(x·xᵀ + 1) has no batched form.
struct AffineNetwork {
  Pool pool;
  TrainTask task;

  explicit AffineNetwork(bool with_determinant = false) {
    const Dim d = pool.dims().constant(3), k = pool.dims().constant(2), one = pool.dims().one();
    const Expr W = make_input(pool, {"W", Role::parameter, Property::none, {k, d}});
    const Expr b = make_input(pool, {"b", Role::parameter, Property::none, {k, one}});
    const Expr x = make_input(pool, {"x", Role::data, Property::none, {d, one}});
    const Expr y = make_input(pool, {"y", Role::data, Property::none, {k, one}});
    const Expr outer = make_einsum(pool, {0, 1}, {{x, {0}}, {x, {1}}}, {d, d});
    const Expr w = with_determinant
                       ? make_matrix(pool, MatrixKind::determinant, sum_of(pool, outer, make_identity(pool, d)))
                       : make_literal(pool, 1);
    const Expr p = sum_of(pool, make_einsum(pool, {0}, {{W, {0, 1}}, {x, {1}}}, {k, d}), b);
    const Expr e = difference_of(pool, p, y);
    task.loss = scaled(pool, Rational(1, 2), make_einsum(pool, {}, {{w, {}}, {e, {0}}, {e, {0}}}, {k}));
    task.gradients = {make_einsum(pool, {0, 1}, {{w, {}}, {e, {0}}, {x, {1}}}, {k, d}),
                      make_einsum(pool, {0}, {{w, {}}, {e, {0}}}, {k})};
    task.features = x;
    task.target = y;
    task.prediction = p;
    task.parameters = {{"W", W, "normal", {0, 1}}, {"b", b, "zeros", {}}};
  }
};

/// v ← 0.9·v + g, θ ← θ − 0.01·v
inline tl::expected<Stepping, Diagnostic> momentum(Pool& pool, const std::vector<Parameter>& parameters,
                                                   const std::vector<Expr>& gradients) {
  Stepping stepping;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const Shape surface = pool.payload<InputInfo>(parameters[p].input).surface;
    const Expr v = make_input(pool, {"v of " + parameters[p].name, Role::cut, Property::none, surface});
    const Expr next = sum_of(pool, scaled(pool, Rational(9, 10), v), gradients[p]);
    stepping.states.push_back(v);
    stepping.updates.push_back({v, next});
    stepping.updates.push_back(
        {parameters[p].input, difference_of(pool, parameters[p].input, scaled(pool, Rational(1, 100), next))});
  }
  return stepping;
}

/// The same bits, but for the sum of the losses of an epoch, which may have been added up in other parts.
inline void check_same(const Trained& found, const Trained& expected) {
  REQUIRE(found.parameters.size() == expected.parameters.size());
  for (std::size_t p = 0; p < found.parameters.size(); ++p)
    CHECK(found.parameters[p].values == expected.parameters[p].values);
  REQUIRE(found.epochs.size() == expected.epochs.size());
  for (std::size_t e = 0; e < found.epochs.size(); ++e) {
    CHECK(found.epochs[e].loss == doctest::Approx(expected.epochs[e].loss).epsilon(1e-6));
    CHECK(found.epochs[e].test_loss == expected.epochs[e].test_loss);
    CHECK(found.epochs[e].test_rmse == expected.epochs[e].test_rmse);
  }
  CHECK(found.training_samples == expected.training_samples);
  CHECK(found.best_epoch == expected.best_epoch);
}

}  // namespace gradwright
