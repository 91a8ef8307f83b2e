// Rows for Einsum over reshapes, and for Reshape: kron, vec and the commutation matrix are reshapes of plain tensors, and what is multiplied
// by them is one contraction of those tensors, reshaped at its end.
#include <algorithm>
#include <numeric>

#include "ir/pooling.h"
#include "simplify/parts.h"
#include "simplify/rules.h"

namespace gradwright {
namespace {

constexpr std::size_t most_opened_terms = 12;

/// How many axes of `fine` each axis of `coarse` is the product of, in order; none where it is no such grouping.
std::optional<std::vector<std::size_t>> grouping(DimTable& dims, const Shape& fine, const Shape& coarse) {
  std::vector<std::size_t> groups;
  std::size_t at = 0;
  for (const Dim wanted : coarse) {
    Dim total = dims.one();
    std::size_t count = 0;
    while (at < fine.size() && (count == 0 || total != wanted)) {
      total = dims.product(total, fine[at++]);
      ++count;
    }
    if (total != wanted) return std::nullopt;
    groups.push_back(count);
  }
  if (at != fine.size()) return std::nullopt;
  return groups;
}

/// A product of deltas over the finest axes into which a reshape splits those of an identity.
struct SplitDeltas {
  Expr tensor;
  bool is_whole =
      true;  ///< it is the reshape itself; else some of its axes are still to be grouped: those that the reshape left whole
};

std::optional<SplitDeltas> split_deltas(Pool& pool, Expr reshape) {
  const Expr inner = pool[reshape].operands[0];
  if (pool.kind(inner) != Kind::einsum || !pool[inner].operands.empty()) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(inner);
  const Shape fine = pool.shape(reshape);
  const auto groups = grouping(pool.dims(), fine, Shape(pool.shape(inner)));
  if (!groups) return std::nullopt;
  std::vector<Shape> parts(labels.dims.size());
  for (std::size_t label = 0; label < parts.size(); ++label) {
    const bool is_size = std::find(labels.out.begin(), labels.out.end(), label) == labels.out.end();  // m·eye(n)
    if (is_size) parts[label] = {labels.dims[label]};
  }
  auto first = fine.begin();
  for (std::size_t axis = 0; axis < labels.out.size(); ++axis) {
    const Shape part(first, first + static_cast<std::ptrdiff_t>((*groups)[axis]));
    first += static_cast<std::ptrdiff_t>(part.size());
    Shape& finest = parts[labels.out[axis]];
    if (finest.size() > 1 && part.size() > 1 && part != finest) return std::nullopt;
    if (part.size() > finest.size()) finest = part;
  }
  SplitDeltas found;
  Shape dims;
  std::vector<Labels> fresh(labels.dims.size());
  for (std::size_t label = 0; label < parts.size(); ++label) {
    for (const Dim dim : parts[label]) {
      fresh[label].push_back(static_cast<Label>(dims.size()));
      dims.push_back(dim);
    }
  }
  Labels out;
  for (std::size_t axis = 0; axis < labels.out.size(); ++axis) {
    const Labels& own = fresh[labels.out[axis]];
    found.is_whole = found.is_whole && own.size() == (*groups)[axis];
    out.insert(out.end(), own.begin(), own.end());
  }
  found.tensor = make_einsum(pool, out, {}, dims);
  return found;
}

/// A reshape of an identity that splits some of its axes as the reshape of a product of deltas that groups the others.
Expr with_grouped_deltas(Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::reshape) return e;
  const auto found = split_deltas(pool, e);
  return found && !found->is_whole ? make_reshape(pool, found->tensor, Shape(pool.shape(e))) : e;
}

/// One operand on its way: the tensor under its reshape, and how the axes are grouped.
struct Merged {
  bool unwraps = false;
  Shape fine;
  std::vector<std::size_t> groups;
  [[nodiscard]] Shape part(std::size_t axis) const {
    const std::size_t start =
        std::accumulate(groups.begin(), groups.begin() + static_cast<std::ptrdiff_t>(axis), std::size_t{0});
    return {fine.begin() + static_cast<std::ptrdiff_t>(start),
            fine.begin() + static_cast<std::ptrdiff_t>(start + groups[axis])};
  }
};

std::optional<Expr> unmerge(Pool& pool, Expr e, const Names& names) {
  const std::vector<Expr>& own = pool[e].operands;
  if (std::none_of(own.begin(), own.end(), [&](Expr operand) { return pool.kind(operand) == Kind::reshape; }))
    return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(e);
  std::vector<Expr> operands = pool[e].operands;
  std::vector<Merged> merged(operands.size());
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!names.contains(operands[i])) operands[i] = with_grouped_deltas(pool, operands[i]);
    if (pool.kind(operands[i]) != Kind::reshape || names.contains(operands[i]) || pooling_of_mask(pool, operands[i]))
      continue;
    const Shape fine = pool.shape(pool[operands[i]].operands[0]);
    const auto groups = grouping(pool.dims(), fine, Shape(pool.shape(operands[i])));
    if (groups) merged[i] = {true, fine, *groups};
  }
  // A label splits where all that carry it split it alike; an operand is unwrapped where all its labels split.
  std::vector<std::optional<Shape>> split(labels.dims.size());
  for (bool changed = true; changed;) {
    changed = false;
    std::fill(split.begin(), split.end(), std::nullopt);
    std::vector<bool> broken(labels.dims.size(), false);
    for (std::size_t i = 0; i < operands.size(); ++i) {
      for (std::size_t axis = 0; axis < labels.operands[i].size(); ++axis) {
        const Label label = labels.operands[i][axis];
        const Shape part = merged[i].unwraps ? merged[i].part(axis) : Shape{labels.dims[label]};
        if (split[label] && *split[label] != part) broken[label] = true;
        split[label] = part;
      }
    }
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (!merged[i].unwraps) continue;
      const bool stays =
          std::any_of(labels.operands[i].begin(), labels.operands[i].end(), [&](Label label) { return broken[label]; });
      if (!stays) continue;
      merged[i].unwraps = false;
      changed = true;
    }
  }
  if (std::none_of(merged.begin(), merged.end(), [](const Merged& m) { return m.unwraps; })) return std::nullopt;
  Shape dims;
  std::vector<Labels> fresh(labels.dims.size());
  for (std::size_t label = 0; label < labels.dims.size(); ++label) {
    for (const Dim dim : split[label].value_or(Shape{labels.dims[label]})) {
      fresh[label].push_back(static_cast<Label>(dims.size()));
      dims.push_back(dim);
    }
  }
  const auto fine_labels = [&](const Labels& coarse) {
    Labels fine;
    for (const Label label : coarse) fine.insert(fine.end(), fresh[label].begin(), fresh[label].end());
    return fine;
  };
  std::vector<Factor> factors;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    factors.push_back(
        {merged[i].unwraps ? pool[operands[i]].operands[0] : operands[i], fine_labels(labels.operands[i])});
  }
  return make_reshape(pool, make_einsum(pool, fine_labels(labels.out), factors, dims), Shape(pool.shape(e)));
}

