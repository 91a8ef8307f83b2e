#include "simplify/parts.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace gradwright {

std::vector<Factor> factors_of(const Pool& pool, Expr einsum) {
  const auto& labels = pool.payload<EinsumLabels>(einsum);
  std::vector<Factor> factors;
  for (std::size_t i = 0; i < labels.operands.size(); ++i)
    factors.push_back({pool[einsum].operands[i], labels.operands[i]});
  return factors;
}

std::vector<Term> terms_of(const Pool& pool, Expr add) {
  std::vector<Term> terms;
  for (std::size_t i = 0; i < pool[add].operands.size(); ++i)
    terms.push_back({pool.payload<Coefficients>(add).values[i], pool[add].operands[i]});
  return terms;
}

std::size_t uses(const EinsumLabels& labels, Label label) {
  auto count = static_cast<std::size_t>(std::count(labels.out.begin(), labels.out.end(), label));
  for (const Labels& operand : labels.operands)
    count += static_cast<std::size_t>(std::count(operand.begin(), operand.end(), label));
  return count;
}

bool has_operand(const Pool& pool, Expr e, Kind kind) {
  const std::vector<Expr>& operands = pool[e].operands;
  return std::any_of(operands.begin(), operands.end(), [&](Expr operand) { return pool.kind(operand) == kind; });
}

Labels axis_labels(std::size_t order) {
  Labels axes(order);
  std::iota(axes.begin(), axes.end(), Label{0});
  return axes;
}

std::optional<Expr> repeated_image(Pool& pool, Expr map) {
  if (pool.kind(map) != Kind::map || pool[map].operands.size() != 1) return std::nullopt;
  const Expr inner = pool[map].operands[0];
  if (pool.kind(inner) != Kind::einsum || pool[inner].operands.size() != 1) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(inner);
  const std::set<Label> own(labels.operands[0].begin(), labels.operands[0].end());
  const bool is_diagonal = labels.out != axis_labels(labels.out.size()) || own.size() < labels.operands[0].size();
  if (is_diagonal || labels.dims.size() != labels.out.size() || own.size() == labels.out.size()) return std::nullopt;
  const MapFunction f = pool.payload<MapFunction>(map);
  const Expr x = pool[inner].operands[0];
  const Expr image = f.function == Function::power ? make_power(pool, x, f.parameter) : make_map(pool, f.function, {x});
  return make_einsum(pool, labels.out, {{image, labels.operands[0]}}, labels.dims);
}

Expr known_root(const Pool& pool, Expr u) {
  Node root;
  root.kind = Kind::map;
  root.shape = pool.shape(u);
  root.operands = {u};
  root.payload = MapFunction{Function::sqrt, 0};
  return pool.find(root);
}

bool is_sum(const Pool& pool, Expr e, const Names& names) {
  return pool.kind(e) == Kind::add && pool[e].operands.size() > 1 && !names.contains(e);
}

std::vector<Factor> as_factors(const Pool& pool, Expr e, const Names& names) {
  const bool opens = pool.kind(e) == Kind::einsum && !names.contains(e) &&
                     pool.payload<EinsumLabels>(e).out == axis_labels(pool.order(e)) &&
                     pool.payload<EinsumLabels>(e).dims.size() == pool.order(e);
  return opens ? factors_of(pool, e) : std::vector<Factor>{{e, axis_labels(pool.order(e))}};
}

}  // namespace gradwright
