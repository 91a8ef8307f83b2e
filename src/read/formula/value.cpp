#include "read/formula/value.h"

#include <algorithm>
#include <unordered_map>

namespace gradwright::formula {

ProductDraft::MaybeLabel ProductDraft::fresh(Dim dim) {
  if (pool_->dims().is_one(dim)) return std::nullopt;
  return fresh_label(dim);
}

Label ProductDraft::fresh_label(Dim dim) {
  dims_.push_back(dim);
  return static_cast<Label>(dims_.size() - 1);
}

std::vector<ProductDraft::MaybeLabel> ProductDraft::fresh_axes(const Shape& surface) {
  std::vector<MaybeLabel> axes;
  for (const Dim dim : surface) axes.push_back(surface.size() > 2 ? MaybeLabel(fresh_label(dim)) : fresh(dim));
  return axes;
}

Label ProductDraft::index_label(Index index, Dim extent) {
  for (const IndexLabel& known : index_labels_) {
    if (known.index == index) return known.label;
  }
  dims_.push_back(extent);
  const auto label = static_cast<Label>(dims_.size() - 1);
  index_labels_.push_back({index, label});
  return label;
}

void ProductDraft::unite(Label a, Label b) { factors_.push_back({make_identity(*pool_, dims_[a]), {a, b}}); }

std::size_t ProductDraft::room_for(const Value& value) const {
  const Node& node = (*pool_)[value.expr];
  return value.is_anonymous && node.kind == Kind::einsum ? node.operands.size() : 1;
}

void ProductDraft::multiply(const Value& value, const std::vector<MaybeLabel>& axes) {
  Labels labels;
  for (std::size_t i = 0; i < value.indices.size(); ++i)
    labels.push_back(index_label(value.indices[i], value.extents[i]));
  const bool is_tensor = value.is_tensor();
  for (std::size_t i = 0; i < value.surface.size(); ++i) {
    if (!is_tensor && pool_->dims().is_one(value.surface[i])) continue;
    labels.push_back(*axes[i]);
  }
  multiply(value.expr, labels, value.is_anonymous);
}

void ProductDraft::multiply(Rational coefficient) {
  const Rational both = coefficient_ * coefficient;
  if (both.overflowed())
    factors_.push_back({make_literal(*pool_, coefficient), {}});
  else
    coefficient_ = both;
}

void ProductDraft::multiply(Expr expr, const Labels& labels, bool is_anonymous) {
  if (is_anonymous) {
    const Term term = split_coefficient(*pool_, expr);
    multiply(term.coefficient);
    if (expr != term.expr) is_anonymous = names_->find(term.expr) == names_->end();
    expr = term.expr;
  }
  const Node& node = (*pool_)[expr];
  if (!is_anonymous || node.kind != Kind::einsum || factors_.size() + node.operands.size() > most_factors) {
    factors_.push_back({expr, labels});
    return;
  }
  const EinsumLabels inner = std::get<EinsumLabels>(node.payload);
  const std::vector<Expr> operands = node.operands;
  std::vector<MaybeLabel> outer(inner.dims.size());
  for (std::size_t axis = 0; axis < inner.out.size(); ++axis) {
    MaybeLabel& place = outer[inner.out[axis]];
    if (place && *place != labels[axis]) {
      unite(*place, labels[axis]);
    } else {
      place = labels[axis];
    }
  }
  for (std::size_t label = 0; label < outer.size(); ++label) {
    if (outer[label]) continue;
    dims_.push_back(inner.dims[label]);
    outer[label] = static_cast<Label>(dims_.size() - 1);
  }
  for (std::size_t i = 0; i < operands.size(); ++i) {
    Factor factor{operands[i], {}};
    for (const Label label : inner.operands[i]) factor.labels.push_back(*outer[label]);
    factors_.push_back(std::move(factor));
  }
}

Value ProductDraft::made(const std::vector<MaybeLabel>& axes, const Shape& surface,
                         const std::vector<Index>& summed) const {
  std::vector<IndexLabel> free = index_labels_;
  std::erase_if(free, [&](const IndexLabel& known) {
    return std::find(summed.begin(), summed.end(), known.index) != summed.end();
  });
  std::sort(free.begin(), free.end(), [](const IndexLabel& a, const IndexLabel& b) { return a.index < b.index; });
  Value value;
  value.surface = surface;
  Labels out;
  for (const IndexLabel& known : free) {
    value.indices.push_back(known.index);
    value.extents.push_back(dims_[known.label]);
    out.push_back(known.label);
  }
  for (const MaybeLabel& label : axes) {
    if (label) out.push_back(*label);
  }
  const Expr product = make_einsum(*pool_, out, factors_, dims_);
  value.expr = scaled(*pool_, coefficient_, product);
  // 1·z is z, which stays a reference.
  for (const Factor& factor : factors_) value.is_anonymous = value.is_anonymous && factor.expr != value.expr;
  return value;
}

Expr substituted(Pool& pool, Expr root, Expr from, Expr to) {
  std::unordered_map<Expr, Expr> image;
  for (const Expr e : reachable(pool, {root})) {
    std::vector<Expr> operands;
    for (const Expr operand : pool[e].operands) operands.push_back(image.at(operand));
    image[e] = e == from ? to : rebuilt(pool, e, operands);
  }
  return image.at(root);
}

}  // namespace gradwright::formula
