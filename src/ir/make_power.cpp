// Powers. (a·b)^p = a^p·b^p, factor by factor: factors that share a summed label (x'*y) stay one. X^k of a square matrix.
#include <algorithm>
#include <numeric>

#include "ir/make.h"

namespace gradwright {
namespace {

bool contains(const Labels& labels, Label label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

/// For each operand, the first operand that summed labels link it to.
std::vector<std::size_t> linked(const EinsumLabels& product) {
  std::vector<std::size_t> group(product.operands.size());
  std::iota(group.begin(), group.end(), std::size_t{0});
  for (std::size_t label = 0; label < product.dims.size(); ++label) {
    const auto wanted = static_cast<Label>(label);
    if (contains(product.out, wanted)) continue;
    std::size_t first = group.size();
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (!contains(product.operands[i], wanted)) continue;
      if (first == group.size()) first = group[i];
      std::replace(group.begin(), group.end(), group[i], first);
    }
  }
  return group;
}

bool is_transpose(Pool& pool, Expr e) {
  return pool.kind(e) == Kind::einsum && pool[e].operands.size() == 1 && pool.order(pool[e].operands[0]) == 2 &&
         transposed(pool, pool[e].operands[0]) == e;
}

}  // namespace

std::optional<Expr> power_of_factors(Pool& pool, Expr product, Rational exponent) {
  if (pool.kind(product) != Kind::einsum || !exponent.is_integer()) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(product);
  const std::vector<Expr> operands = pool[product].operands;
  for (std::size_t axis = 0; axis < labels.out.size(); ++axis) {
    if (labels.out[axis] != axis) return std::nullopt;  // a diagonal
  }
  const std::vector<std::size_t> group = linked(labels);
  std::vector<Factor> powers;
  for (std::size_t first = 0; first < group.size(); ++first) {
    if (group[first] != first) continue;
    std::vector<Factor> own;
    Labels out;
    Shape dims(labels.dims.size(), pool.dims().one());
    for (std::size_t i = first; i < group.size(); ++i) {
      if (group[i] != first) continue;
      own.push_back({operands[i], labels.operands[i]});
      for (const Label label : labels.operands[i]) {
        dims[label] = labels.dims[label];
        if (contains(labels.out, label) && !contains(out, label)) out.push_back(label);
      }
    }
    std::sort(out.begin(), out.end());
    if (!out.empty() && out != labels.out) return std::nullopt;  // repeated along an axis
    powers.push_back({make_power(pool, make_einsum(pool, out, own, dims), exponent), out});
  }
  Shape dims = labels.dims;
  for (std::size_t label = 0; label < dims.size(); ++label) {
    const auto carries = [&](const Labels& own) { return contains(own, static_cast<Label>(label)); };
    if (contains(labels.out, static_cast<Label>(label))) continue;
    const bool is_size = std::none_of(labels.operands.begin(), labels.operands.end(), carries);
    if (is_size) powers.push_back({make_power(pool, make_size(pool, labels.dims[label]), exponent), {}});
    dims[label] = pool.dims().one();
  }
  if (powers.size() < 2) return std::nullopt;
  return make_einsum(pool, labels.out, powers, dims);
}

Expr make_matrix_power(Pool& pool, Expr x, Dim exponent) {
  const DimTable& dims = pool.dims();
  const std::optional<std::int64_t> number = dims.constant_value(exponent);
  const Expr identity = make_identity(pool, pool.shape(x)[0]);
  if (x == identity || number == 0) return identity;
  if (number == 1) return x;
  if (number == -1) return make_matrix(pool, MatrixKind::inverse, x);
  if (is_transpose(pool, x)) return transposed(pool, make_matrix_power(pool, pool[x].operands[0], exponent));
  Node node;
  node.kind = Kind::matrix;
  node.shape = pool.shape(x);
  node.symmetric = pool[x].symmetric;
  node.operands = {x};
  node.payload = MatrixFunction{MatrixKind::power, exponent};
  return pool.interned(std::move(node));
}

}  // namespace gradwright
