#include "ir/work.h"

#include <algorithm>
#include <unordered_map>

#include "ir/contraction.h"

namespace gradwright {

Work work_of(const Pool& pool, const std::vector<Expr>& roots, const DimValues& sizes) {
  const auto extent = [&](Dim dim) { return std::max<std::int64_t>(0, pool.dims().value(dim, sizes).value_or(0)); };
  const auto count = [&](Expr e) {
    double product = 1;
    for (const Dim dim : pool.shape(e)) product *= static_cast<double>(extent(dim));
    return product;
  };
  const std::vector<Expr> ids = reachable(pool, roots);
  std::unordered_map<Expr, std::size_t> uses;
  for (const Expr root : roots) ++uses[root];
  for (const Expr e : ids) {
    for (const Expr operand : pool[e].operands) ++uses[operand];
  }
  Work work;
  double held = 0;
  for (const Expr e : ids) {
    const Node& node = pool[e];
    const double own = count(e);
    double beside = 0;  // within the node
    if (node.kind == Kind::einsum) {
      const auto& einsum = std::get<EinsumLabels>(node.payload);
      evaluation::Extents extents;
      for (const Dim dim : einsum.dims) extents.push_back(extent(dim));
      for (const evaluation::Pairing& pairing : evaluation::pairings_of(einsum, extents).steps) {
        double kept = 1;
        for (const Label label : pairing.kept) kept *= static_cast<double>(extents[label]);
        beside = std::max(beside, kept);
        work.operations += pairing.operations;
      }
    } else if (node.kind == Kind::matrix) {
      const double n = static_cast<double>(extent(pool.shape(node.operands[0])[0]));
      beside = 2 * n * n;
      work.operations += 2 * n * n * n;
    }
    for (const Expr operand : node.operands)
      work.operations += node.kind == Kind::einsum ? 0 : std::max(own, count(operand));
    held += own;
    work.numbers = std::max(work.numbers, held + beside);
    if (std::max(own, beside) > work.largest_count) {
      work.largest_count = std::max(own, beside);
      work.largest = e;
    }
    for (const Expr operand : node.operands) {
      if (--uses[operand] == 0 && pool.kind(operand) != Kind::input) held -= count(operand);
    }
  }
  return work;
}

}  // namespace gradwright
