#include "lower/contraction_order.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>

#include "lower/graph.h"
#include "lower/known_products.h"
#include "lower/rewrite.h"

namespace gradwright {
namespace {

using namespace lowering;

constexpr std::size_t most_factors = 12;  // of a sum with its nested sums opened
constexpr std::size_t most_exact = 7;

struct Product {
  Labels out;
  std::vector<Factor> factors;
  Shape dims;
  Labels gone;  ///< labels that were found equal to others: they stand nowhere and count for nothing
};

Product product_of(const Pool& pool, Expr e) {
  const auto& einsum = pool.payload<EinsumLabels>(e);
  Product product{einsum.out, {}, einsum.dims, {}};
  for (std::size_t i = 0; i < einsum.operands.size(); ++i)
    product.factors.push_back({pool[e].operands[i], einsum.operands[i]});
  return product;
}

bool is_summing(const EinsumLabels& einsum) {
  const std::vector<bool> carried = carried_labels(einsum);
  for (Label label = 0; label < einsum.dims.size(); ++label) {
    if (carried[label] && !contains(einsum.out, label)) return true;
  }
  return false;
}

Labels distinct(const Labels& labels) {
  Labels result;
  for (const Label label : labels) {
    if (!contains(result, label)) result.push_back(label);
  }
  return result;
}

/// Factor i, an Einsum, is replaced by its own factors.
void open(const Pool& pool, Product& product, std::size_t i) {
  const Factor factor = product.factors[i];
  Product inner = product_of(pool, factor.expr);
  product.factors.erase(product.factors.begin() + static_cast<std::ptrdiff_t>(i));
  constexpr Label unset = 0xffff;
  Labels outer(inner.dims.size(), unset);
  const auto rename = [&](Label from, Label to) {
    const auto one = [&](Labels& labels) { std::replace(labels.begin(), labels.end(), from, to); };
    one(product.out);
    one(outer);
    product.gone.push_back(from);
    for (Factor& other : product.factors) one(other.labels);
  };
  Labels at = factor.labels;
  for (std::size_t axis = 0; axis < inner.out.size(); ++axis) {
    Label& place = outer[inner.out[axis]];
    if (place == unset) {
      place = at[axis];
    } else if (place != at[axis]) {
      const Label gone = at[axis];
      rename(gone, place);
      std::replace(at.begin(), at.end(), gone, place);
    }
  }
  for (std::size_t label = 0; label < outer.size(); ++label) {
    if (outer[label] != unset) continue;
    outer[label] = static_cast<Label>(product.dims.size());
    product.dims.push_back(inner.dims[label]);
  }
  for (Factor& own : inner.factors) {
    for (Label& label : own.labels) label = outer[label];
    product.factors.push_back(std::move(own));
  }
}

class Ordering {
 public:
  Ordering(Pool& pool, const DimValues& dims, Product product, KnownProducts& known)
      : pool_(pool), product_(std::move(product)), known_(known) {
    for (const Dim dim : product_.dims)
      extents_.push_back(static_cast<double>(pool.dims().value(dim, dims).value_or(1)));
  }

  /// The contraction over the carried out labels, then diagonals, broadcasts and plain factors around it.
  Expr ordered() {
    Labels carried, factors;
    for (Label label = 0; label < product_.dims.size(); ++label) {
      const bool is_carried = std::any_of(product_.factors.begin(), product_.factors.end(),
                                          [&](const Factor& f) { return contains(f.labels, label); });
      if (is_carried)
        carried.push_back(label);
      else if (!contains(product_.out, label) && !contains(product_.gone, label))
        factors.push_back(label);
    }
    for (const Label label : distinct(product_.out)) {
      if (contains(carried, label)) wanted_.push_back(label);
    }
    for (const Factor& factor : product_.factors) terms_.push_back(reduced(factor));
    join_alike();
    while (terms_.size() > most_exact) join_cheapest();
    if (terms_.size() > 1) join_best();
    Factor whole = terms_[0];
    if (distinct(whole.labels) != wanted_ || whole.labels.size() != wanted_.size())
      whole = {einsum_of(pool_, wanted_, {whole}, product_.dims), wanted_};
    whole.expr = scaled(whole.expr);
    if (wanted_ == product_.out && factors.empty()) return whole.expr;
    return einsum_of(pool_, product_.out, {whole}, product_.dims, factors);
  }

