// Every row: where it holds it fires and keeps the value, where its condition fails it is silent. Rows that pay by what cancels: cancel_test.cpp.
#include "bench.h"
#include "ir/others.h"

namespace gradwright {

TEST_CASE("flatten-product: unless the inner product has a name") {
  Bench b;
  const Expr inner = b.times(b.A, b.B);
  const Expr outer = b.applied(inner, b.x);
  b.becomes(outer, "flatten-product",
            make_einsum(b.pool, {0}, {{b.A, {0, 1}}, {b.B, {1, 2}}, {b.x, {2}}}, {b.n, b.n, b.n}));
  b.names.insert_or_assign(inner, {"M", {b.n, b.n}});
  b.silent(outer, "flatten-product");
}

TEST_CASE("merge-powers: integer exponents of one base") {
  Bench b;
  b.becomes(hadamard(b.pool, {b.x, make_power(b.pool, b.x, 2)}), "merge-powers", make_power(b.pool, b.x, 3));
  b.becomes(hadamard(b.pool, {b.x, make_power(b.pool, b.x, -1), b.y}), "merge-powers", b.y);
  const Expr root = make_power(b.pool, b.q, {1, 3});
  b.silent(hadamard(b.pool, {root, root}), "merge-powers");
  b.silent(hadamard(b.pool, {b.x, b.y}), "merge-powers");
  b.silent(make_einsum(b.pool, {0, 1}, {{b.x, {0}}, {b.x, {1}}}, {b.n, b.n}), "merge-powers");  // x·xᵀ
}

TEST_CASE("unit-mass: what sums to one, and is used for nothing else") {
  Bench b;
  b.becomes(summed_all(b.pool, b.p), "unit-mass", make_literal(b.pool, 1));
  const Expr outer = make_einsum(b.pool, {0}, {{b.x, {0}}, {b.p, {1}}}, {b.n, b.n});
  b.becomes(outer, "unit-mass", b.x);
  const Expr hot = b.matrix("H", Property::onehot_cols);
  b.becomes(summed(b.pool, hot, {0}), "unit-mass", make_ones(b.pool, {b.n}));
  b.silent(summed(b.pool, hot, {1}), "unit-mass");
  const Expr fold = make_fold(b.pool, FoldKind::logsumexp, b.x, {0});
  const Expr softmax = b.map(Function::exp, difference_of(b.pool, b.x, broadcast(b.pool, fold, {b.n}, {})));
  b.becomes(summed_all(b.pool, softmax), "unit-mass", make_literal(b.pool, 1));
  b.silent(summed_all(b.pool, b.q), "unit-mass");
  b.silent(summed_all(b.pool, hadamard(b.pool, {b.p, b.x})), "unit-mass");
  b.silent(summed_all(b.pool, b.map(Function::exp, difference_of(b.pool, b.y, broadcast(b.pool, fold, {b.n}, {})))),
           "unit-mass");
}

TEST_CASE("cancel-inverse: of the same matrix, where they meet") {
  Bench b;
  b.becomes(b.times(b.inverse(b.A), b.A), "cancel-inverse", make_identity(b.pool, b.n));
  b.becomes(b.times(b.A, b.inverse(b.A)), "cancel-inverse", make_identity(b.pool, b.n));
  b.becomes(b.applied(b.times(b.inverse(b.A), b.A), b.x), "cancel-inverse", b.x);
  b.silent(b.times(b.inverse(b.A), b.B), "cancel-inverse");
  b.silent(b.times(b.inverse(b.A), transposed(b.pool, b.A)), "cancel-inverse");
  b.silent(hadamard(b.pool, {b.inverse(b.A), b.A}), "cancel-inverse");
  // inv(A)·diag(x)·A: the index where they meet is used.
  b.silent(make_einsum(b.pool, {0, 2}, {{b.inverse(b.A), {0, 1}}, {b.x, {1}}, {b.A, {1, 2}}}, {b.n, b.n, b.n}),
           "cancel-inverse");
}

TEST_CASE("orthogonal: a matrix that is, where it meets its transpose, unless it is differentiated by") {
  Bench b;
  const Expr q = b.matrix("Q", Property::orthogonal);
  b.becomes(b.times(transposed(b.pool, q), q), "orthogonal", make_identity(b.pool, b.n));
  b.becomes(b.times(q, transposed(b.pool, q)), "orthogonal", make_identity(b.pool, b.n));
  b.becomes(summed(b.pool, make_power(b.pool, q, 2), {0}), "orthogonal", make_ones(b.pool, {b.n}));
  b.silent(b.times(q, q), "orthogonal");
  b.silent(b.times(transposed(b.pool, b.A), b.A), "orthogonal");
  // Q'·diag(x)·Q: the index where they meet is used.
  b.silent(make_einsum(b.pool, {0, 2}, {{q, {1, 0}}, {b.x, {1}}, {q, {1, 2}}}, {b.n, b.n, b.n}), "orthogonal");
  b.becomes(b.inverse(q), "inverse-of-orthogonal", transposed(b.pool, q));
  b.becomes(make_matrix(b.pool, MatrixKind::log_determinant, q), "inverse-of-orthogonal", make_literal(b.pool, 0));
  b.silent(make_matrix(b.pool, MatrixKind::determinant, q), "inverse-of-orthogonal");  // 1 or -1
  b.silent(b.inverse(b.A), "inverse-of-orthogonal");
  const Expr freed = b.matrix("Q", Property::orthogonal | Property::unconstrained);
  b.silent(b.times(transposed(b.pool, freed), freed), "orthogonal");
  b.silent(b.inverse(freed), "inverse-of-orthogonal");
}

TEST_CASE("kron-of-identities and kron-of-sum") {
  Bench b;
  const Dim square = b.pool.dims().product(b.n, b.n);
  const Shape tensor{b.n, b.n, b.n, b.n};
  const Expr deltas = make_einsum(b.pool, {0, 1, 0, 1}, {}, {b.n, b.n});
  b.becomes(make_reshape(b.pool, deltas, {square, square}), "kron-of-identities", make_identity(b.pool, square));
  const Expr crossed = make_einsum(b.pool, {0, 1, 1, 0}, {}, {b.n, b.n});
  b.silent(make_reshape(b.pool, crossed, {square, square}), "kron-of-identities");  // the commutation matrix
  b.silent(make_reshape(b.pool, make_einsum(b.pool, {0, 1, 0, 1}, {{b.x, {0}}}, {b.n, b.n}), {square, square}),
           "kron-of-identities");
  const auto outer = [&](Expr u, Expr v) {
    return make_einsum(b.pool, {0, 1, 2, 3}, {{u, {0, 1}}, {v, {2, 3}}}, tensor);
  };
  const Expr sum = sum_of(b.pool, outer(b.A, b.B), outer(b.B, b.A));
  const Expr product =
      make_einsum(b.pool, {0, 1, 2, 3}, {{sum, {0, 1, 2, 4}}, {b.A, {4, 3}}}, {b.n, b.n, b.n, b.n, b.n});
  CHECK_FALSE(b.fired(make_reshape(b.pool, product, {square, square})).empty());
}

TEST_CASE("half-power: roots, and no other power") {
  Bench b;
  b.becomes(make_power(b.pool, b.q, {1, 2}), "half-power", b.map(Function::sqrt, b.q));
  b.becomes(make_power(b.pool, b.q, {-1, 2}), "half-power", make_power(b.pool, b.map(Function::sqrt, b.q), -1));
  b.silent(make_power(b.pool, b.q, {3, 2}), "half-power");
  b.silent(make_power(b.pool, b.q, {1, 3}), "half-power");
}

TEST_CASE("square-of-sign: ±1 and 0/1 only") {
  Bench b;
  const Expr sign = b.vector("t", Property::pm1);
  const Expr bit = b.vector("u", Property::binary);
  const auto square = [&](Expr e) { return hadamard(b.pool, {make_power(b.pool, e, 2), b.x}); };
  b.becomes(square(sign), "square-of-sign", b.x);
  b.becomes(square(bit), "square-of-sign", hadamard(b.pool, {bit, b.x}));
  b.becomes(hadamard(b.pool, {make_power(b.pool, sign, 3), b.x}), "square-of-sign", hadamard(b.pool, {sign, b.x}));
  b.silent(square(b.y), "square-of-sign");
  b.silent(hadamard(b.pool, {make_power(b.pool, bit, {1, 2}), b.x}), "square-of-sign");
}

TEST_CASE("flatten-sum: unless the inner sum has a name or a factor") {
  Bench b;
  const Expr inner = difference_of(b.pool, b.y, b.q);
  const Expr outer = difference_of(b.pool, b.x, inner);
  b.becomes(outer, "flatten-sum", make_add(b.pool, {b.n}, {{1, b.x}, {-1, b.y}, {1, b.q}}));
  b.silent(make_add(b.pool, {b.n}, {{1, b.x}, {2, inner}}), "flatten-sum");
  b.names.insert_or_assign(inner, {"r", {b.n, b.pool.dims().one()}});
  b.silent(outer, "flatten-sum");
}

TEST_CASE("factor-common: what stands at the same place of two products") {
  Bench b;
  b.becomes(sum_of(b.pool, b.applied(b.A, b.x), b.applied(b.B, b.x)), "factor-common",
            b.applied(sum_of(b.pool, b.A, b.B), b.x));
  b.becomes(sum_of(b.pool, b.applied(b.A, b.x), b.applied(transposed(b.pool, b.A), b.x)), "factor-common",
            b.applied(sum_of(b.pool, b.A, transposed(b.pool, b.A)), b.x));
  b.silent(sum_of(b.pool, b.applied(b.A, b.x), b.applied(b.B, b.y)), "factor-common");
  b.silent(sum_of(b.pool, b.applied(b.A, b.x), b.x), "factor-common");
}

TEST_CASE("factor-side: what the terms begin or end with, where it gets shorter") {
  Bench b;
  const auto outer = [&](Expr u, Expr v) { return make_einsum(b.pool, {0, 1}, {{u, {0}}, {v, {1}}}, {b.n, b.n}); };
  const auto before = [&](Expr u, Expr v) {
    return make_einsum(b.pool, {0, 2}, {{b.A, {0, 1}}, {u, {1}}, {v, {2}}}, {b.n, b.n, b.n});
  };
  const auto behind = [&](Expr u, Expr v) {
    return make_einsum(b.pool, {0, 2}, {{u, {0}}, {v, {1}}, {b.A, {1, 2}}}, {b.n, b.n, b.n});
  };
  const Expr both = sum_of(b.pool, outer(b.x, b.y), outer(b.y, b.x));
  b.becomes(sum_of(b.pool, before(b.x, b.y), before(b.y, b.x)), "factor-side", b.times(b.A, both));
  b.becomes(difference_of(b.pool, behind(b.x, b.y), behind(b.y, b.x)), "factor-side",
            b.times(difference_of(b.pool, outer(b.x, b.y), outer(b.y, b.x)), b.A));
  // A·x·y' + A'·y·x' begin with different matrices; A·x + A has nothing beside A.
  const Expr turned = make_einsum(b.pool, {0, 2}, {{b.A, {1, 0}}, {b.y, {1}}, {b.x, {2}}}, {b.n, b.n, b.n});
  b.silent(sum_of(b.pool, before(b.x, b.y), turned), "factor-side");
  b.silent(sum_of(b.pool, b.times(b.A, b.B), b.A), "factor-side");
  b.names.insert_or_assign(before(b.x, b.y), {"Z", {b.n, b.n}});
  b.silent(sum_of(b.pool, before(b.x, b.y), before(b.y, b.x)), "factor-side");
}

TEST_CASE("turned-difference: a sign goes into a difference of two, not into one with a number or a mean") {
  Bench b;
  const auto times_q = [&](Expr u) { return hadamard(b.pool, {u, b.q}); };
  b.becomes(scaled(b.pool, -2, times_q(difference_of(b.pool, b.x, b.y))), "turned-difference",
            scaled(b.pool, 2, times_q(difference_of(b.pool, b.y, b.x))));
  b.becomes(scaled(b.pool, -2, difference_of(b.pool, b.x, b.y)), "turned-difference",
            scaled(b.pool, 2, difference_of(b.pool, b.y, b.x)));
  b.silent(scaled(b.pool, -2, times_q(difference_of(b.pool, make_ones(b.pool, {b.n}), b.x))), "turned-difference");
  b.silent(
      scaled(b.pool, -2, times_q(difference_of(b.pool, b.x, broadcast(b.pool, summed_all(b.pool, b.x), {b.n}, {})))),
      "turned-difference");
  b.silent(scaled(b.pool, -2, times_q(make_add(b.pool, {b.n}, {{1, b.x}, {-1, b.y}, {-1, b.p}}))), "turned-difference");
  b.silent(scaled(b.pool, 2, times_q(difference_of(b.pool, b.x, b.y))), "turned-difference");
  b.names.insert_or_assign(difference_of(b.pool, b.x, b.y), {"r", {b.n, b.pool.dims().one()}});
  b.silent(scaled(b.pool, -2, times_q(difference_of(b.pool, b.x, b.y))), "turned-difference");
}

TEST_CASE("relu-of-both-signs") {
  Bench b;
  const Expr u = difference_of(b.pool, b.x, b.y);
  const Expr minus_u = difference_of(b.pool, b.y, b.x);
  const auto relu = [&](Expr e) { return b.map(Function::relu, e); };
  b.becomes(difference_of(b.pool, relu(u), relu(minus_u)), "relu-of-both-signs", u);
  b.becomes(make_add(b.pool, {b.n}, {{3, relu(b.x)}, {3, relu(negated(b.pool, b.x))}}), "relu-of-both-signs",
            scaled(b.pool, 3, b.map(Function::abs, b.x)));
  b.silent(make_add(b.pool, {b.n}, {{1, relu(u)}, {2, relu(minus_u)}}), "relu-of-both-signs");
  b.silent(difference_of(b.pool, relu(b.x), relu(b.y)), "relu-of-both-signs");
}

TEST_CASE("comparison-of-bound: where the bound is on the far side") {
  Bench b;
  const auto all = [&](int value) { return scaled(b.pool, value, make_ones(b.pool, {b.n})); };
  const auto greater = [&](Expr u, Expr v) { return make_map(b.pool, Function::greater, {u, v}); };
  const auto larger = [&](Expr u, int v) { return make_map(b.pool, Function::max, {u, all(v)}); };
  b.becomes(greater(all(1), larger(b.x, -1)), "comparison-of-bound", greater(all(1), b.x));
  b.becomes(greater(all(6), b.map(Function::relu, b.x)), "comparison-of-bound", greater(all(6), b.x));
  b.becomes(greater(make_map(b.pool, Function::min, {all(2), b.x}), all(1)), "comparison-of-bound",
            greater(b.x, all(1)));
  b.silent(greater(all(1), larger(b.x, 1)), "comparison-of-bound");
  b.silent(greater(larger(b.x, -1), all(1)), "comparison-of-bound");
  b.silent(greater(all(-1), b.map(Function::relu, b.x)), "comparison-of-bound");
  b.silent(greater(all(1), make_map(b.pool, Function::max, {b.x, b.y})), "comparison-of-bound");
}

TEST_CASE("log: of exp, of odd powers, of a determinant") {
  Bench b;
  b.becomes(b.map(Function::log, b.map(Function::exp, b.x)), "log", b.x);
  const Expr log_q = b.map(Function::log, b.q);
  b.becomes(b.map(Function::log, make_power(b.pool, b.q, -1)), "log", negated(b.pool, log_q));
  b.becomes(b.map(Function::log, make_power(b.pool, b.q, 3)), "log", scaled(b.pool, 3, log_q));
  b.becomes(b.map(Function::log, make_matrix(b.pool, MatrixKind::determinant, b.A)), "log",
            make_matrix(b.pool, MatrixKind::log_determinant, b.A));
  b.silent(b.map(Function::log, make_power(b.pool, b.x, 2)), "log");  // log(x²) is defined where log(x) is not
  b.silent(log_q, "log");
}

TEST_CASE("log-sum-exp: a plain sum of exp") {
  Bench b;
  const Expr e = b.map(Function::exp, b.x);
  b.becomes(b.map(Function::log, summed_all(b.pool, e)), "log-sum-exp",
            make_fold(b.pool, FoldKind::logsumexp, b.x, {0}));
  const Expr columns = b.map(Function::exp, b.A);
  b.becomes(b.map(Function::log, summed(b.pool, columns, {1})), "log-sum-exp",
            make_fold(b.pool, FoldKind::logsumexp, b.A, {1}));
  b.silent(b.map(Function::log, summed_all(b.pool, b.q)), "log-sum-exp");
  b.silent(b.map(Function::log, summed_all(b.pool, hadamard(b.pool, {e, b.q}))), "log-sum-exp");
  // Σ over a further label counts every term m times.
  b.silent(b.map(Function::log, make_einsum(b.pool, {}, {{e, {0}}}, {b.n, b.m})), "log-sum-exp");
  b.silent(b.map(Function::log, make_einsum(b.pool, {}, {{columns, {0, 0}}}, {b.n})),
           "log-sum-exp");  // only the diagonal
}

TEST_CASE("softplus: log(1 + exp(x)) and no other constant") {
  Bench b;
  const Expr e = b.map(Function::exp, b.x);
  const Expr ones = make_ones(b.pool, {b.n});
  b.becomes(b.map(Function::log, sum_of(b.pool, ones, e)), "softplus", b.map(Function::softplus, b.x));
  b.becomes(b.map(Function::log1p, e), "softplus", b.map(Function::softplus, b.x));
  b.silent(b.map(Function::log, make_add(b.pool, {b.n}, {{2, ones}, {1, e}})), "softplus");
  b.silent(b.map(Function::log, make_add(b.pool, {b.n}, {{1, ones}, {2, e}})), "softplus");
  b.silent(b.map(Function::log, sum_of(b.pool, ones, b.q)), "softplus");
}

TEST_CASE("inverse-functions: exp of log, even powers of sqrt") {
  Bench b;
  b.becomes(b.map(Function::exp, b.map(Function::log, b.q)), "inverse-functions", b.q);
  const Expr root = b.map(Function::sqrt, b.q);
  b.becomes(make_power(b.pool, root, 2), "inverse-functions", b.q);
  b.becomes(make_power(b.pool, root, -4), "inverse-functions", make_power(b.pool, b.q, -2));
  b.silent(make_power(b.pool, root, 3), "inverse-functions");
  b.silent(b.map(Function::sqrt, make_power(b.pool, b.x, 2)), "inverse-functions");  // |x|
  b.silent(b.map(Function::exp, b.map(Function::tanh, b.x)), "inverse-functions");
}

TEST_CASE("power-of-product: what divides, unless it has a name") {
  Bench b;
  const Expr s = make_input(b.pool, {"s", Role::data, Property::positive, {}});
  const Expr size = make_size(b.pool, b.n);
  const Expr product = make_einsum(b.pool, {}, {{s, {}}, {size, {}}}, {});
  const Expr apart = make_einsum(b.pool, {}, {{make_power(b.pool, s, -2), {}}, {make_power(b.pool, size, -2), {}}}, {});
  b.becomes(make_power(b.pool, product, -2), "power-of-product", apart);
  b.silent(make_power(b.pool, product, 2), "power-of-product");
  b.silent(make_power(b.pool, summed_all(b.pool, hadamard(b.pool, {b.q, b.p})), -1), "power-of-product");  // 1/(q'*p)
  b.names.insert_or_assign(product, {"d", {}});
  b.silent(make_power(b.pool, product, -2), "power-of-product");
  b.names.erase(product);
  (void)b.map(Function::sqrt, product);
  b.silent(make_power(b.pool, product, -2), "power-of-product");  // 1/r^4, where r = sqrt(s*n) stands somewhere
}

TEST_CASE("determinant-of-inverse") {
  Bench b;
  const Expr det = make_matrix(b.pool, MatrixKind::determinant, b.A);
  b.becomes(make_matrix(b.pool, MatrixKind::determinant, b.inverse(b.A)), "determinant-of-inverse",
            make_power(b.pool, det, -1));
  const Expr logdet = make_matrix(b.pool, MatrixKind::log_determinant, b.A);
  b.becomes(make_matrix(b.pool, MatrixKind::log_determinant, b.inverse(b.A)), "determinant-of-inverse",
            negated(b.pool, logdet));
  b.silent(det, "determinant-of-inverse");
}

TEST_CASE("powers-of-one-matrix") {
  Bench b;
  const Expr power = make_matrix_power(b.pool, b.A, b.m);
  const auto product = [&](Expr x, Expr y) {
    return make_einsum(b.pool, {0, 2}, {{x, {0, 1}}, {y, {1, 2}}}, {b.n, b.n, b.n});
  };
  const Dim next = b.pool.dims().sum(b.m, b.pool.dims().one());
  b.becomes(product(power, b.A), "powers-of-one-matrix", make_matrix_power(b.pool, b.A, next));
  b.becomes(product(b.A, power), "powers-of-one-matrix", make_matrix_power(b.pool, b.A, next));
  b.becomes(product(power, power), "powers-of-one-matrix", make_matrix_power(b.pool, b.A, b.pool.dims().sum(b.m, b.m)));
  b.silent(product(power, transposed(b.pool, b.A)), "powers-of-one-matrix");
  b.silent(hadamard(b.pool, {power, b.A}), "powers-of-one-matrix");
}

TEST_CASE("rows have names that differ, and statements") {
  std::set<std::string_view> names;
  for (const Rule& rule : all_rules()) {
    CHECK(names.insert(rule.name).second);
    CHECK_FALSE(rule.statement.empty());
  }
}

TEST_CASE("a named node stays a boundary, a simple one stays itself") {
  Bench b;
  const Expr inner = b.map(Function::log, b.map(Function::exp, b.x));
  b.names.insert_or_assign(inner, {"t", {b.n, b.pool.dims().one()}});
  Expr result;
  CHECK(b.fired(b.map(Function::tanh, inner), &result).empty());
  CHECK(result == b.map(Function::tanh, inner));
  CHECK(b.fired(b.times(b.A, b.B), &result).empty());
  CHECK(result == b.times(b.A, b.B));
}

TEST_CASE("others-over-all: the product of the others over that of all of the same") {
  Bench b;
  const Expr others = make_product_of_others(b.pool, {b.x, {0}});
  const auto over = [&](Expr of, Rational exponent) {
    return make_einsum(b.pool, {0},
                       {{others, {0}}, {make_power(b.pool, make_fold(b.pool, FoldKind::prod, of, {0}), exponent), {}}},
                       {b.n});
  };
  b.becomes(over(b.x, -1), "others-over-all", make_power(b.pool, b.x, -1));
  b.silent(over(b.x, 2), "others-over-all");  // where an entry is 0 this has a value
  b.silent(over(b.y, -1), "others-over-all");
}

TEST_CASE("entries are compared with their extremum as it is computed") {
  Bench b;
  const Expr u = b.map(Function::exp, b.map(Function::log, b.q));  // simpler: q
  const Expr largest = make_fold(b.pool, FoldKind::max, u, {0});
  const Expr attains = make_map(b.pool, Function::equal, {u, broadcast(b.pool, largest, {b.n}, {})});
  Trace trace;
  const Expr q = simplified(b.pool, {attains}, b.names, trace)[0];
  CHECK(b.pool[q].operands[0] == b.q);
  b.names.insert_or_assign(largest, {"F", {}});
  CHECK(simplified(b.pool, {attains}, b.names, trace)[0] == attains);
}

}  // namespace gradwright
