// The canonical form of Einsum: structural operands absorbed, constants floated out, operands sorted by id, labels numbered by first use.
// Operands that are equal are told apart by colour refinement of the label graph (Weisfeiler & Leman 1968), so that equal sums of products
// get equal ids however they were written.
#include <algorithm>
#include <cassert>
#include <numeric>
#include <optional>
#include <tuple>

#include "base/hash.h"
#include "ir/constant_factor.h"
#include "ir/make.h"

namespace gradwright {
namespace {

/// Labels that must be equal, as a union-find.
class Merged {
 public:
  explicit Merged(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t fresh() {
    parent_.push_back(parent_.size());
    return parent_.size() - 1;
  }
  std::size_t root(std::size_t label) {
    while (parent_[label] != label) {
      parent_[label] = parent_[parent_[label]];
      label = parent_[label];
    }
    return label;
  }
  void unite(std::size_t a, std::size_t b) {
    a = root(a);
    b = root(b);
    if (a != b) parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

struct Operand {
  Expr expr;
  std::vector<std::size_t> labels;
};

/// An Einsum on its way to the canonical form.
struct Draft {
  ConstantFactor factor;
  std::vector<std::size_t> out;
  std::vector<Operand> operands;
  Shape dims;
  bool zero = false;
};

/// At most one operand and nothing summed beyond plain dimension factors: identity, ones, transposes, diagonals, broadcasts.
/// Not with more than 16 labels: n*n squared again and again would double its labels every time.
bool is_structural(const EinsumLabels& einsum) {
  if (einsum.dims.size() > 16) return false;
  if (einsum.operands.empty()) return true;
  if (einsum.operands.size() > 1) return false;
  Labels kept = einsum.out;
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  return kept.size() == einsum.dims.size();
}

/// Replaces operands by what they are made of while that costs nothing: constants, c·X, structural Einsums.
void absorb(Pool& pool, Draft& draft, Merged& merged) {
  std::vector<Operand> waiting = std::move(draft.operands);
  draft.operands.clear();
  while (!waiting.empty()) {
    Operand operand = std::move(waiting.back());
    waiting.pop_back();
    if (is_zero(pool, operand.expr)) {
      draft.zero = true;
      return;
    }
    if (pool.kind(operand.expr) == Kind::literal) {
      draft.factor.multiply(pool.payload<Rational>(operand.expr));
      continue;
    }
    operand.expr = without_constants(pool, operand.expr, draft.factor);
    const Node& node = pool[operand.expr];
    if (node.kind == Kind::literal) continue;
    if (node.kind == Kind::einsum) {
      const auto& inner = std::get<EinsumLabels>(node.payload);
      if (is_structural(inner)) {
        constexpr std::size_t unset = static_cast<std::size_t>(-1);
        std::vector<std::size_t> outer(inner.dims.size(), unset);
        for (std::size_t axis = 0; axis < inner.out.size(); ++axis) {
          std::size_t& place = outer[inner.out[axis]];
          if (place == unset) {
            place = operand.labels[axis];
          } else {
            merged.unite(place, operand.labels[axis]);
          }
        }
        for (std::size_t label = 0; label < outer.size(); ++label) {
          if (outer[label] != unset) continue;
          outer[label] = merged.fresh();
          draft.dims.push_back(inner.dims[label]);
        }
        for (std::size_t i = 0; i < inner.operands.size(); ++i) {
          Operand next{node.operands[i], {}};
          for (const Label label : inner.operands[i]) next.labels.push_back(outer[label]);
          waiting.push_back(std::move(next));
        }
        continue;
      }
    }
    draft.operands.push_back(std::move(operand));
  }
}

/// A mask of zeros and ones: taken twice it is itself, and on its diagonal it is 1.
void drop_idle_masks(const Pool& pool, Draft& draft) {
  std::vector<Operand> kept;
  for (Operand& operand : draft.operands) {
    const bool is_idle =
        is_lower_mask(pool, operand.expr) &&
        (operand.labels[0] == operand.labels[1] || std::any_of(kept.begin(), kept.end(), [&](const Operand& other) {
           return other.expr == operand.expr && other.labels == operand.labels;
         }));
    if (!is_idle) kept.push_back(std::move(operand));
  }
  draft.operands = std::move(kept);
}

/// Colours of labels and operands, refined until nothing splits any more.
class Colours {
 public:
  Colours(const Pool& pool, const Draft& draft)
      : pool_(pool),
        draft_(draft),
        label_(draft.dims.size()),
        operand_(draft.operands.size()),
        marks_(draft.operands.size(), 0) {
    for (std::size_t i = 0; i < label_.size(); ++i) label_[i] = mixed(7, pool.dims().fingerprint(draft.dims[i]));
    for (std::size_t axis = 0; axis < draft.out.size(); ++axis) {
      label_[draft.out[axis]] = mixed(label_[draft.out[axis]], 1000 + axis);
    }
    refine();
    // Operands that still look alike are images of each other: single one out and refine again.
    for (std::uint64_t mark = 1;; ++mark) {
      const std::size_t twin = first_twin();
      if (twin == operand_.size()) break;
      marks_[twin] = mark;
      refine();
    }
  }
  [[nodiscard]] std::uint64_t label(std::size_t index) const { return label_[index]; }
  [[nodiscard]] std::uint64_t operand(std::size_t index) const { return operand_[index]; }

 private:
  void refine() {
    // Labels that nothing carries are factors; they must not change the order.
    std::vector<bool> used(label_.size(), false);
    for (const std::size_t label : draft_.out) used[label] = true;
    for (const Operand& operand : draft_.operands) {
      for (const std::size_t label : operand.labels) used[label] = true;
    }
    const auto count = static_cast<std::size_t>(std::count(used.begin(), used.end(), true));
    const std::size_t rounds = std::min<std::size_t>(count, 12) + 1;
    for (std::size_t round = 0; round < rounds; ++round) {
      for (std::size_t i = 0; i < operand_.size(); ++i) {
        const Operand& operand = draft_.operands[i];
        std::uint64_t hash = mixed(pool_.fingerprint(operand.expr), marks_[i]);
        if (pool_[operand.expr].symmetric) {
          const auto [low, high] = std::minmax(label_[operand.labels[0]], label_[operand.labels[1]]);
          hash = mixed(mixed(hash, low), high);
        } else {
          for (const std::size_t label : operand.labels) hash = mixed(hash, label_[label]);
        }
        operand_[i] = hash;
      }
      std::vector<std::vector<std::uint64_t>> seen(label_.size());
      for (std::size_t i = 0; i < operand_.size(); ++i) {
        const Operand& operand = draft_.operands[i];
        for (std::size_t axis = 0; axis < operand.labels.size(); ++axis) {
          const std::size_t side = pool_[operand.expr].symmetric ? 0 : axis;
          seen[operand.labels[axis]].push_back(mixed(operand_[i], side));
        }
      }
      for (std::size_t i = 0; i < label_.size(); ++i) {
        std::sort(seen[i].begin(), seen[i].end());
        for (const std::uint64_t hash : seen[i]) label_[i] = mixed(label_[i], hash);
      }
    }
  }
  [[nodiscard]] std::size_t first_twin() const {
    std::vector<std::tuple<std::uint64_t, std::size_t>> order;
    for (std::size_t i = 0; i < operand_.size(); ++i) order.emplace_back(operand_[i], i);
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i + 1 < order.size(); ++i) {
      const std::size_t a = std::get<1>(order[i]);
      const std::size_t b = std::get<1>(order[i + 1]);
      // Equal operands with equal labels are interchangeable: no need to tell them apart.
      if (operand_[a] == operand_[b] && draft_.operands[a].labels != draft_.operands[b].labels) return a;
    }
    return operand_.size();
  }
  const Pool& pool_;
  const Draft& draft_;
  std::vector<std::uint64_t> label_;
  std::vector<std::uint64_t> operand_;
  std::vector<std::uint64_t> marks_;
};

/// Labels renamed to their representative and packed.
void pack(Draft& draft, Merged& merged) {
  constexpr std::size_t unset = static_cast<std::size_t>(-1);
  std::vector<std::size_t> renamed(draft.dims.size(), unset);
  Shape dims;
  for (std::size_t label = 0; label < draft.dims.size(); ++label) {
    const std::size_t root = merged.root(label);
    if (renamed[root] == unset) {
      renamed[root] = dims.size();
      dims.push_back(draft.dims[root]);
    }
    renamed[label] = renamed[root];
  }
  for (std::size_t& label : draft.out) label = renamed[label];
  for (Operand& operand : draft.operands) {
    for (std::size_t& label : operand.labels) label = renamed[label];
  }
  draft.dims = std::move(dims);
}

/// Summed labels without operand are factors: constants go into the constant factor. Labels used by nobody at all are no factor: they are dropped by the caller.
void fold_constant_factors(const Pool& pool, Draft& draft, std::vector<bool>& keep) {
  std::vector<bool> used(draft.dims.size(), false);
  for (const std::size_t label : draft.out) used[label] = true;
  for (const Operand& operand : draft.operands) {
    for (const std::size_t label : operand.labels) used[label] = true;
  }
  for (std::size_t label = 0; label < draft.dims.size(); ++label) {
    if (used[label]) continue;
    if (const auto size = pool.dims().constant_value(draft.dims[label])) {
      draft.factor.multiply(*size);
      keep[label] = false;
    }
  }
}

EinsumLabels numbered(const Pool& pool, Draft& draft, const std::vector<bool>& keep, std::vector<Expr>& operands) {
  std::vector<std::size_t> order(draft.operands.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto expr = [&](std::size_t i) { return draft.operands[i].expr; };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::make_tuple(expr(a), a) < std::make_tuple(expr(b), b); });
  // Only equal operands, and axes that may be exchanged, have to be told apart by colours.
  const bool has_twins = std::adjacent_find(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
                           return expr(a) == expr(b);
                         }) != order.end();
  const bool has_symmetric =
      std::any_of(order.begin(), order.end(), [&](std::size_t i) { return pool[expr(i)].symmetric; });
  std::optional<Colours> colours;
  if (has_twins || has_symmetric) {
    colours.emplace(pool, draft);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::make_tuple(expr(a), colours->operand(a), a) < std::make_tuple(expr(b), colours->operand(b), b);
    });
  }
  EinsumLabels result;
  constexpr Label unset = 0xffff;
  std::vector<Label> number(draft.dims.size(), unset);
  const auto numbered_label = [&](std::size_t label) {
    if (number[label] == unset) {
      number[label] = static_cast<Label>(result.dims.size());
      result.dims.push_back(draft.dims[label]);
    }
    return number[label];
  };
  for (const std::size_t label : draft.out) result.out.push_back(numbered_label(label));
  for (const std::size_t i : order) {
    Operand& operand = draft.operands[i];
    if (pool[operand.expr].symmetric) {
      const auto rank = [&](std::size_t label) { return std::make_tuple(number[label], colours->label(label)); };
      if (rank(operand.labels[1]) < rank(operand.labels[0])) std::swap(operand.labels[0], operand.labels[1]);
    }
    Labels labels;
    for (const std::size_t label : operand.labels) labels.push_back(numbered_label(label));
    operands.push_back(operand.expr);
    result.operands.push_back(std::move(labels));
  }
  std::vector<Dim> factors;
  for (std::size_t label = 0; label < draft.dims.size(); ++label) {
    if (number[label] == unset && keep[label]) factors.push_back(draft.dims[label]);
  }
  std::sort(factors.begin(), factors.end(),
            [&](Dim a, Dim b) { return pool.dims().fingerprint(a) < pool.dims().fingerprint(b); });
  result.dims.insert(result.dims.end(), factors.begin(), factors.end());
  return result;
}

