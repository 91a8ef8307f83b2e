// The evaluator against values worked by hand, one case a node kind. Tensors are column-major: [1 3; 2 4] holds 1 2 3 4.
#include "ir/evaluate.h"

#include <doctest/doctest.h>

#include <cmath>

#include "ir/make.h"

namespace gradwright {
namespace {

struct Numbers {
  Pool pool;
  Bindings bindings{{{"n", 2}, {"m", 3}}, {}};
  Dim n = pool.dims().symbol("n");
  Dim m = pool.dims().symbol("m");
  Expr A = bound("A", {n, n}, {1, 2, 3, 4});         // [1 3; 2 4]
  Expr B = bound("B", {n, m}, {1, -1, 2, 0, 5, 7});  // [1 2 5; -1 0 7]
  Expr x = bound("x", {n, pool.dims().one()}, {10, 20});
  Expr z = bound("z", {m, pool.dims().one()}, {1, 2, 4});
  Expr s = bound("s", {}, {3});

  Expr bound(const char* name, const Shape& surface, std::vector<double> values) {
    const Expr e = make_input(pool, {name, Role::data, Property::none, surface});
    Tensor tensor{{}, std::move(values)};
    for (const Dim dim : pool.shape(e)) tensor.extents.push_back(*pool.dims().value(dim, bindings.dims));
    bindings.inputs[e] = tensor;
    return e;
  }
  void gives(Expr e, const std::vector<double>& expected) const {
    const Tensor found = evaluate(pool, e, bindings);
    REQUIRE(found.values.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
      CHECK(found.values[i] == doctest::Approx(expected[i]).epsilon(1e-12));
  }
};

}  // namespace

TEST_CASE("einsum") {
  Numbers v;
  v.gives(make_einsum(v.pool, {0, 2}, {{v.A, {0, 1}}, {v.B, {1, 2}}}, {v.n, v.n, v.m}), {-2, -2, 2, 4, 26, 38});
  v.gives(make_einsum(v.pool, {0}, {{v.B, {0, 1}}, {v.z, {1}}}, {v.n, v.m}), {25, 27});
  v.gives(transposed(v.pool, v.B), {1, 2, 5, -1, 0, 7});
  v.gives(make_einsum(v.pool, {}, {{v.A, {0, 0}}}, {v.n}), {5});
  v.gives(make_einsum(v.pool, {0}, {{v.A, {0, 0}}}, {v.n}), {1, 4});
  v.gives(make_einsum(v.pool, {0, 0}, {{v.x, {0}}}, {v.n}), {10, 0, 0, 20});
  v.gives(make_einsum(v.pool, {0, 1}, {{v.x, {0}}, {v.z, {1}}}, {v.n, v.m}), {10, 20, 20, 40, 40, 80});
  v.gives(make_ones(v.pool, {v.m}), {1, 1, 1});
  v.gives(make_identity(v.pool, v.n), {1, 0, 0, 1});
  v.gives(make_size(v.pool, v.pool.dims().product(v.n, v.m)), {6});
  v.gives(summed(v.pool, v.B, {0}), {0, 2, 12});
  v.gives(summed(v.pool, v.B, {1}), {8, 6});
  v.gives(broadcast(v.pool, v.z, {v.n, v.m}, {1}), {1, 1, 2, 2, 4, 4});
  // tr(AAA): A² = [7 15; 10 22], A³ = [37 81; 54 118]
  v.gives(make_einsum(v.pool, {}, {{v.A, {0, 1}}, {v.A, {1, 2}}, {v.A, {2, 0}}}, {v.n, v.n, v.n}), {155});
  v.gives(make_einsum(v.pool, {}, {{v.x, {0}}, {v.z, {1}}}, {v.n, v.m}), {210});
}

TEST_CASE("a chain of matrices with vectors between them stays a vector") {
  // y = M·(d ⊙ M·(d ⊙ … x)), flattened into one product of 40 matrices and 40 vectors: 2⁴⁰ numbers if the vectors came last.
  Numbers v;
  const Expr M = v.bound("M", {v.n, v.n}, {0.5, 1, -0.5, 0.25});  // [0.5 -0.5; 1 0.25]
  const Expr d = v.bound("d", {v.n, v.pool.dims().one()}, {1.5, -0.5});
  std::vector<Factor> factors;
  constexpr Label layers = 40;
  for (Label k = 0; k < layers; ++k) factors.push_back({M, {k, static_cast<Label>(k + 1)}});
  for (Label k = 1; k <= layers; ++k) factors.push_back({d, {k}});
  factors.push_back({v.x, {layers}});
  double first = 10, second = 20;
  for (Label k = 0; k < layers; ++k) {
    const double upper = 1.5 * first, lower = -0.5 * second;
    first = 0.5 * upper - 0.5 * lower;
    second = upper + 0.25 * lower;
  }
  v.gives(make_einsum(v.pool, {0}, factors, Shape(layers + 1, v.n)), {first, second});
}

TEST_CASE("literal, add, map") {
  Numbers v;
  v.gives(make_literal(v.pool, {-3, 4}), {-0.75});
  v.gives(make_add(v.pool, {v.n}, {{{1, 2}, v.x}, {-1, make_ones(v.pool, {v.n})}}), {4, 9});
  v.gives(make_zero(v.pool, {v.n, v.m}), {0, 0, 0, 0, 0, 0});
  v.gives(make_map(v.pool, Function::relu, {v.B}), {1, 0, 2, 0, 5, 7});
  v.gives(make_power(v.pool, v.x, -1), {0.1, 0.05});
  v.gives(make_map(v.pool, Function::max, {v.A, transposed(v.pool, v.A)}), {1, 3, 3, 4});
}

TEST_CASE("fold") {
  Numbers v;
  v.gives(make_fold(v.pool, FoldKind::max, v.B, {0}), {1, 2, 7});
  v.gives(make_fold(v.pool, FoldKind::min, v.B, {1}), {1, -1});
  v.gives(make_fold(v.pool, FoldKind::prod, v.B, {1}), {10, 0});
  v.gives(make_fold(v.pool, FoldKind::prod, v.A, {0, 1}), {24});
  v.gives(make_fold(v.pool, FoldKind::logsumexp, v.x, {0}), {20 + std::log1p(std::exp(-10.0))});
  Numbers far;
  far.bindings.inputs[far.x].values = {1000, 1000};
  far.gives(make_fold(far.pool, FoldKind::logsumexp, far.x, {0}), {1000 + std::log(2.0)});
}

TEST_CASE("window: zero outside") {
  Numbers v;
  DimTable& dims = v.pool.dims();
  const Dim zero = dims.constant(0);
  v.gives(make_window(v.pool, v.z, {dims.sum(v.m, dims.constant(2))}, {{{{0, 1}}, dims.constant(-1)}}),
          {0, 1, 2, 4, 0});
  v.gives(make_window(v.pool, v.z, {v.m}, {{{{0, -1}}, dims.sum(v.m, dims.one(), -1)}}), {4, 2, 1});  // reversed
  v.gives(make_window(v.pool, v.z, {v.n}, {{{{0, 2}}, zero}}), {1, 4});
  v.gives(make_window(v.pool, v.B, {}, {{{}, dims.one()}, {{}, dims.constant(2)}}), {7});  // the entry B[2,3]
  // Sliding pairs: out[i,k] = z[i + k]
  v.gives(make_window(v.pool, v.z, {v.n, v.n}, {{{{0, 1}, {1, 1}}, zero}}), {1, 2, 2, 4});
}

TEST_CASE("reshape, gather") {
  Numbers v;
  v.gives(make_reshape(v.pool, v.B, {v.pool.dims().product(v.n, v.m)}), {1, -1, 2, 0, 5, 7});
  const Expr picks = v.bound("picks", {v.m, v.pool.dims().one()}, {2, 1, 2});
  const Expr rows = make_gather(v.pool, v.B, picks);
  v.gives(rows, {-1, 1, -1, 0, 2, 0, 7, 5, 7});
  v.gives(make_gather(v.pool, v.x, make_literal(v.pool, 2)), {20});
  CHECK(std::isnan(evaluate(v.pool, make_gather(v.pool, v.x, v.s), v.bindings).values[0]));  // row 3 of 2
  CHECK(std::isnan(evaluate(v.pool, make_gather(v.pool, v.x, make_literal(v.pool, 0)), v.bindings).values[0]));
}

TEST_CASE("matrix functions") {
  Numbers v;
  v.gives(make_matrix(v.pool, MatrixKind::inverse, v.A), {-2, 1, 1.5, -0.5});
  v.gives(make_matrix(v.pool, MatrixKind::determinant, v.A), {-2});
  v.gives(make_matrix(v.pool, MatrixKind::log_determinant, v.A), {std::log(2.0)});
  v.gives(make_matrix_power(v.pool, v.A, v.pool.dims().constant(3)), {37, 54, 81, 118});
  v.gives(make_matrix_power(v.pool, v.A, v.pool.dims().constant(-2)), {5.5, -2.5, -3.75, 1.75});
  v.bindings.inputs[v.A].values = {0, 1, 1, 0};  // the first pivot is zero
  v.gives(make_matrix(v.pool, MatrixKind::inverse, v.A), {0, 1, 1, 0});
  v.gives(make_matrix(v.pool, MatrixKind::determinant, v.A), {-1});
  v.bindings.inputs[v.A].values = {1, 2, 2, 4};
  v.gives(make_matrix(v.pool, MatrixKind::determinant, v.A), {0});
}

TEST_CASE("what is not bound is named") {
  Numbers v;
  const Expr w = make_input(v.pool, {"w", Role::data, Property::none, {}});
  const Expr e = sum_of(v.pool, w, v.s);
  CHECK(missing_bindings(v.pool, {e}, v.bindings) == std::vector<Expr>{w});
  CHECK(missing_bindings(v.pool, {v.s}, v.bindings).empty());
  CHECK(evaluate(v.pool, std::vector<Expr>{v.s, v.s}, v.bindings).size() == 2);
}

TEST_CASE("an axis without entries") {
  Numbers v;
  v.bindings.dims["n"] = 0;
  v.bindings.inputs[v.x] = {{0}, {}};
  v.gives(summed_all(v.pool, v.x), {0});
  v.gives(make_map(v.pool, Function::exp, {v.x}), {});
}

}  // namespace gradwright