 private:
  [[nodiscard]] bool is_needed(Label label, const std::vector<const Factor*>& others) const {
    return contains(wanted_, label) ||
           std::any_of(others.begin(), others.end(), [&](const Factor* f) { return contains(f->labels, label); });
  }

  [[nodiscard]] double size_of(const Labels& labels) const {
    double size = 1;
    for (const Label label : labels) size *= extents_[label];
    return size;
  }

  /// What only this factor carries is summed first.
  Factor reduced(const Factor& factor) {
    std::vector<const Factor*> others;
    for (const Factor& other : product_.factors) {
      if (&other != &factor) others.push_back(&other);
    }
    Labels kept;
    for (const Label label : distinct(factor.labels)) {
      if (is_needed(label, others)) kept.push_back(label);
    }
    if (kept.size() == distinct(factor.labels).size() || product_.factors.size() == 1) return factor;
    return {einsum_of(pool_, kept, {factor}, product_.dims), kept};
  }

  Labels all_labels(const Labels& a, const Labels& b) const {
    Labels all = a;
    all.insert(all.end(), b.begin(), b.end());
    return distinct(all);
  }

  /// Labels in the order of the result, or of the other factor that carries most of them.
  void sort_for_users(Labels& labels, const std::vector<const Factor*>& others) const {
    const auto shared = [&](const Labels& order) {
      return std::count_if(labels.begin(), labels.end(), [&](Label l) { return contains(order, l); });
    };
    const Labels* best = &wanted_;
    for (const Factor* other : others) {
      if (shared(other->labels) > shared(*best)) best = &other->labels;
    }
    std::stable_sort(labels.begin(), labels.end(), [&](Label a, Label b) {
      return std::find(best->begin(), best->end(), a) - best->begin() <
             std::find(best->begin(), best->end(), b) - best->begin();
    });
  }

  Factor joined(const Factor& a, const Factor& b, const std::vector<const Factor*>& others) {
    Labels kept = kept_of(a, b, others);
    if (others.empty())
      kept = wanted_;
    else if (!is_as(a, b, kept) && !is_as(b, a, kept))
      sort_for_users(kept, others);
    if (auto product = known_.found(a, b, kept)) return *std::move(product);
    Factor product{einsum_of(pool_, kept, {a, b}, product_.dims), kept};
    known_.add(a, b, product);
    return product;
  }

  /// A product element by element keeps the order of the factor that was computed last, whose loop may make it too.
  bool is_as(const Factor& computed, const Factor& other, Labels& kept) const {
    if (pool_.kind(computed.expr) != Kind::einsum || computed.labels.size() != kept.size()) return false;
    if (pool_.kind(other.expr) == Kind::einsum && other.labels.size() == kept.size() && computed.expr < other.expr)
      return false;
    if (!std::is_permutation(kept.begin(), kept.end(), computed.labels.begin())) return false;
    kept = computed.labels;
    return true;
  }

  /// Σ_k (a·v)·b, where v only carries what is summed: all three in one sum, so that a kernel scales a where it packs it.
  Expr scaled(Expr e) const {
    if (pool_.kind(e) != Kind::einsum || pool_[e].operands.size() != 2) return e;
    const EinsumLabels labels = pool_.payload<EinsumLabels>(e);
    for (std::size_t side = 0; side < 2; ++side) {
      const Expr inner = pool_[e].operands[side];
      if (pool_.kind(inner) != Kind::einsum || pool_[inner].operands.size() != 2) continue;
      Product parts = product_of(pool_, inner);
      if (is_summing(pool_.payload<EinsumLabels>(inner)) || parts.out.size() != parts.dims.size()) continue;
      if (distinct(parts.out).size() != parts.out.size()) continue;
      bool has_scale = false;
      for (Factor& part : parts.factors) {
        for (Label& label : part.labels) {
          const auto axis = std::find(parts.out.begin(), parts.out.end(), label) - parts.out.begin();
          label = labels.operands[side][static_cast<std::size_t>(axis)];
        }
        has_scale = has_scale || std::none_of(part.labels.begin(), part.labels.end(),
                                              [&](Label label) { return contains(labels.out, label); });
      }
      if (!has_scale) continue;
      std::vector<Factor> factors{{pool_[e].operands[1 - side], labels.operands[1 - side]}};
      factors.insert(factors.begin() + static_cast<std::ptrdiff_t>(1 - side), parts.factors.begin(),
                     parts.factors.end());
      return einsum_of(pool_, labels.out, factors, labels.dims);
    }
    return e;
  }

