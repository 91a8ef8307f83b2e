// What affine indices reach: inside for all sizes, outside for all sizes, or neither.
#include "ir/reach.h"

#include <doctest/doctest.h>

using namespace gradwright;

TEST_CASE("a polynomial that is 0 at least for all sizes") {
  DimTable dims;
  const Dim n = dims.symbol("n"), m = dims.symbol("m");
  const auto holds = [&](Dim dim) { return is_nonnegative(dims, dim); };
  CHECK(holds(dims.constant(0)));
  CHECK(holds(dims.sum(n, dims.one(), -1)));
  CHECK(holds(dims.sum(dims.product(n, m), n, -1)));
  CHECK(holds(dims.sum(dims.sum(n, m), dims.constant(2), -1)));
  CHECK_FALSE(holds(dims.constant(-1)));
  CHECK_FALSE(holds(dims.sum(n, dims.constant(2), -1)));
  CHECK_FALSE(holds(dims.sum(n, m, -1)));
}

TEST_CASE("where an index reads") {
  DimTable dims;
  const Dim n = dims.symbol("n"), h = dims.symbol("h");
  const Dim zero = dims.constant(0), two = dims.constant(2), three = dims.constant(3);
  const Shape out{dims.sum(dims.sum(n, h, -1), dims.one()), h};
  const AffineIndex window{{{0, 1}, {1, 1}}, zero};
  const Reach reach = reach_of(dims, window, out);
  CHECK(reach.first == zero);
  CHECK(reach.last == dims.sum(n, dims.one(), -1));
  CHECK(reads_inside(dims, window, out, n));
  CHECK_FALSE(reads_inside(dims, {{{0, 1}, {1, -1}}, zero}, out, n));
  CHECK_FALSE(reads_inside(dims, {{{0, 1}, {1, 1}}, dims.one()}, out, n));
  // Six of n entries: where a sheet reads the sixth, or one behind it. Of 5 entries it is known.
  const AffineIndex strided{{{0, 2}, {1, 1}}, zero};
  CHECK_FALSE(reads_inside(dims, strided, {three, two}, n));
  dims.assume_nonnegative(dims.sum(n, dims.constant(6), -1));
  CHECK(reads_inside(dims, strided, {three, two}, n));
  CHECK_FALSE(reads_inside(dims, strided, {dims.sum(three, dims.one()), two}, n));
  CHECK_FALSE(reads_inside(dims, strided, {three, two}, dims.constant(5)));
  CHECK(reads_inside(dims, strided, {two, three}, dims.constant(5)));
}
