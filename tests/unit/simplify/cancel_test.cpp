// Rows that pay by what cancels, and rows over kron: where they hold they fire, else they are silent.
#include "bench.h"

namespace gradwright {

TEST_CASE("sigmoid-complement") {
  Bench b;
  const Expr ones = make_ones(b.pool, {b.n});
  const Expr minus = b.map(Function::sigmoid, negated(b.pool, b.x));
  b.becomes(difference_of(b.pool, ones, minus), "sigmoid-complement", b.map(Function::sigmoid, b.x));
  b.silent(difference_of(b.pool, ones, b.map(Function::sigmoid, b.x)), "sigmoid-complement");
  b.silent(sum_of(b.pool, ones, minus), "sigmoid-complement");
  const Expr apart = difference_of(b.pool, b.y, b.x);
  const Expr of_apart = b.map(Function::sigmoid, apart);
  b.becomes(difference_of(b.pool, ones, of_apart), "sigmoid-complement",
            b.map(Function::sigmoid, difference_of(b.pool, b.x, b.y)));
  b.silent(difference_of(b.pool, ones, b.map(Function::sigmoid, sum_of(b.pool, b.x, b.y))), "sigmoid-complement");
  const auto of_double = [&](int factor, int constant) {
    return make_add(b.pool, {b.n}, {{factor, b.map(Function::sigmoid, scaled(b.pool, 2, b.x))}, {constant, ones}});
  };
  b.becomes(of_double(2, -1), "sigmoid-complement", b.map(Function::tanh, b.x));
  b.becomes(of_double(-6, 3), "sigmoid-complement", scaled(b.pool, -3, b.map(Function::tanh, b.x)));
  b.silent(of_double(2, 1), "sigmoid-complement");
  b.names.insert_or_assign(of_apart, {"p", {b.n, b.pool.dims().one()}});
  b.silent(difference_of(b.pool, ones, of_apart), "sigmoid-complement");
}

TEST_CASE("conjugate-sum and conjugate-product: a root beside its argument") {
  Bench b;
  const Expr t = b.map(Function::sqrt, sum_of(b.pool, make_ones(b.pool, {b.n}), make_power(b.pool, b.x, 2)));
  const auto over = [&](Expr u) { return make_power(b.pool, u, -1); };
  const Expr below = over(sum_of(b.pool, b.x, t));
  const auto sum = [&](Rational second, Expr beside) {
    return make_add(
        b.pool, {b.n},
        {{2, hadamard(b.pool, {beside, below})}, {second, hadamard(b.pool, {beside, b.x, below, over(t)})}});
  };
  b.becomes(sum(2, b.y), "conjugate-sum", scaled(b.pool, 2, hadamard(b.pool, {b.y, over(t)})));
  b.silent(sum(-2, b.y), "conjugate-sum");
  b.silent(make_add(b.pool, {b.n}, {{1, below}, {1, hadamard(b.pool, {b.y, below, over(t)})}}), "conjugate-sum");
  const Expr slope = sum_of(b.pool, make_ones(b.pool, {b.n}), hadamard(b.pool, {b.x, over(t)}));
  b.becomes(hadamard(b.pool, {b.y, slope, below}), "conjugate-product", hadamard(b.pool, {b.y, over(t)}));
  b.silent(hadamard(b.pool, {b.y, slope, over(b.q)}), "conjugate-product");
  b.names.insert_or_assign(slope, {"s", {b.n, b.pool.dims().one()}});
  b.silent(hadamard(b.pool, {b.y, slope, below}), "conjugate-product");
}

TEST_CASE("named-root: only of a root with a name") {
  Bench b;
  const Expr root = b.map(Function::sqrt, b.q);
  const Expr inverse = make_power(b.pool, b.q, -1);
  b.silent(inverse, "named-root");
  b.names.insert_or_assign(root, {"s", {b.n, b.pool.dims().one()}});
  b.becomes(inverse, "named-root", make_power(b.pool, root, -2));
  b.silent(make_power(b.pool, b.q, {1, 3}), "named-root");
}

TEST_CASE("cancel-size: n times 1/n") {
  Bench b;
  const Expr size = make_size(b.pool, b.n);
  const auto over = [&](Dim factor) {
    return make_einsum(b.pool, {0}, {{b.x, {0}}, {make_power(b.pool, size, -1), {}}}, {b.n, factor});
  };
  b.becomes(over(b.n), "cancel-size", b.x);
  b.silent(over(b.m), "cancel-size");
}

TEST_CASE("inverse-of-product: where a factor cancels") {
  Bench b;
  const Expr inverse = b.inverse(b.times(b.A, b.B));
  // Aᵀ·inv(A·B)ᵀ = inv(B)ᵀ
  const Expr cancels = make_einsum(b.pool, {0, 2}, {{b.A, {1, 0}}, {inverse, {2, 1}}}, {b.n, b.n, b.n});
  b.becomes(cancels, "inverse-of-product", transposed(b.pool, b.inverse(b.B)));
  b.silent(b.times(b.C, inverse), "inverse-of-product");
  b.silent(b.times(b.A, inverse), "inverse-of-product");  // A·inv(A·B) = A·inv(B)·inv(A)
}

TEST_CASE("centred-sum") {
  Bench b;
  const Expr size = make_power(b.pool, make_size(b.pool, b.n), -1);
  const Expr mean = make_einsum(b.pool, {}, {{b.x, {0}}, {size, {}}}, {b.n});
  const Expr centred = difference_of(b.pool, b.x, broadcast(b.pool, mean, {b.n}, {}));
  b.becomes(summed_all(b.pool, centred), "centred-sum", make_literal(b.pool, 0));
  b.silent(b.applied(b.A, centred), "centred-sum");
  const Expr off = difference_of(b.pool, b.y, broadcast(b.pool, mean, {b.n}, {}));
  b.silent(summed_all(b.pool, off), "centred-sum");
}

TEST_CASE("named-quotient: only where the quotient has a name") {
  Bench b;
  const Expr s = make_input(b.pool, {"s", Role::data, Property::positive, {}});
  const Expr over = make_power(b.pool, s, -1);
  const Expr quotient = make_einsum(b.pool, {0}, {{b.x, {0}}, {over, {}}}, {b.n});
  const Expr use = make_einsum(b.pool, {0}, {{b.A, {0, 1}}, {b.x, {1}}, {over, {}}}, {b.n, b.n});
  b.silent(use, "named-quotient");
  b.names.insert_or_assign(quotient, {"u", {b.n, b.pool.dims().one()}});
  b.becomes(use, "named-quotient", b.applied(b.A, quotient));
}

TEST_CASE("multiply-out and expand-and-cancel: only where it gets shorter") {
  Bench b;
  const Expr ones = make_ones(b.pool, {b.n});
  const Expr rest_q = difference_of(b.pool, ones, b.q);
  const Expr rest_y = difference_of(b.pool, ones, b.y);
  // q·(1 − y) − (1 − q)·y = q − y
  b.becomes(difference_of(b.pool, hadamard(b.pool, {b.q, rest_y}), hadamard(b.pool, {rest_q, b.y})),
            "expand-and-cancel", difference_of(b.pool, b.q, b.y));
  b.silent(sum_of(b.pool, b.applied(b.A, difference_of(b.pool, b.x, b.y)), b.q), "expand-and-cancel");
  // q·(1 − q)·((1 − y)/(1 − q) − y/q) = q − y
  const Expr slope = difference_of(b.pool, hadamard(b.pool, {rest_y, make_power(b.pool, rest_q, -1)}),
                                   hadamard(b.pool, {b.y, make_power(b.pool, b.q, -1)}));
  b.becomes(hadamard(b.pool, {b.q, rest_q, slope}), "multiply-out", difference_of(b.pool, b.q, b.y));
  b.silent(hadamard(b.pool, {b.q, rest_y}), "multiply-out");
}

TEST_CASE("common-denominator: only where what stands above cancels") {
  Bench b;
  const Expr ones = make_ones(b.pool, {b.n});
  const Expr u = sum_of(b.pool, ones, b.q);
  const auto over = [&](Expr of, int power) { return hadamard(b.pool, {of, make_power(b.pool, u, -power)}); };
  // 1/(1 + q) − q/(1 + q)² = 1/(1 + q)²
  b.becomes(difference_of(b.pool, over(ones, 1), over(b.q, 2)), "common-denominator", make_power(b.pool, u, -2));
  b.silent(difference_of(b.pool, over(b.x, 1), over(b.q, 2)), "common-denominator");
  b.names.insert_or_assign(u, {"u", {b.n, b.pool.dims().one()}});
  b.silent(difference_of(b.pool, over(ones, 1), over(b.q, 2)), "common-denominator");
}

TEST_CASE("coefficients and scalars that all terms share") {
  Bench b;
  const Expr sum = sum_of(b.pool, b.A, b.B);
  const Expr both = make_add(b.pool, {b.n, b.n}, {{-1, b.A}, {-1, b.B}});
  b.becomes(b.applied(both, b.x), "shared-coefficient", negated(b.pool, b.applied(sum, b.x)));
  b.silent(b.applied(difference_of(b.pool, b.A, b.B), b.x), "shared-coefficient");
  b.becomes(make_add(b.pool, {b.n}, {{2, b.x}, {-2, b.y}}), "coefficient-of-a-sum",
            scaled(b.pool, 2, difference_of(b.pool, b.x, b.y)));
  b.silent(make_add(b.pool, {b.n}, {{2, b.x}, {-3, b.y}}), "coefficient-of-a-sum");
  const Expr over = make_power(b.pool, make_input(b.pool, {"s", Role::data, Property::positive, {}}), -1);
  const auto divided = [&](Expr v) { return make_einsum(b.pool, {0}, {{v, {0}}, {over, {}}}, {b.n}); };
  b.silent(sum_of(b.pool, divided(b.x), b.y), "shared-factor");
  b.silent(sum_of(b.pool, hadamard(b.pool, {b.x, b.q}), hadamard(b.pool, {b.y, b.p})), "shared-factor");
  // Products of two entries: the scalar is what they share.
  const Expr all =
      sum_of(b.pool, make_einsum(b.pool, {0}, {{b.A, {0, 1}}, {b.x, {1}}, {over, {}}}, {b.n, b.n}), divided(b.y));
  const Expr inside = sum_of(b.pool, b.applied(b.A, b.x), b.y);
  b.becomes(all, "shared-factor", divided(inside));
}

TEST_CASE("kron: products of krons, and the identity") {
  Bench b;
  const Dim area = b.pool.dims().product(b.n, b.n);
  // kron(A,B)[i + n·k, j + n·l] = B[i,j]·A[k,l]
  const auto kron = [&](Expr slow, Expr fast) {
    const Expr four = make_einsum(b.pool, {0, 1, 2, 3}, {{fast, {0, 2}}, {slow, {1, 3}}}, {b.n, b.n, b.n, b.n});
    return make_reshape(b.pool, four, {area, area});
  };
  const auto product = [&](Expr left, Expr right) {
    return make_einsum(b.pool, {0, 2}, {{left, {0, 1}}, {right, {1, 2}}}, {area, area, area});
  };
  const std::set<std::string> rules = b.fired(product(kron(b.A, b.B), kron(b.B, b.C)));
  CHECK(rules.contains("product-of-kron"));
  const Expr plain = make_input(b.pool, {"P", Role::data, Property::none, {area, area}});
  b.silent(product(plain, plain), "product-of-kron");
  const Expr identity = make_reshape(b.pool, make_identity(b.pool, area), {b.n, b.n, b.n, b.n});
  b.becomes(identity, "identity-of-kron", make_einsum(b.pool, {0, 1, 0, 1}, {}, {b.n, b.n}));
  b.silent(make_reshape(b.pool, plain, {b.n, b.n, b.n, b.n}), "identity-of-kron");
}

}  // namespace gradwright