  [[nodiscard]] std::vector<const Factor*> all_but(std::size_t a, std::size_t b) const {
    std::vector<const Factor*> others;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      if (i != a && i != b) others.push_back(&terms_[i]);
    }
    return others;
  }

  /// The labels of a·b that are not summed.
  [[nodiscard]] Labels kept_of(const Factor& a, const Factor& b, const std::vector<const Factor*>& others) const {
    Labels kept;
    for (const Label label : all_labels(a.labels, b.labels)) {
      if (is_needed(label, others)) kept.push_back(label);
    }
    return kept;
  }

  /// Factors over the same labels are multiplied element by element first, and always in the same order: a·(1 − a) is one node wherever it stands.
  void join_alike() {
    std::stable_sort(terms_.begin(), terms_.end(), [](const Factor& a, const Factor& b) { return a.expr < b.expr; });
    for (std::size_t a = 0; a < terms_.size(); ++a) {
      for (std::size_t b = a + 1; b < terms_.size() && terms_.size() > 2;) {
        const std::size_t width = distinct(terms_[a].labels).size();
        const bool is_alike = distinct(terms_[b].labels).size() == width &&
                              all_labels(terms_[a].labels, terms_[b].labels).size() == width;
        if (width == 0 || !is_alike || kept_of(terms_[a], terms_[b], all_but(a, b)).size() != width) {
          ++b;
          continue;
        }
        terms_[a] = joined(terms_[a], terms_[b], all_but(a, b));
        terms_.erase(terms_.begin() + static_cast<std::ptrdiff_t>(b));
      }
    }
  }

  /// The pair whose product costs least beyond what it is made of; pairs that only grow, neither summing a label nor taking one factor into the
  /// other, come last: where few labels are large, an outer product looks cheap and makes all that follows dear.
  void join_cheapest() {
    std::size_t best_a = 0, best_b = 1;
    std::pair<bool, double> best{true, std::numeric_limits<double>::infinity()};
    for (std::size_t a = 0; a < terms_.size(); ++a) {
      for (std::size_t b = a + 1; b < terms_.size(); ++b) {
        const Labels of_a = distinct(terms_[a].labels), of_b = distinct(terms_[b].labels);
        const Labels all = all_labels(of_a, of_b), kept = kept_of(terms_[a], terms_[b], all_but(a, b));
        const bool only_grows = kept.size() == all.size() && all.size() > std::max(of_a.size(), of_b.size());
        const std::pair cost{only_grows, size_of(all) + size_of(kept) - size_of(of_a) - size_of(of_b)};
        if (cost >= best) continue;
        best = cost;
        best_a = a;
        best_b = b;
      }
    }
    Factor both = joined(terms_[best_a], terms_[best_b], all_but(best_a, best_b));
    terms_.erase(terms_.begin() + static_cast<std::ptrdiff_t>(best_b));
    terms_[best_a] = std::move(both);
  }

  using Subset = std::size_t;

  [[nodiscard]] std::vector<const Factor*> outside(Subset subset) const {
    std::vector<const Factor*> others;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      if ((subset >> i & 1U) == 0) others.push_back(&terms_[i]);
    }
    return others;
  }

