#include "simplify/cost.h"

namespace gradwright {
namespace {

std::size_t own_cost(const Pool& pool, Expr e) {
  const Node& node = pool[e];
  switch (node.kind) {
    case Kind::input:
    case Kind::literal: return 0;
    case Kind::einsum: {
      const auto& labels = std::get<EinsumLabels>(node.payload);
      return node.operands.empty() ? 1
                                   : node.operands.size() - 1 +
                                         (labels.out.size() < labels.dims.size() && node.operands.size() == 1 ? 1 : 0);
    }
    case Kind::add: {
      std::size_t operations = node.operands.size() > 0 ? node.operands.size() - 1 : 0;
      for (const Rational& value : std::get<Coefficients>(node.payload).values) {
        if (!value.is_one() && !(value == Rational(-1))) ++operations;
      }
      return operations;
    }
    case Kind::map:
    case Kind::fold:
    case Kind::window:
    case Kind::reshape:
    case Kind::gather:
    case Kind::matrix: return 1;
  }
  return 0;
}

}  // namespace

std::size_t cost(const Pool& pool, Expr root, const Names& names) {
  std::size_t total = 0;
  for (const Expr e : reachable_within(pool, {root}, names)) {
    if (e == root || !names.contains(e)) total += own_cost(pool, e);
  }
  return total;
}

}  // namespace gradwright
