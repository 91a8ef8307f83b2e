#include "ir/constant_factor.h"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "ir/make.h"

namespace gradwright {
namespace {

/// The Einsum e, or e as an Einsum of itself alone.
Node as_product(const Pool& pool, Expr e) {
  if (pool.kind(e) == Kind::einsum) return pool[e];
  Node node;
  node.kind = Kind::einsum;
  node.symmetric = pool[e].symmetric;
  node.shape = pool.shape(e);
  Labels axes(node.shape.size());
  std::iota(axes.begin(), axes.end(), Label{0});
  const bool is_one = is_literal_one(pool, e);
  if (!is_one) node.operands = {e};
  node.payload = EinsumLabels{axes, is_one ? std::vector<Labels>{} : std::vector<Labels>{axes}, node.shape};
  return node;
}

}  // namespace

bool is_literal_one(const Pool& pool, Expr e) {
  return pool.kind(e) == Kind::literal && pool.payload<Rational>(e).is_one();
}

void ConstantFactor::multiply(Rational factor) {
  assert(!factor.overflowed());
  if (factor.is_zero()) {
    leading = 0;
    beside.clear();
  }
  if (factor.is_negative()) {
    leading = -leading;
    factor = -factor;
  }
  if (is_zero() || factor.is_one()) return;
  if (const Rational both = leading * factor; !both.overflowed()) {
    leading = both;
    return;
  }
  for (auto one = beside.begin(); one != beside.end(); ++one) {
    const Rational both = *one * factor;
    if (both.overflowed()) continue;
    beside.erase(one);
    multiply(both);
    return;
  }
  beside.insert(std::upper_bound(beside.begin(), beside.end(), factor), factor);
}

bool holds_constants(const Pool& pool, const Node& einsum) {
  return std::any_of(einsum.operands.begin(), einsum.operands.end(),
                     [&](Expr e) { return pool.kind(e) == Kind::literal; });
}

Expr without_constants(Pool& pool, Expr e, ConstantFactor& factor) {
  const Node& node = pool[e];
  if (node.kind == Kind::literal) {
    factor.multiply(std::get<Rational>(node.payload));
    return make_literal(pool, 1);
  }
  if (node.kind == Kind::add && node.operands.size() == 1) {
    factor.multiply(std::get<Coefficients>(node.payload).values[0]);
    return without_constants(pool, node.operands[0], factor);
  }
  if (node.kind != Kind::einsum || !holds_constants(pool, node)) return e;
  const auto& labels = std::get<EinsumLabels>(node.payload);
  std::vector<Factor> rest;
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    if (pool.kind(node.operands[i]) == Kind::literal)
      factor.multiply(pool.payload<Rational>(node.operands[i]));
    else
      rest.push_back({node.operands[i], labels.operands[i]});
  }
  return make_einsum(pool, labels.out, rest, labels.dims);
}

Expr beside_constants(Pool& pool, const std::vector<Rational>& constants, Expr e) {
  if (constants.empty()) return e;
  if (constants.size() == 1 && is_literal_one(pool, e)) return make_literal(pool, constants[0]);
  Node product = as_product(pool, e);
  auto& labels = std::get<EinsumLabels>(product.payload).operands;
  for (const Rational constant : constants) {
    const Expr literal = make_literal(pool, constant);
    const auto place = std::upper_bound(product.operands.begin(), product.operands.end(), literal);
    labels.insert(labels.begin() + (place - product.operands.begin()), Labels{});
    product.operands.insert(place, literal);
  }
  return pool.interned(std::move(product));
}

}  // namespace gradwright
