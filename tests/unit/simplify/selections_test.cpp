// Rows over windows that read axis by axis: slices, paddings, entries.
#include "bench.h"

namespace gradwright {
namespace {

/// x[k + 1 : k + length].
Expr slice(Bench& b, Expr of, std::int64_t k, Dim length) {
  return make_window(b.pool, of, {length}, {{{{0, 1}}, b.pool.dims().constant(k)}});
}
/// Columns k + 1 … k + length of the identity.
Expr columns(Bench& b, std::int64_t k, Dim length) {
  DimTable& dims = b.pool.dims();
  return make_window(b.pool, make_identity(b.pool, b.n), {b.n, length},
                     {{{{0, 1}}, dims.constant(0)}, {{{1, 1}}, dims.constant(k)}});
}
Expr unit(Bench& b, std::int64_t k) {
  return make_window(b.pool, make_ones(b.pool, {b.pool.dims().one()}), {b.n}, {{{{0, 1}}, b.pool.dims().constant(-k)}});
}

}  // namespace

TEST_CASE("selection") {
  Bench b;
  const Dim three = b.pool.dims().constant(3);
  const Expr v = make_input(b.pool, {"v", Role::data, Property::none, {three, b.pool.dims().one()}});
  const Expr placed = make_window(b.pool, v, {b.n}, {{{{0, 1}}, b.pool.dims().constant(-1)}});
  b.becomes(make_einsum(b.pool, {0}, {{columns(b, 1, three), {0, 1}}, {v, {1}}}, {b.n, three}), "selection", placed);
  b.becomes(make_einsum(b.pool, {1}, {{columns(b, 1, three), {0, 1}}, {b.x, {0}}}, {b.n, three}), "selection",
            slice(b, b.x, 1, three));
  b.silent(columns(b, 1, three), "selection");
}

TEST_CASE("unit-vector") {
  Bench b;
  const Dim one = b.pool.dims().one();
  const Expr entry = summed_all(b.pool, slice(b, b.x, 2, one));
  b.becomes(make_einsum(b.pool, {}, {{unit(b, 2), {0}}, {b.x, {0}}}, {b.n}), "unit-vector", entry);
  b.becomes(make_einsum(b.pool, {}, {{unit(b, 2), {0}}, {unit(b, 3), {0}}}, {b.n}), "unit-vector",
            make_literal(b.pool, 0));
  b.silent(make_einsum(b.pool, {0, 1}, {{unit(b, 2), {0}}, {b.x, {1}}}, {b.n, b.n}), "unit-vector");
}

TEST_CASE("axes-in-order, window-of-window, larger-identity") {
  Bench b;
  DimTable& dims = b.pool.dims();
  const Dim zero = dims.constant(0), two = dims.constant(2);
  const Expr A = make_input(b.pool, {"A", Role::data, Property::none, {b.n, b.m}});
  const Expr turned = make_window(b.pool, A, {b.m, two}, {{{{1, 1}}, dims.one()}, {{{0, 1}}, zero}});
  b.becomes(turned, "axes-in-order",
            transposed(b.pool, make_window(b.pool, A, {two, b.m}, {{{{0, 1}}, dims.one()}, {{{1, 1}}, zero}})));
  const Dim four = dims.constant(4);
  b.becomes(slice(b, slice(b, b.x, 1, four), 2, two), "window-of-window", slice(b, b.x, 3, two));
  b.silent(slice(b, make_window(b.pool, b.x, {b.n}, {{{{0, 1}}, dims.constant(-1)}}), -1, b.n), "window-of-window");
  // The inner one has axis 1 of A whole: what is outside of it is outside of A.
  const Expr rows = make_window(b.pool, A, {two, b.m}, {{{{0, 1}}, dims.one()}, {{{1, 1}}, zero}});
  const Expr shifted = make_window(b.pool, rows, {two, b.m}, {{{{0, 1}}, zero}, {{{1, 1}}, dims.constant(-1)}});
  b.becomes(shifted, "window-of-window",
            make_window(b.pool, A, {two, b.m}, {{{{0, 1}}, dims.one()}, {{{1, 1}}, dims.constant(-1)}}));
  const Expr padded =
      make_window(b.pool, make_identity(b.pool, two), {b.n, two}, {{{{0, 1}}, dims.constant(-1)}, {{{1, 1}}, zero}});
  b.becomes(padded, "larger-identity", columns(b, 1, two));
}

}  // namespace gradwright
