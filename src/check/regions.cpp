#include "check/regions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "check/branches.h"
#include "check/difference_below_rounding.h"
#include "check/turning_sizes.h"
#include "derive/inside.h"

namespace gradwright::check {
namespace {

std::set<Expr> inputs_of(const Pool& pool, const std::vector<Expr>& ids) {
  std::set<Expr> inputs;
  for (const Expr e : ids) {
    if (pool.kind(e) == Kind::input) inputs.insert(e);
  }
  return inputs;
}

/// Nodes that one side has alone.
std::vector<Expr> apart(const Pool& pool, Expr a, Expr b) {
  const std::vector<Expr> first = reachable(pool, {a}), second = reachable(pool, {b});
  std::vector<Expr> own;
  std::set_symmetric_difference(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(own));
  return own;
}

class Regions {
 public:
  Regions(const Pool& pool, Expr a, Expr b, const IsReal& is_real)
      : pool_(pool), a_(a), b_(b), is_real_(is_real), ids_(reachable(pool, {a, b})) {}

  std::optional<Witness> searched() {
    numbers_ = thresholds_of(pool_, a_, b_);
    const std::vector<Expr> own = apart(pool_, a_, b_);
    for (const Expr e : own) {
      if (is_kinked(pool_, e) && kinks_.size() < most_kinks && !inputs_of(pool_, reachable(pool_, {e})).empty())
        kinks_.push_back(e);
      note_number(e);
    }
    std::uint64_t seed = 701;
    for (const DimValues& sizes : unusual_sizes(pool_, ids_, true, numbers_)) {
      if (is_cheap(pool_, ids_, sizes) && differs_at(random_bindings(pool_, {a_, b_}, ++seed, sizes))) return found_;
    }
    if (differs_on_one_side(++seed)) return found_;
    const Bindings base = bindings_inside(pool_, {a_, b_}, 907);
    if (!is_cheap(pool_, ids_, base.dims)) return std::nullopt;
    if (differs_along(base, {})) return found_;
    if (kinks_.empty()) return std::nullopt;
    const std::set<Expr> inputs = inputs_of(pool_, ids_);
    if (differs_along(with_sign(random_bindings(pool_, {a_, b_}, 911), 1), {})) return found_;
    std::size_t rays = 0;
    for (const Expr input : inputs) {
      if (inputs.size() > 1 && ++rays <= most_rays && differs_along(base, input)) return found_;
    }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t most_kinks = 6, most_rays = 4, most_numbers = 10;
  static constexpr int most_roots = 8;

  /// A number that is made of others: exp(9).
  void note_number(Expr e) {
    const Kind kind = pool_.kind(e);
    if (pool_.order(e) != 0 || kind == Kind::literal || kind == Kind::input || numbers_.size() >= most_numbers) return;
    const std::vector<Expr> ids = reachable(pool_, {e});
    const bool is_number = std::all_of(ids.begin(), ids.end(), [&](Expr part) {
      return pool_.kind(part) != Kind::input && pool_.order(part) == 0 &&
             (pool_.kind(part) != Kind::einsum || pool_.payload<EinsumLabels>(part).dims.empty());
    });
    if (!is_number) return;
    const double size = std::fabs(evaluate(pool_, e, {}).values[0]);
    if (std::isfinite(size) && size != 0 && (size < 0.3 || size > 3)) numbers_.push_back(size);
  }

  /// The inputs without facts, all of one sign.
  [[nodiscard]] Bindings with_sign(Bindings at, double sign) const {
    for (auto& [input, tensor] : at.inputs) {
      if (pool_.payload<InputInfo>(input).properties != Property::none) continue;
      for (double& x : tensor.values) x = sign * std::fabs(x);
    }
    return at;
  }

  /// Few entries, all of one sign: elsewhere a product of many relus is 0 nearly everywhere, and so is each multiple of it.
  bool differs_on_one_side(std::uint64_t seed) {
    for (const std::int64_t size : {2, 3}) {
      DimValues sizes;
      for (const std::string& symbol : pool_.dims().symbols()) sizes[symbol] = size;
      if (!sizes_fit(pool_, ids_, sizes) || !is_cheap(pool_, ids_, sizes)) continue;
      const Bindings at = random_bindings(pool_, {a_, b_}, seed, sizes);
      if (differs_at(with_sign(at, 1)) || differs_at(with_sign(at, -1))) return true;
    }
    return false;
  }

  bool differs_at(const Bindings& at) {
    auto witness = difference_at(pool_, a_, b_, at);
    if (!witness || !is_real_(*witness)) return false;
    found_ = std::move(witness);
    return true;
  }

  /// What decides on which side of a kink a point lies, entry by entry.
  std::vector<double> gaps_at(const Bindings& at) const {
    std::vector<Expr> roots;
    for (const Expr kink : kinks_) {
      roots.push_back(pool_[kink].operands.front());
      roots.push_back(pool_[kink].operands.back());
    }
    const std::vector<Tensor> values = evaluate(pool_, roots, at);
    std::vector<double> gaps;
    for (std::size_t i = 0; i < kinks_.size(); ++i) {
      const bool is_binary = pool_[kinks_[i]].operands.size() == 2;
      const auto& x = values[2 * i].values;
      const auto& y = values[2 * i + 1].values;
      for (std::size_t k = 0; k < x.size(); ++k) gaps.push_back(is_binary ? x[k] - y[k] : x[k]);
    }
    return gaps;
  }

  bool differs_along(const Bindings& base, Expr only) {
    std::vector<double> factors{1e-6, 1e-2, 0.3, 1, 3, 10, 100, 1e3, 1e4, 1e6, 1e9};
    for (const double number : numbers_) {
      factors.push_back(number);
      factors.push_back(1.3 * number);
    }
    std::sort(factors.begin(), factors.end());
    for (const double sign : {1.0, -1.0}) {
      std::optional<std::vector<double>> before;
      for (std::size_t i = 0; i < factors.size(); ++i) {
        const Bindings at = stretched(pool_, base, sign * factors[i], only);
        if (differs_at(at)) return true;
        if (kinks_.empty()) continue;
        std::vector<double> gaps = gaps_at(at);
        if (before && differs_between(base, only, sign * factors[i - 1], sign * factors[i], *before, gaps)) return true;
        before = std::move(gaps);
      }
    }
    return false;
  }

  /// Just before and just after each kink that lies between two points of a ray.
  bool differs_between(const Bindings& base, Expr only, double low, double high, const std::vector<double>& at_low,
                       const std::vector<double>& at_high) {
    for (std::size_t k = 0; k < at_low.size() && roots_ < most_roots; ++k) {
      if (!(at_low[k] * at_high[k] < 0)) continue;
      ++roots_;
      double inside = low, outside = high;
      for (int step = 0; step < 40; ++step) {
        const double middle = (inside + outside) / 2;
        const double gap = gaps_at(stretched(pool_, base, middle, only))[k];
        (gap * at_low[k] > 0 ? inside : outside) = middle;
      }
      for (const double distance : {0.1, 1e-2, 1e-4, 1e-6}) {
        for (const double side : {1 - distance, 1 + distance}) {
          if (differs_at(stretched(pool_, base, inside * side, only))) return true;
        }
      }
    }
    return false;
  }

  const Pool& pool_;
  const Expr a_, b_;
  const IsReal& is_real_;
  const std::vector<Expr> ids_;
  std::vector<Expr> kinks_;      ///< of one side alone
  std::vector<double> numbers_;  ///< of one side alone
  std::optional<Witness> found_;
  int roots_ = 0;
};

}  // namespace

std::optional<Witness> difference_in_regions(const Pool& pool, Expr a, Expr b, const IsReal& is_real) {
  return Regions(pool, a, b, is_real).searched();
}

std::vector<DimValues> unusual_sizes(const Pool& pool, const std::vector<Expr>& nodes, bool large,
                                     const std::vector<double>& near) {
  std::set<std::string> symbols;
  const auto note = [&](const Shape& shape) {
    for (const Dim dim : shape) {
      for (const auto& [monomial, coefficient] : pool.dims().polynomial(dim)) {
        for (const DimSymbol symbol : monomial) symbols.insert(pool.dims().symbol_name(symbol));
      }
    }
  };
  for (const Expr e : nodes) {
    note(pool.shape(e));
    if (pool.kind(e) == Kind::einsum) note(pool.payload<EinsumLabels>(e).dims);
  }
  if (symbols.empty()) return {};
  const DimValues usual = random_sizes(pool, nodes, 17);
  std::vector<DimValues> found(1, usual);
  for (const std::string& symbol : symbols) found[0][symbol] = 1;
  std::vector<std::int64_t> alone{1, 2};  // of two rows some are symmetric that others are not
  if (large) {
    alone.insert(alone.end(), {13, 24, 47, 101});
    for (const double number : near) {
      if (number < 2 || number > 1e5) continue;
      for (const std::int64_t step : {-1, 0, 1}) alone.push_back(std::llround(number) + step);
    }
  }
  constexpr std::size_t most_symbols = 6;
  for (const std::string& symbol : symbols) {
    for (const std::int64_t size : alone) {
      if (found.size() > most_symbols * alone.size()) return found;
      DimValues sizes = usual;
      sizes[symbol] = size;
      found.push_back(std::move(sizes));
    }
  }
  return found;
}

Bindings stretched(const Pool& pool, const Bindings& base, double factor, Expr only) {
  constexpr Property stays = Property::spd | Property::orthogonal | Property::prob | Property::binary | Property::pm1 |
                             Property::onehot_rows | Property::onehot_cols | Property::simplex_rows |
                             Property::simplex_cols;
  Bindings at = base;
  for (auto& [input, tensor] : at.inputs) {
    const Property facts = pool.payload<InputInfo>(input).properties;
    if (has(facts, stays) || (!only.is_none() && input != only)) continue;
    const double own = has(facts, Property::positive) ? std::fabs(factor) : factor;
    for (double& x : tensor.values) x *= own;
  }
  return at;
}

}  // namespace gradwright::check
