// The order of a chain of products is the cheapest one, and every order has the value of the evaluator.
#include "lower/contraction_order.h"
#include "lower/distribute.h"

#include <doctest/doctest.h>

#include "../ir/filled.h"
#include "ir/make.h"
#include "planned.h"

using namespace gradwright;

namespace {

struct Chain {
  Pool pool;
  std::vector<Expr> factors;
  Expr whole;
  DimValues sizes;

  /// A1·A2·…, A_k of extents[k] × extents[k + 1].
  explicit Chain(const std::vector<std::int64_t>& extents) {
    Shape dims;
    for (std::size_t i = 0; i < extents.size(); ++i) {
      const std::string name = "d" + std::to_string(i);
      dims.push_back(pool.dims().symbol(name));
      sizes[name] = extents[i];
    }
    std::vector<Factor> labelled;
    for (std::size_t i = 0; i + 1 < extents.size(); ++i) {
      factors.push_back(
          make_input(pool, {"A" + std::to_string(i), Role::data, Property::none, {dims[i], dims[i + 1]}}));
      labelled.push_back({factors.back(), {static_cast<Label>(i), static_cast<Label>(i + 1)}});
    }
    whole = make_einsum(pool, {0, static_cast<Label>(extents.size() - 1)}, labelled, dims);
  }
  /// Multiplications of the products that the order makes.
  double multiplications() {
    double total = 0;
    for (const Expr e : reachable(pool, contraction_order(pool, {whole}, sizes))) {
      if (pool.kind(e) != Kind::einsum || pool[e].operands.size() < 2) continue;
      CHECK(pool[e].operands.size() == 2);
      double product = 1;
      for (const Dim dim : pool.payload<EinsumLabels>(e).dims)
        product *= static_cast<double>(*pool.dims().value(dim, sizes));
      total += product;
    }
    return total;
  }
};

/// The least number of multiplications, by the textbook recurrence over intervals.
double least(const std::vector<std::int64_t>& p) {
  const std::size_t n = p.size() - 1;
  std::vector<std::vector<double>> m(n, std::vector<double>(n, 0));
  for (std::size_t length = 2; length <= n; ++length) {
    for (std::size_t i = 0; i + length <= n; ++i) {
      const std::size_t j = i + length - 1;
      m[i][j] = INFINITY;
      for (std::size_t k = i; k < j; ++k)
        m[i][j] = std::min(m[i][j], m[i][k] + m[k + 1][j] + static_cast<double>(p[i] * p[k + 1] * p[j + 1]));
    }
  }
  return m[0][n - 1];
}

}  // namespace

TEST_CASE("chains take the multiplications that the recurrence allows") {
  // The example of Cormen, Leiserson, Rivest, Stein, ch. 15.2: 15,125 multiplications.
  CHECK(least({30, 35, 15, 5, 10, 20, 25}) == 15125);
  for (const auto& extents : std::vector<std::vector<std::int64_t>>{{30, 35, 15, 5, 10, 20, 25},
                                                                    {10, 100, 5, 50},
                                                                    {2, 300, 300, 300},
                                                                    {300, 300, 300, 2},
                                                                    {40, 1000, 3, 1000, 40},
                                                                    {7, 5, 9, 3, 8, 4, 6, 2}}) {
    Chain chain(extents);
    CHECK(chain.multiplications() <= 1.02 * least(extents));  // entries of results count too
  }
}

TEST_CASE("long chains are joined greedily, and keep their value") {
  Chain chain({3, 2, 4, 3, 2, 3, 4, 2, 3, 2, 3});
  const Bindings at = filled(chain.pool, {chain.whole}, chain.sizes);
  const std::vector<Expr> ordered = contraction_order(chain.pool, {chain.whole}, chain.sizes);
  CHECK(difference(evaluate(chain.pool, ordered[0], at), evaluate(chain.pool, chain.whole, at)) < 1e-12);
}

TEST_CASE("sums apart are ordered as a whole: Σ over samples of an outer product is one product") {
  Pool pool;
  const Dim n = pool.dims().symbol("n"), m = pool.dims().symbol("m"), b = pool.dims().symbol("b");
  const Expr d = make_input(pool, {"d", Role::data, Property::none, {n, b}});
  const Expr x = make_input(pool, {"x", Role::data, Property::none, {m, b}});
  const Expr outer = make_einsum(pool, {0, 1, 2}, {{d, {0, 2}}, {x, {1, 2}}}, {n, m, b});
  const Expr total = summed(pool, outer, {2});
  const std::vector<Expr> ordered = contraction_order(pool, {total}, {{"n", 3}, {"m", 4}, {"b", 5}});
  CHECK(pool[ordered[0]].operands == std::vector{d, x});
}

TEST_CASE("a vector times a sum of a matrix and its transpose is a sum of products, shared with the value") {
  Pool pool;
  const Dim n = pool.dims().symbol("n");
  const Expr a = make_input(pool, {"A", Role::data, Property::none, {n, n}});
  const Expr x = make_input(pool, {"x", Role::data, Property::none, {n, pool.dims().one()}});
  const Expr both = sum_of(pool, a, transposed(pool, a));
  const Expr slope = make_einsum(pool, {0}, {{both, {0, 1}}, {x, {1}}}, {n, n});
  const Expr turned = make_einsum(pool, {1}, {{a, {0, 1}}, {x, {0}}}, {n, n});
  const std::vector<Expr> found = distributed(pool, {slope, turned});
  REQUIRE(pool.kind(found[0]) == Kind::add);
  CHECK(pool[found[0]].operands.size() == 2);
  CHECK(std::count(pool[found[0]].operands.begin(), pool[found[0]].operands.end(), found[1]) == 1);
  const Bindings at = filled(pool, {slope}, {{"n", 5}});
  CHECK(difference(planned(pool, {slope}, at)[0], evaluate(pool, slope, at)) < 1e-12);
  // Two matrices: the sum is made once and multiplied once.
  const Expr b = make_input(pool, {"B", Role::data, Property::none, {n, n}});
  const Expr product = make_einsum(pool, {0, 2}, {{both, {0, 1}}, {b, {1, 2}}}, {n, n, n});
  CHECK(distributed(pool, {product})[0] == product);
}
