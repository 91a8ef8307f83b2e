// Rows that let a part stand once, and rows over tiles: where they hold they fire, else they are silent.
#include "bench.h"
#include "ir/pooling.h"

namespace gradwright {

TEST_CASE("shared-factor: only where it gets no longer") {
  Bench b;
  const Expr ones = make_ones(b.pool, {b.n});
  // x⊙y + x⊙y⊙q = x⊙y⊙(1 + q)
  const Expr swish = sum_of(b.pool, hadamard(b.pool, {b.x, b.y}), hadamard(b.pool, {b.x, b.y, b.q}));
  b.becomes(swish, "shared-factor", hadamard(b.pool, {b.x, b.y, sum_of(b.pool, ones, b.q)}));
  b.silent(sum_of(b.pool, hadamard(b.pool, {b.x, b.q}), hadamard(b.pool, {b.y, b.p})), "shared-factor");
  // u·vᵀ + diag(u)·A: with u outside, v would have to be repeated.
  const Expr outer = make_einsum(b.pool, {0, 1}, {{b.x, {0}}, {b.y, {1}}}, {b.n, b.n});
  const Expr scaled_rows = make_einsum(b.pool, {0, 1}, {{b.x, {0}}, {b.A, {0, 1}}}, {b.n, b.n});
  b.silent(sum_of(b.pool, outer, scaled_rows), "shared-factor");
  // A⊙(B·C) + A⊙(x·1ᵀ) = A⊙(B·C + x·1ᵀ)
  const Expr product = make_einsum(b.pool, {0, 2}, {{b.A, {0, 2}}, {b.B, {0, 1}}, {b.C, {1, 2}}}, {b.n, b.n, b.n});
  const Expr beside = sum_of(b.pool, b.times(b.B, b.C), broadcast(b.pool, b.x, {b.n, b.n}, {0}));
  b.becomes(sum_of(b.pool, product, scaled_rows), "shared-factor", hadamard(b.pool, {b.A, beside}));
}

TEST_CASE("shared-factor: a scalar before a diagonal") {
  Bench b;
  const Expr over = make_power(b.pool, make_input(b.pool, {"s", Role::data, Property::positive, {}}), -1);
  const Expr diagonal = make_einsum(b.pool, {0, 0}, {{b.x, {0}}, {over, {}}}, {b.n});
  const Expr full = make_einsum(b.pool, {0, 1}, {{b.A, {0, 1}}, {over, {}}}, {b.n, b.n});
  const Expr inside = sum_of(b.pool, make_einsum(b.pool, {0, 0}, {{b.x, {0}}}, {b.n}), b.A);
  b.becomes(sum_of(b.pool, diagonal, full), "shared-factor",
            make_einsum(b.pool, {0, 1}, {{inside, {0, 1}}, {over, {}}}, {b.n, b.n}));
  // diag(x⊙q) + A·diag(x) share x only on the diagonal.
  const Expr bent = make_einsum(b.pool, {0, 0}, {{b.x, {0}}, {b.q, {0}}}, {b.n});
  const Expr columns = make_einsum(b.pool, {0, 1}, {{b.A, {0, 1}}, {b.x, {1}}}, {b.n, b.n});
  b.silent(sum_of(b.pool, bent, columns), "shared-factor");
}

TEST_CASE("shared-factor: of two powers below the stroke, the lower one") {
  Bench b;
  const auto over = [&](Expr u, int power) { return hadamard(b.pool, {u, make_power(b.pool, b.q, -power)}); };
  // x⊘q + y⊘q³ = (x + y⊘q²)⊘q
  b.becomes(sum_of(b.pool, over(b.x, 1), over(b.y, 3)), "shared-factor", over(sum_of(b.pool, b.x, over(b.y, 2)), 1));
  b.silent(sum_of(b.pool, over(b.x, 1), hadamard(b.pool, {b.y, b.q})), "shared-factor");  // q itself is not below it
}

TEST_CASE("named-quotient: by the square of what a named quotient divides by") {
  Bench b;
  const Expr u = summed_all(b.pool, make_power(b.pool, b.x, 2));
  const Expr s = b.map(Function::sqrt, u);
  const auto over = [&](Expr of, Expr below, int power) {
    return make_einsum(b.pool, {0}, {{of, {0}}, {make_power(b.pool, below, -power), {}}}, {b.n});
  };
  b.silent(over(b.x, u, 1), "named-quotient");
  b.names.insert_or_assign(over(b.x, s, 1), {"unit", {b.n, b.pool.dims().one()}});
  b.becomes(over(b.x, u, 1), "named-quotient", over(over(b.x, s, 1), s, 1));
  b.silent(over(b.y, u, 1), "named-quotient");
}

TEST_CASE("meeting-sign") {
  Bench b;
  const Expr sign = b.map(Function::sign, b.x);
  const Expr size = b.map(Function::abs, b.x);
  b.becomes(hadamard(b.pool, {b.x, sign, b.y}), "meeting-sign", hadamard(b.pool, {size, b.y}));
  b.becomes(hadamard(b.pool, {size, sign, b.y}), "meeting-sign", hadamard(b.pool, {b.x, b.y}));
  b.silent(hadamard(b.pool, {b.y, sign}), "meeting-sign");
  b.silent(make_einsum(b.pool, {0, 1}, {{b.x, {0}}, {sign, {1}}}, {b.n, b.n}), "meeting-sign");  // x·sign(x)'
}

TEST_CASE("named-product: only where the product has a name") {
  Bench b;
  const Expr use = make_einsum(b.pool, {0}, {{b.A, {0, 1}}, {b.B, {1, 2}}, {b.x, {2}}}, {b.n, b.n, b.n});
  b.silent(use, "named-product");
  b.names.insert_or_assign(b.applied(b.B, b.x), {"z", {b.n, b.pool.dims().one()}});
  b.becomes(use, "named-product", b.applied(b.A, b.applied(b.B, b.x)));
  // B's rows meet something else too: they are not summed in z.
  const Expr elsewhere = make_einsum(b.pool, {0}, {{b.B, {0, 1}}, {b.x, {1}}, {b.y, {1}}}, {b.n, b.n});
  b.silent(elsewhere, "named-product");
}

TEST_CASE("named-quotient: divided by what is repeated") {
  Bench b;
  const Expr repeated = broadcast(b.pool, b.q, {b.n, b.n}, {1});
  const Expr quotient = hadamard(b.pool, {b.A, make_power(b.pool, repeated, -1)});
  const Expr use =
      make_einsum(b.pool, {0, 1}, {{b.A, {0, 1}}, {make_power(b.pool, b.q, -1), {1}}, {b.x, {0}}}, {b.n, b.n});
  b.silent(use, "named-quotient");
  b.names.insert_or_assign(quotient, {"Y", {b.n, b.n}});
  b.becomes(use, "named-quotient", make_einsum(b.pool, {0, 1}, {{quotient, {0, 1}}, {b.x, {0}}}, {b.n, b.n}));
  const Expr other_axis =
      make_einsum(b.pool, {0, 1}, {{b.A, {0, 1}}, {make_power(b.pool, b.q, -1), {0}}, {b.x, {0}}}, {b.n, b.n});
  b.silent(other_axis, "named-quotient");
}

TEST_CASE("function-of-repetition") {
  Bench b;
  const Expr repeated = broadcast(b.pool, b.x, {b.n, b.m}, {0});
  b.becomes(b.map(Function::tanh, repeated), "function-of-repetition",
            broadcast(b.pool, b.map(Function::tanh, b.x), {b.n, b.m}, {0}));
  b.silent(b.map(Function::tanh, b.times(b.A, b.B)), "function-of-repetition");
  b.silent(b.map(Function::tanh, make_einsum(b.pool, {0, 0}, {{b.x, {0}}}, {b.n})),
           "function-of-repetition");  // tanh(diag(x))
  // A row of ones(m)·n is no repetition of x: Σ over a label of its own.
  b.silent(b.map(Function::tanh, make_einsum(b.pool, {0, 1}, {{b.x, {0}}}, {b.n, b.m, b.n})), "function-of-repetition");
}

TEST_CASE("meeting-functions") {
  Bench b;
  const Expr relu = b.map(Function::relu, b.x);
  b.becomes(hadamard(b.pool, {relu, b.map(Function::step, b.x), b.y}), "meeting-functions",
            hadamard(b.pool, {relu, b.y}));
  b.silent(hadamard(b.pool, {relu, b.map(Function::step, b.y)}), "meeting-functions");
  const Expr sinh = b.map(Function::sinh, b.x);
  const auto over_cosh = [&](Expr u) { return make_power(b.pool, b.map(Function::cosh, u), -1); };
  b.becomes(hadamard(b.pool, {sinh, over_cosh(b.x)}), "meeting-functions", b.map(Function::tanh, b.x));
  b.silent(hadamard(b.pool, {sinh, over_cosh(b.y)}), "meeting-functions");
}

namespace {

/// Windows X[2k + p, 2l + q] with their maxima taken over p and q.
Expr pooled(Bench& b, Expr X) {
  const Dim two = b.pool.dims().constant(2), zero = b.pool.dims().constant(0);
  const Expr windows =
      make_window(b.pool, X, {b.n, b.m, two, two}, {{{{0, 2}, {2, 1}}, zero}, {{{1, 2}, {3, 1}}, zero}});
  return make_fold(b.pool, FoldKind::max, windows, {2, 3});
}

/// Σ_{k,l} T[k,l]·P[k,l,p,q] at p = i − step·k, q = j − step·l, over a whole of this size.
Expr untiled(Bench& b, Expr P, Expr T, std::int64_t step, Dim rows, Dim cols) {
  const Dim zero = b.pool.dims().constant(0);
  const auto index = [&](std::uint16_t tile, std::uint16_t entry) {
    return AffineIndex{{{entry, 1}, {tile, -step}}, zero};
  };
  const Expr spread =
      make_window(b.pool, P, {rows, cols, b.n, b.m}, {{{{2, 1}}, zero}, {{{3, 1}}, zero}, index(2, 0), index(3, 1)});
  return make_einsum(b.pool, {0, 1}, {{T, {2, 3}}, {spread, {0, 1, 2, 3}}}, {rows, cols, b.n, b.m});
}

}  // namespace

TEST_CASE("tiles: only where the windows lie side by side, with a rest or without") {
  Bench b;
  DimTable& dims = b.pool.dims();
  const Dim two = dims.constant(2);
  const Dim rows = dims.product(two, b.n), cols = dims.product(two, b.m);
  const Expr X = make_input(b.pool, {"X", Role::data, Property::none, {rows, cols}});
  const Expr T = make_input(b.pool, {"T", Role::data, Property::none, {b.n, b.m}});
  const Expr pooling = pooled(b, X);
  REQUIRE(is_pooling(b.pool, pooling));
  const Expr first = make_first_largest(b.pool, b.pool[pooling].operands[0], {2, 3});
  const Expr spread =
      make_reshape(b.pool, make_einsum(b.pool, {0, 1, 2, 3}, {{T, {1, 3}}}, {two, b.n, two, b.m}), {rows, cols});
  const Expr covered = hadamard(b.pool, {spread, make_pooling_mask(b.pool, pooling)});
  b.becomes(untiled(b, first, T, 2, rows, cols), "tiles", covered);
  const Dim more = dims.sum(rows, dims.one());
  const Dim zero = dims.constant(0);
  b.becomes(untiled(b, first, T, 2, more, cols), "tiles",
            make_window(b.pool, covered, {more, cols}, {{{{0, 1}}, zero}, {{{1, 1}}, zero}}));
  b.silent(untiled(b, first, T, 1, rows, cols), "tiles");  // windows that overlap
  b.silent(untiled(b, b.map(Function::tanh, first), T, 2, rows, cols), "tiles");
}

TEST_CASE("cancel-sum") {
  Bench b;
  const Expr sum = summed_all(b.pool, b.map(Function::exp, b.x));
  b.becomes(make_einsum(b.pool, {}, {{b.map(Function::exp, b.x), {0}}, {make_power(b.pool, sum, -1), {}}}, {b.n}),
            "cancel-sum", make_literal(b.pool, 1));
  b.silent(make_einsum(b.pool, {}, {{b.map(Function::tanh, b.x), {0}}, {make_power(b.pool, sum, -1), {}}}, {b.n}),
           "cancel-sum");
}

}  // namespace gradwright