bool equals_own_transpose(Pool& pool, const Draft& draft, const std::vector<bool>& keep, const Node& node) {
  if (draft.out.size() != 2 || draft.dims[draft.out[0]] != draft.dims[draft.out[1]]) return false;
  Draft other = draft;
  std::swap(other.out[0], other.out[1]);
  std::vector<Expr> operands;
  EinsumLabels labels = numbered(pool, other, keep, operands);
  return operands == node.operands && labels == std::get<EinsumLabels>(node.payload);
}

}  // namespace

Expr make_einsum(Pool& pool, const Labels& out, const std::vector<Factor>& factors, const Shape& dims) {
  Draft draft;
  draft.dims = dims;
  draft.out.assign(out.begin(), out.end());
  Shape shape;
  for (const Label label : out) shape.push_back(dims[label]);
  for (const Factor& factor : factors) {
    assert(pool.order(factor.expr) == factor.labels.size());
    draft.operands.push_back({factor.expr, {factor.labels.begin(), factor.labels.end()}});
  }
  Merged merged(dims.size());
  absorb(pool, draft, merged);
  if (draft.zero) return make_zero(pool, shape);
  pack(draft, merged);
  drop_idle_masks(pool, draft);
  std::vector<bool> keep(draft.dims.size(), true);
  fold_constant_factors(pool, draft, keep);
  if (draft.factor.is_zero()) return make_zero(pool, shape);
  const auto with_constants = [&](Expr bare) {
    return scaled(pool, draft.factor.leading, beside_constants(pool, draft.factor.beside, bare));
  };
  Node node;
  node.kind = Kind::einsum;
  node.shape = shape;
  EinsumLabels labels = numbered(pool, draft, keep, node.operands);
  if (labels.dims.empty() && node.operands.empty())
    return draft.factor.beside.empty() ? make_literal(pool, draft.factor.leading)
                                       : with_constants(make_literal(pool, 1));
  if (node.operands.size() == 1 && labels.operands[0] == labels.out && labels.dims.size() == labels.out.size()) {
    Labels distinct = labels.out;
    std::sort(distinct.begin(), distinct.end());
    if (std::adjacent_find(distinct.begin(), distinct.end()) == distinct.end()) return with_constants(node.operands[0]);
  }
  node.payload = std::move(labels);
  node.symmetric = equals_own_transpose(pool, draft, keep, node);
  return with_constants(pool.interned(std::move(node)));
}

}  // namespace gradwright
