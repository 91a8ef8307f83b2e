#include "lower/known_products.h"

#include <algorithm>

#include "lower/graph.h"

namespace gradwright::lowering {
namespace {

std::size_t place(const Labels& order, Label label) {
  return static_cast<std::size_t>(std::find(order.begin(), order.end(), label) - order.begin());
}

struct Numbered {
  Labels order;  ///< the caller's labels, by their first use
  std::vector<std::size_t> key;

  Numbered(const Factor& a, const Factor& b, const Labels& kept) {
    const bool is_in_order = a.expr < b.expr;
    for (const Factor* factor : {is_in_order ? &a : &b, is_in_order ? &b : &a}) {
      key.push_back(factor->expr.index());
      for (const Label label : factor->labels) {
        if (!contains(order, label)) order.push_back(label);
        key.push_back(place(order, label));
      }
    }
    for (const Label label : order) key.push_back(contains(kept, label) ? 1 : 0);
  }
};

}  // namespace

std::optional<Factor> KnownProducts::found(const Factor& a, const Factor& b, const Labels& kept) const {
  const Numbered numbered(a, b, kept);
  const auto product = products_.find(numbered.key);
  if (product == products_.end()) return std::nullopt;
  Factor result = product->second;
  for (Label& label : result.labels) label = numbered.order[label];
  return result;
}

void KnownProducts::add(const Factor& a, const Factor& b, const Factor& product) {
  Numbered numbered(a, b, product.labels);
  Labels labels;
  for (const Label label : product.labels) labels.push_back(static_cast<Label>(place(numbered.order, label)));
  products_[std::move(numbered.key)] = {product.expr, std::move(labels)};
}

}  // namespace gradwright::lowering