/// reshape(eye(m*n), …) as δ·δ: a Kronecker delta over grouped axes is a product of deltas.
std::optional<Expr> split_identity(Pool& pool, Expr e, const Names&) {
  const auto found = split_deltas(pool, e);
  return found && found->is_whole ? std::optional(found->tensor) : std::nullopt;
}

/// δ·δ over grouped axes, rows and columns alike, as one identity; what touches no axis scales it.
std::optional<Expr> merge_identity(Pool& pool, Expr e, const Names&) {
  const Expr inner = pool[e].operands[0];
  const Shape shape = pool.shape(e);
  if (shape.size() != 2 || shape[0] != shape[1] || pool.kind(inner) != Kind::einsum) return std::nullopt;
  const EinsumLabels labels = pool.payload<EinsumLabels>(inner);
  const std::size_t half = labels.out.size() / 2;
  for (std::size_t i = 0; i < labels.out.size(); ++i) {
    const std::size_t twin = i < half ? i : i - half;
    if (labels.out.size() != 2 * half || labels.out[i] != twin)
      return std::nullopt;  // out labels are numbered by first use
  }
  std::vector<Factor> factors;
  for (std::size_t i = 0; i < labels.operands.size(); ++i) {
    if (std::any_of(labels.operands[i].begin(), labels.operands[i].end(), [&](Label label) { return label < half; }))
      return std::nullopt;
    factors.push_back({pool[inner].operands[i], labels.operands[i]});
  }
  Shape dims = labels.dims;
  std::fill(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(half), pool.dims().one());
  dims.push_back(shape[0]);
  const auto label = static_cast<Label>(dims.size() - 1);
  return make_einsum(pool, {label, label}, factors, dims);
}

/// A product with a sum of tensors, term by term: each term may be a Kronecker product, the sum of tensors has no matrix form.
std::optional<Expr> open_sum_of_tensors(Pool& pool, Expr e, const Names& names) {
  if (pool.order(e) != 2) return std::nullopt;
  const Expr inner = pool[e].operands[0];
  if (names.contains(inner)) return std::nullopt;
  std::vector<Term> opened;
  bool any = false;
  for (const Term& term : pool.kind(inner) == Kind::add ? terms_of(pool, inner) : std::vector<Term>{{1, inner}}) {
    std::vector<Factor> factors = pool.kind(term.expr) == Kind::einsum && !names.contains(term.expr)
                                      ? factors_of(pool, term.expr)
                                      : std::vector<Factor>{};
    const auto sum = std::find_if(factors.begin(), factors.end(), [&](const Factor& factor) {
      return pool.kind(factor.expr) == Kind::add && pool.order(factor.expr) > 2 && !names.contains(factor.expr) &&
             !is_zero(pool, factor.expr);
    });
    if (sum == factors.end()) {
      opened.push_back(term);
      continue;
    }
    any = true;
    const EinsumLabels labels = pool.payload<EinsumLabels>(term.expr);
    for (const Term& part : terms_of(pool, sum->expr)) {
      sum->expr = part.expr;
      opened.push_back(
          {term.coefficient,
           scaled(pool, part.coefficient, tidied(pool, make_einsum(pool, labels.out, factors, labels.dims), names))});
    }
  }
  if (!any || opened.size() > most_opened_terms) return std::nullopt;
  return make_reshape(pool, make_add(pool, Shape(pool.shape(inner)), opened), Shape(pool.shape(e)));
}

}  // namespace

std::span<const Rule> reshape_rules() {
  static constexpr Rule rules[] = {
      {"product-of-kron", "kron(A,B)*kron(C,D) = kron(A*C,B*D); tr(kron(A,B)) = tr(A)*tr(B)", "the inner sizes agree",
       Kind::einsum, unmerge},
      {"identity-of-kron", "eye(m*n) = kron(eye(m),eye(n))", "", Kind::reshape, split_identity},
      {"kron-of-identities", "kron(eye(m),eye(n)) = eye(m*n)", "", Kind::reshape, merge_identity},
      {"kron-of-sum", "kron(A,B)*(T + U) = kron(A,B)*T + kron(A,B)*U",
       "T and U are tensors of order 3 or 4 as matrices", Kind::reshape, open_sum_of_tensors},
  };
  return rules;
}

}  // namespace gradwright
