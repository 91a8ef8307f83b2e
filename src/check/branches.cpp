#include "check/branches.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <random>
#include <set>

#include "check/precise.h"
#include "check/turning_sizes.h"
#include "derive/inside.h"

namespace gradwright::check {
namespace {

bool is_turning_map(Function function) {
  switch (function) {
    case Function::abs:
    case Function::sign:
    case Function::step:
    case Function::relu:
    case Function::leaky_relu:
    case Function::elu:
    case Function::max:
    case Function::min:
    case Function::greater:
    case Function::greater_equal:
    case Function::equal: return true;
    default: return false;
  }
}

bool is_largest_entry(const Pool& pool, Expr e) {
  if (pool.kind(e) != Kind::fold) return false;
  const FoldKind kind = pool.payload<FoldAxes>(e).kind;
  return kind == FoldKind::max || kind == FoldKind::min;
}

/// Points on ever other sides of the conditions. The last one on each is kept; those that are kept are changed in an input or two to find more.
/// They are drawn evenly from the sides of the conditions that one formula has alone, and from where something is left of the formulas: most of
/// what conditions multiply is 0.
class BranchWalk {
 public:
  BranchWalk(const Pool& pool, Expr a, Expr b) : pool_(pool), a_(a), b_(b) {
    const std::vector<Expr> first = reachable(pool, {a}), second = reachable(pool, {b});
    std::vector<Expr> own, shared;
    std::set_symmetric_difference(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(own));
    std::set_intersection(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(shared));
    for (const auto& [nodes, roots] : {std::pair{&own, &own_}, {&shared, &shared_}}) {
      for (const Expr e : *nodes) {
        if (!is_kinked(pool, e)) continue;
        roots->push_back(pool[e].operands.front());
        roots->push_back(pool[e].operands.back());
      }
    }
  }

  [[nodiscard]] Bindings next() {
    if (kept_.empty() || random_() % 8 == 0) return bindings_inside(pool_, {a_, b_}, random_());
    Bindings at = any_of(any_of(kept_));
    const Bindings other = random_bindings(pool_, {a_, b_}, random_(), at.dims);
    std::vector<Expr> inputs;
    for (const auto& [input, tensor] : at.inputs) inputs.push_back(input);
    std::sort(inputs.begin(), inputs.end());
    for (std::uint64_t changes = 1 + random_() % 2; changes > 0 && !inputs.empty(); --changes) {
      const Expr input = inputs[random_() % inputs.size()];
      const Expr beside = inputs[random_() % inputs.size()];
      const bool copies = random_() % 4 == 0 && are_alike(input, beside, at);  // below another, or above
      at.inputs.at(input) = copies ? at.inputs.at(beside) : other.inputs.at(input);
      constexpr std::array<double, 8> factors{0.03, 0.2, 0.5, 1, 1, 2, 5, 30};
      // Never the same: what holds at ties alone is no difference.
      constexpr std::array<double, 4> aside{0.6, 0.9, 1.1, 1.7};
      const double factor = copies ? aside[random_() % aside.size()] : factors[random_() % factors.size()];
      at = stretched(pool_, at, factor, input);
    }
    return at;
  }

  void keep(const Bindings& at) {
    std::string own = is_left(at) ? "+" : "0";
    own += sides_of(own_, at);
    kept_[own][sides_of(shared_, at)] = at;
  }

 private:
  template <class Value>
  [[nodiscard]] const Value& any_of(const std::map<std::string, Value>& all) {
    return std::next(all.begin(), static_cast<std::ptrdiff_t>(random_() % all.size()))->second;
  }

  [[nodiscard]] bool are_alike(Expr a, Expr b, const Bindings& at) const {
    const auto facts = [&](Expr input) { return pool_.payload<InputInfo>(input).properties; };
    return facts(a) == Property::none && facts(b) == Property::none &&
           at.inputs.at(a).extents == at.inputs.at(b).extents;
  }

  [[nodiscard]] bool is_left(const Bindings& at) const {
    const std::vector<Tensor> values = evaluate(pool_, {a_, b_}, at);
    return std::any_of(values.begin(), values.end(), [](const Tensor& one) {
      return std::any_of(one.values.begin(), one.values.end(), [](double x) { return x != 0; });
    });
  }

  [[nodiscard]] std::string sides_of(const std::vector<Expr>& roots, const Bindings& at) const {
    constexpr std::size_t most_entries = 400;
    std::string sides;
    const std::vector<Tensor> values = evaluate(pool_, roots, at);
    for (std::size_t i = 0; i < values.size(); i += 2) {
      const bool is_with_zero = roots[i] == roots[i + 1];
      for (std::size_t k = 0; k < values[i].values.size() && sides.size() < most_entries; ++k) {
        const double gap = values[i].values[k] - (is_with_zero ? 0 : values[i + 1].values[k]);
        sides += gap > 0 ? '+' : gap < 0 ? '-' : '0';
      }
    }
    return sides;
  }

  const Pool& pool_;
  const Expr a_, b_;
  /// In pairs what the conditions of one formula, or of both, compare; twice the same where it is compared with 0.
  std::vector<Expr> own_, shared_;
  /// By the sides of own conditions, and whether something is left; then by the sides of shared ones.
  std::map<std::string, std::map<std::string, Bindings>> kept_;
  std::mt19937_64 random_{1201};
};

}  // namespace

bool is_kinked(const Pool& pool, Expr e) {
  return pool.kind(e) == Kind::map && is_turning_map(pool.payload<MapFunction>(e).function);
}

BranchComparison compared_on_branches(const Pool& pool, Expr a, Expr b, const IsReal& is_real) {
  constexpr int most_points = 1000;
  constexpr double most_work = 4e6;
  BranchComparison result;
  const std::vector<Expr> nodes = reachable(pool, {a, b});
  const auto differs_at = [&](const Bindings& at) {
    Comparison compared = compared_at(pool, nodes, a, b, at);
    result.points += compared.points;
    if (!compared.witness || !is_real(*compared.witness)) return false;
    result.witness = std::move(compared.witness);
    return true;
  };
  const TurningSizes turning = turning_sizes(pool, nodes);
  for (const DimValues& sizes : turning.sizes) {
    for (const std::uint64_t seed : {1201, 1213}) {
      if (differs_at(random_bindings(pool, {a, b}, seed, sizes))) return result;
    }
  }
  result.all_met = turning.is_complete;
  const auto has_branches = [&](Expr e) { return is_kinked(pool, e) || is_largest_entry(pool, e); };
  if (std::none_of(nodes.begin(), nodes.end(), has_branches)) return result;
  double work = 0;
  BranchWalk walk(pool, a, b);
  for (int i = 0; i < most_points && work < most_work; ++i) {
    const Bindings at = walk.next();
    if (!is_cheap(pool, nodes, at.dims)) continue;
    work += work_of(pool, nodes, at.dims);
    if (differs_at(at)) return result;
    walk.keep(at);
  }
  return result;
}

}  // namespace gradwright::check
