// The canonical form: mathematics written in different ways is one node. Values are checked where a node is rewritten.
#include "ir/make.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "ir/evaluate.h"
#include "ir/verify.h"
#include "random_graph.h"

namespace gradwright {
namespace {

struct Leaves {
  Pool pool;
  Dim n = pool.dims().symbol("n");
  Dim m = pool.dims().symbol("m");
  Expr x = vector("x", n), y = vector("y", n), z = vector("z", m);
  Expr A = matrix("A", n, n), B = matrix("B", n, m), S = matrix("S", n, n, Property::symmetric);
  Expr s = make_input(pool, {"s", Role::data, Property::none, {}});

  Expr vector(const char* name, Dim size) {
    return make_input(pool, {name, Role::data, Property::none, {size, pool.dims().one()}});
  }
  Expr matrix(const char* name, Dim rows, Dim cols, Property facts = Property::none) {
    return make_input(pool, {name, Role::data, facts, {rows, cols}});
  }
  Expr times(Expr a, Expr b) {  // matrix product
    return make_einsum(pool, {0, 2}, {{a, {0, 1}}, {b, {1, 2}}},
                       {pool.shape(a)[0], pool.shape(a)[1], pool.shape(b)[1]});
  }
  Expr applied(Expr a, Expr v) {
    return make_einsum(pool, {0}, {{a, {0, 1}}, {v, {1}}}, {pool.shape(a)[0], pool.shape(a)[1]});
  }
  Expr diagonal(Expr v) { return make_einsum(pool, {0, 0}, {{v, {0}}}, {pool.shape(v)[0]}); }
};

}  // namespace

TEST_CASE("hash-consing: equal nodes are one, different ones are not") {
  Leaves l;
  const std::size_t size = l.pool.size();
  CHECK(l.vector("x", l.n) == l.x);
  CHECK(l.pool.size() == size);
  CHECK(make_input(l.pool, {"x", Role::parameter, Property::none, {l.n, l.pool.dims().one()}}) != l.x);
  CHECK(l.vector("x", l.m) != l.x);
  CHECK(make_input(l.pool, {"x", Role::data, Property::positive, {l.n, l.pool.dims().one()}}) != l.x);
  const Expr e = make_map(l.pool, Function::exp, {l.x});
  CHECK(make_map(l.pool, Function::exp, {l.x}) == e);
  CHECK(make_map(l.pool, Function::log, {l.x}) != e);
  CHECK(l.pool.find(l.pool[e]) == e);
  Node absent = l.pool[e];
  absent.operands = {l.y};
  CHECK(l.pool.find(absent).is_none());
  CHECK(make_power(l.pool, l.x, 2) != make_power(l.pool, l.x, 3));
  CHECK(reachable(l.pool, {e}) == std::vector<Expr>{l.x, e});
  CHECK(reachable(l.pool, {}).empty());
}

TEST_CASE("transposes are absorbed") {
  Leaves l;
  const Expr bt = transposed(l.pool, l.B);
  CHECK(l.pool.shape(bt) == Shape{l.m, l.n});
  CHECK(transposed(l.pool, bt) == l.B);
  CHECK(transposed(l.pool, l.S) == l.S);
  CHECK(transposed(l.pool, l.x) == l.x);
  const Expr image = make_input(l.pool, {"T", Role::data, Property::none, {l.m, l.n, l.m}});
  CHECK(transposed(l.pool, image) == image);
  CHECK(l.applied(bt, l.x) == make_einsum(l.pool, {1}, {{l.B, {0, 1}}, {l.x, {0}}}, {l.n, l.m}));
  // (AᵀA)ᵀ = AᵀA is known to be symmetric; A·A is not.
  CHECK(l.pool[l.times(transposed(l.pool, l.A), l.A)].symmetric);
  CHECK_FALSE(l.pool[l.times(l.A, l.A)].symmetric);
  CHECK(l.pool[sum_of(l.pool, l.A, transposed(l.pool, l.A))].symmetric);
  CHECK_FALSE(l.pool[difference_of(l.pool, l.A, transposed(l.pool, l.A))].symmetric);
}

TEST_CASE("constants float out, ones and identities dissolve") {
  Leaves l;
  const Expr identity = make_identity(l.pool, l.n);
  CHECK(l.times(identity, l.B) == l.B);
  CHECK(l.applied(identity, l.x) == l.x);
  CHECK(l.times(identity, identity) == identity);
  CHECK(l.times(scaled(l.pool, 3, l.A), scaled(l.pool, {1, 2}, l.B)) == scaled(l.pool, {3, 2}, l.times(l.A, l.B)));
  CHECK(hadamard(l.pool, {l.x, make_ones(l.pool, {l.n})}) == l.x);
  // Σ 1 = n; a constant size is a number.
  CHECK(summed_all(l.pool, make_ones(l.pool, {l.n})) == make_size(l.pool, l.n));
  CHECK(summed_all(l.pool, make_ones(l.pool, {l.pool.dims().constant(6)})) == make_literal(l.pool, 6));
  CHECK(make_size(l.pool, l.pool.dims().constant(6)) == make_literal(l.pool, 6));
  const Expr half = make_literal(l.pool, {1, 2});
  CHECK(make_einsum(l.pool, {0}, {{half, {}}, {l.x, {0}}}, {l.n}) == scaled(l.pool, {1, 2}, l.x));
  // A product with zero is zero of the shape of the product.
  CHECK(l.times(l.A, make_zero(l.pool, {l.n, l.m})) == make_zero(l.pool, {l.n, l.m}));
  CHECK(is_zero(l.pool, hadamard(l.pool, {l.x, make_zero(l.pool, {l.n})})));
}

TEST_CASE("diagonals") {
  Leaves l;
  const Expr d = l.diagonal(l.x);
  CHECK(l.pool[d].symmetric);
  CHECK(l.applied(d, l.y) == hadamard(l.pool, {l.x, l.y}));
  CHECK(make_einsum(l.pool, {0}, {{d, {0, 0}}}, {l.n}) == l.x);
  CHECK(l.diagonal(make_ones(l.pool, {l.n})) == make_identity(l.pool, l.n));
  CHECK(l.times(d, l.diagonal(l.y)) == make_einsum(l.pool, {0, 0}, {{l.x, {0}}, {l.y, {0}}}, {l.n}));
  CHECK(make_einsum(l.pool, {}, {{d, {0, 0}}}, {l.n}) == summed_all(l.pool, l.x));  // tr(diag(x)) = Σ x
}

TEST_CASE("sums are merged, sorted, and free of zeros") {
  Leaves l;
  CHECK(sum_of(l.pool, l.x, l.y) == sum_of(l.pool, l.y, l.x));
  CHECK(sum_of(l.pool, l.x, l.x) == scaled(l.pool, 2, l.x));
  CHECK(is_zero(l.pool, difference_of(l.pool, l.x, l.x)));
  CHECK(make_add(l.pool, {l.n}, {{{1, 2}, l.x}, {1, l.y}, {{1, 2}, l.x}}) == sum_of(l.pool, l.x, l.y));
  CHECK(scaled(l.pool, {1, 3}, scaled(l.pool, 3, l.x)) == l.x);
  CHECK(negated(l.pool, negated(l.pool, l.x)) == l.x);
  CHECK(sum_of(l.pool, l.x, make_zero(l.pool, {l.n})) == l.x);
  CHECK(sum_of(l.pool, make_literal(l.pool, {1, 2}), make_literal(l.pool, {1, 3})) == make_literal(l.pool, {5, 6}));
  CHECK(make_zero(l.pool, {}) == make_literal(l.pool, 0));
}

TEST_CASE("products written in every order are one node") {
  Leaves l;
  // tr(A·A·Aᵀ·S) by all orders of its factors and all rotations of its labels.
  const std::vector<Factor> factors{{l.A, {0, 1}}, {l.A, {1, 2}}, {l.A, {3, 2}}, {l.S, {3, 0}}};
  std::array<std::size_t, 4> order{0, 1, 2, 3};
  const Expr expected = make_einsum(l.pool, {}, factors, Shape(4, l.n));
  do {
    std::array<Label, 4> renamed{0, 1, 2, 3};
    do {
      std::vector<Factor> shuffled;
      for (const std::size_t i : order) {
        Factor factor = factors[i];
        for (Label& label : factor.labels) label = renamed[label];
        if (factor.expr == l.S) std::swap(factor.labels[0], factor.labels[1]);  // S = Sᵀ
        shuffled.push_back(factor);
      }
      CHECK(make_einsum(l.pool, {}, shuffled, Shape(4, l.n)) == expected);
    } while (std::next_permutation(renamed.begin(), renamed.end()));
  } while (std::next_permutation(order.begin(), order.end()));
  // A·A ≠ A·Aᵀ ≠ Aᵀ·A, and tr(AA) ≠ tr(AAᵀ).
  const Expr at = transposed(l.pool, l.A);
  CHECK(l.times(l.A, at) != l.times(at, l.A));
  CHECK(l.times(l.A, l.A) != l.times(l.A, at));
  CHECK(make_einsum(l.pool, {}, {{l.A, {0, 1}}, {l.A, {1, 0}}}, {l.n, l.n}) !=
        make_einsum(l.pool, {}, {{l.A, {0, 1}}, {l.A, {0, 1}}}, {l.n, l.n}));
  CHECK(hadamard(l.pool, {l.x, l.y, l.x}) == hadamard(l.pool, {l.x, l.x, l.y}));
}

TEST_CASE("powers") {
  Leaves l;
  CHECK(make_power(l.pool, l.x, 1) == l.x);
  CHECK(make_power(l.pool, l.x, 0) == make_ones(l.pool, {l.n}));
  CHECK(make_power(l.pool, make_power(l.pool, l.x, -1), -2) == make_power(l.pool, l.x, 2));
  CHECK(make_power(l.pool, make_power(l.pool, l.x, 2), {1, 2}) != l.x);  // |x|
  CHECK(make_power(l.pool, scaled(l.pool, -2, l.x), 3) == scaled(l.pool, -8, make_power(l.pool, l.x, 3)));
  CHECK(make_power(l.pool, make_literal(l.pool, {2, 3}), -2) == make_literal(l.pool, {9, 4}));
}

TEST_CASE("matrix functions, windows, reshapes, folds") {
  Leaves l;
  const Expr inverse = make_matrix(l.pool, MatrixKind::inverse, l.A);
  CHECK(make_matrix(l.pool, MatrixKind::inverse, inverse) == l.A);
  CHECK(make_matrix(l.pool, MatrixKind::inverse, scaled(l.pool, 2, l.A)) == scaled(l.pool, {1, 2}, inverse));
  const Expr identity = make_identity(l.pool, l.n);
  CHECK(make_matrix(l.pool, MatrixKind::inverse, identity) == identity);
  const Dim zero = l.pool.dims().constant(0);
  CHECK(make_window(l.pool, l.B, {l.n, l.m}, {{{{0, 1}}, zero}, {{{1, 1}}, zero}}) == l.B);
  CHECK(make_window(l.pool, l.x, {l.n, l.m}, {{{{1, 0}, {0, 1}}, zero}}) ==
        make_window(l.pool, l.x, {l.n, l.m}, {{{{0, 1}}, zero}}));
  CHECK(make_window(l.pool, scaled(l.pool, 2, l.x), {l.m}, {{{{0, 1}}, zero}}) ==
        scaled(l.pool, 2, make_window(l.pool, l.x, {l.m}, {{{{0, 1}}, zero}})));
  const Dim area = l.pool.dims().product(l.n, l.m);
  const Expr flat = make_reshape(l.pool, l.B, {area});
  CHECK(make_reshape(l.pool, flat, {l.n, l.m}) == l.B);
  CHECK(make_reshape(l.pool, negated(l.pool, l.B), {area}) == negated(l.pool, flat));
  CHECK(make_fold(l.pool, FoldKind::max, l.B, {}) == l.B);
  CHECK(l.pool.shape(make_fold(l.pool, FoldKind::max, l.B, {0})) == Shape{l.m});
}

TEST_CASE("a literal splits off a window whatever else the pool holds") {
  Pool bare;
  Pool with_one;
  (void)make_literal(with_one, 1);
  for (Pool* pool : {&bare, &with_one}) {
    const Expr repeated = make_window(*pool, make_literal(*pool, 5), {pool->dims().symbol("n")}, {});
    CHECK(split_coefficient(*pool, repeated).coefficient == Rational(5));
  }
}

TEST_CASE("a product of constants that does not fit keeps them as factors") {
  Leaves l;
  const Rational pi(3141592653589793, 1000000000000000);
  const Expr by_pi = scaled(l.pool, pi, l.x);
  const Expr twice = scaled(l.pool, pi, by_pi);
  CHECK(split_coefficient(l.pool, twice).coefficient == pi);
  CHECK(twice != by_pi);
  CHECK(make_einsum(l.pool, {0}, {{by_pi, {0}}, {make_literal(l.pool, pi), {}}}, {l.n}) == twice);
  CHECK(make_einsum(l.pool, {0}, {{twice, {0}}}, {l.n}) == twice);
  CHECK(rebuilt(l.pool, twice, {split_coefficient(l.pool, twice).expr}) == twice);
  CHECK(scaled(l.pool, Rational(1) / pi, twice) == by_pi);
  CHECK(is_zero(l.pool,
                difference_of(l.pool, scaled(l.pool, 3, twice), sum_of(l.pool, twice, scaled(l.pool, 2, twice)))));
  CHECK(is_zero(l.pool, scaled(l.pool, 0, twice)));
  CHECK(sum_of(l.pool, twice, negated(l.pool, twice)) == make_zero(l.pool, {l.n}));
  const Expr square = scaled(l.pool, pi, make_literal(l.pool, pi));
  CHECK(evaluate(l.pool, square, {}).values[0] == doctest::Approx(9.869604401089358).epsilon(1e-15));
  CHECK(make_power(l.pool, make_literal(l.pool, pi), 2) != make_power(l.pool, make_literal(l.pool, pi), 3));
  CHECK(scaled(l.pool, Rational(1) / pi, square) == make_literal(l.pool, pi));
}

TEST_CASE("coefficients that do not add up within 64 bits stay terms of their own") {
  Leaves l;
  const Rational third(1, 3000000000000000013), fifth(1, 5000000000000000021);
  const auto both = [&](Expr e) { return make_add(l.pool, Shape(l.pool.shape(e)), {{third, e}, {fifth, e}}); };
  for (const Expr e : {l.x, l.B, l.s, make_literal(l.pool, 1)}) {
    const Expr sum = both(e);
    CHECK(l.pool[sum].operands.size() == 2);
    std::vector<Term> opened{{-third, e}};
    for (std::size_t i = 0; i < 2; ++i)
      opened.push_back({l.pool.payload<Coefficients>(sum).values[i], l.pool[sum].operands[i]});
    CHECK(make_add(l.pool, Shape(l.pool.shape(e)), opened) == scaled(l.pool, fifth, e));
    opened.push_back({-fifth, e});
    CHECK(is_zero(l.pool, make_add(l.pool, Shape(l.pool.shape(e)), opened)));
  }
  constexpr std::int64_t most = 9223372036854775807;
  const Expr more = make_add(l.pool, {}, {{most, l.s}, {1, l.s}});
  const Expr number = make_add(l.pool, {}, {{1, make_literal(l.pool, most)}, {1, make_literal(l.pool, 1)}});
  CHECK(evaluate(l.pool, more, {{}, {{l.s, {{}, {2}}}}}).values[0] == doctest::Approx(0x1p64));
  CHECK(evaluate(l.pool, number, {}).values[0] == doctest::Approx(0x1p63));
}

TEST_CASE("products and sums of coefficients near the limit keep their values") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 300; ++round) {
    Leaves l;
    const Bindings at{{{"n", 2}}, {{l.x, {{2}, {1, -3}}}, {l.s, {{}, {2}}}}};
    const auto coefficient = [&] {
      const auto part = [&] { return static_cast<std::int64_t>(random() >> (1 + random() % 60)) | 1; };
      const Rational value(part(), part());
      return random() % 2 == 0 ? value : -value;
    };
    std::vector<Expr> made{l.x, scaled(l.pool, coefficient(), l.x)};
    for (int step = 0; step < 8; ++step) {
      const Expr a = made[random() % made.size()], b = made[random() % made.size()];
      const Rational p = coefficient(), q = coefficient();
      const double left = evaluate(l.pool, a, at).values[1], right = evaluate(l.pool, b, at).values[1];
      const bool adds = random() % 2 == 0;
      const Expr e = adds ? make_add(l.pool, {l.n}, {{p, a}, {q, b}})
                          : make_einsum(l.pool, {0},
                                        {{a, {0}}, {make_literal(l.pool, p), {}}, {scaled(l.pool, q, l.s), {}}}, {l.n});
      const double scale = adds ? std::fabs(p.to_double() * left) + std::fabs(q.to_double() * right) : 0;
      const double expected =
          adds ? p.to_double() * left + q.to_double() * right : p.to_double() * left * q.to_double() * 2;
      CAPTURE(round);
      CHECK(std::fabs(evaluate(l.pool, e, at).values[1] - expected) <= 1e-12 * std::max(scale, std::fabs(expected)));
      made.push_back(e);
    }
    for (std::uint32_t i = 0; i < l.pool.size(); ++i) CHECK(broken_law(l.pool, l.pool[Expr{i}]) == "");
  }
}

TEST_CASE("every node that the constructors make is canonical, and making it again changes nothing") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Pool pool;
    RandomGraph graph(pool, seed);
    for (int i = 0; i < 20; ++i) (void)graph.grow();
    const std::size_t size = pool.size();
    for (std::uint32_t i = 0; i < size; ++i) {
      CHECK(broken_law(pool, pool[Expr{i}]) == "");
      const Node node = pool[Expr{i}];
      if (node.kind != Kind::einsum) continue;
      const auto& labels = std::get<EinsumLabels>(node.payload);
      std::vector<Factor> factors;
      for (std::size_t k = node.operands.size(); k-- > 0;) factors.push_back({node.operands[k], labels.operands[k]});
      CHECK(make_einsum(pool, labels.out, factors, labels.dims) == Expr{i});
    }
  }
}

}  // namespace gradwright