  void join_best() {
    const Subset count = Subset{1} << terms_.size();
    std::vector<Labels> labels(count);
    std::vector<double> cost(count, 0);
    std::vector<Subset> split(count, 0);
    std::vector<std::optional<Factor>> at_hand(count);  ///< factors, and products that another formula needs too
    for (Subset subset = 1; subset < count; ++subset) {
      Labels inside;
      for (std::size_t i = 0; i < terms_.size(); ++i) {
        if ((subset >> i & 1U) != 0) inside = all_labels(inside, terms_[i].labels);
      }
      const auto others = outside(subset);
      for (const Label label : inside) {
        if (is_needed(label, others)) labels[subset].push_back(label);
      }
      if ((subset & (subset - 1)) == 0) {
        at_hand[subset] = terms_[static_cast<std::size_t>(std::countr_zero(subset))];
        continue;
      }
      cost[subset] = std::numeric_limits<double>::infinity();
      for (Subset part = (subset - 1) & subset; part > (subset ^ part); part = (part - 1) & subset) {
        const Subset rest = subset ^ part;
        if (at_hand[part] && at_hand[rest]) {
          if (auto product = known_.found(*at_hand[part], *at_hand[rest], labels[subset])) {
            at_hand[subset] = std::move(product);
            cost[subset] = 0;
            split[subset] = part;
            break;
          }
        }
        const double here =
            cost[part] + cost[rest] + size_of(all_labels(labels[part], labels[rest])) + size_of(labels[subset]);
        if (here >= cost[subset]) continue;
        cost[subset] = here;
        split[subset] = part;
      }
    }
    std::vector<Factor> made(count);
    std::vector<Subset> waiting{count - 1};
    while (!waiting.empty()) {
      const Subset subset = waiting.back();
      if ((subset & (subset - 1)) == 0) {
        made[subset] = terms_[static_cast<std::size_t>(std::countr_zero(subset))];
        waiting.pop_back();
        continue;
      }
      const Subset part = split[subset];
      const Subset rest = subset ^ part;
      if (made[part].expr.is_none()) waiting.push_back(part);
      if (made[rest].expr.is_none()) waiting.push_back(rest);
      if (waiting.back() != subset) continue;
      made[subset] = joined(made[part], made[rest], outside(subset));
      waiting.pop_back();
    }
    terms_ = {made[count - 1]};
  }

  Pool& pool_;
  Product product_;
  KnownProducts& known_;
  std::vector<double> extents_;
  Labels wanted_;  ///< of the result, in its order
  std::vector<Factor> terms_;
};

/// Σ(a + b) = Σa + Σb, where a term is an outer product that would be larger than what it is made of.
Expr distributed(Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::einsum || pool[e].operands.size() != 1) return {};
  const Expr sum = pool[e].operands[0];
  if (pool.kind(sum) != Kind::add || pool[sum].operands.size() < 2) return {};
  const std::vector<Expr> terms = pool[sum].operands;
  const bool pays = std::any_of(terms.begin(), terms.end(), [&](Expr term) {
    return pool.kind(term) == Kind::einsum && pool[term].operands.size() >= 2 &&
           std::all_of(pool[term].operands.begin(), pool[term].operands.end(),
                       [&](Expr factor) { return pool.order(factor) < pool.order(term); });
  });
  const EinsumLabels& labels = pool.payload<EinsumLabels>(e);
  if (!pays || labels.out.size() == labels.dims.size()) return {};
  return over_terms(pool, e, 0);
}

}  // namespace

std::vector<Expr> contraction_order(Pool& pool, const std::vector<Expr>& roots, const DimValues& dims) {
  const std::vector<Expr> plain = rewritten(pool, roots, [&](Expr e) { return distributed(pool, e); });
  std::unordered_map<Expr, int> uses;
  for (const Expr root : plain) ++uses[root];
  for (const Expr e : reachable(pool, plain)) {
    for (const Expr operand : pool[e].operands) ++uses[operand];
  }
  std::unordered_map<Expr, Expr> done;
  KnownProducts known;
  const auto opened = [&](Expr e) {
    Product product = product_of(pool, e);
    for (std::size_t i = 0; i < product.factors.size();) {
      const Expr factor = product.factors[i].expr;
      const bool opens = pool.kind(factor) == Kind::einsum && uses[factor] == 1 && !pool[factor].operands.empty() &&
                         product.factors.size() - 1 + pool[factor].operands.size() <= most_factors;
      if (opens)
        open(pool, product, i);
      else
        ++i;
    }
    for (Factor& factor : product.factors) factor.expr = done.at(factor.expr);
    return product;
  };
  for (const Expr e : reachable(pool, plain)) {
    std::vector<Expr> operands = pool[e].operands;
    for (Expr& operand : operands) operand = done.at(operand);
    const bool sums = pool.kind(e) == Kind::einsum && !operands.empty() && is_summing(pool.payload<EinsumLabels>(e));
    if (sums)
      done[e] = Ordering(pool, dims, opened(e), known).ordered();
    else
      done[e] = operands == pool[e].operands ? e : rebuilt(pool, e, operands);
  }
  std::vector<Expr> result;
  for (const Expr root : plain) result.push_back(done.at(root));
  return result;
}

}  // namespace gradwright
