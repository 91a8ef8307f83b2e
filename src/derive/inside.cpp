#include "derive/inside.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "ir/work.h"

namespace gradwright {
namespace {

/// How far x lies outside the domain of a function; 0 where it is inside, or where the function has none.
double beyond_domain(const MapFunction& map, double x) {
  switch (map.function) {
    case Function::log:
    case Function::sqrt:
    case Function::pow: return std::max(0.0, -x);
    case Function::power: return map.parameter.is_integer() ? 0 : std::max(0.0, -x);
    case Function::log1p: return std::max(0.0, -1 - x);
    case Function::asin:
    case Function::acos: return std::max(0.0, std::fabs(x) - 1);
    default: return 0;
  }
}

class WalkInside {
 public:
  WalkInside(const Pool& pool, const std::vector<Expr>& roots, Bindings& at)
      : pool_(pool), roots_(roots), nodes_(reachable(pool, roots)), at_(at) {
    for (const auto& [input, tensor] : at.inputs) inputs_.push_back(input);
    std::sort(inputs_.begin(), inputs_.end());
  }

  bool arrives() {
    constexpr double most_work = 4e6;
    constexpr int most_steps = 400;
    if (inputs_.empty() || !sizes_fit(pool_, nodes_, at_.dims)) return false;
    double outside = outside_at();
    if (is_inside_) return true;
    const Bindings begin = at_;
    const double each = std::max(1.0, work_of(pool_, roots_, at_.dims).operations);
    const double steps = std::min<double>(most_steps, most_work / each);
    for (int step = 0; step < steps; ++step) {
      const Expr input = inputs_[random_() % inputs_.size()];
      const Tensor before = at_.inputs.at(input);
      move(input);
      const double now = outside_at();
      if (is_inside_) return true;
      if (now > outside) at_.inputs.at(input) = before;
      outside = std::min(now, outside);
    }
    at_ = begin;
    return false;
  }

 private:
  /// Entries that have no value though their operands have one, and how far they are from it. Sets `is_inside_`.
  double outside_at() {
    const std::vector<Tensor> values = evaluate(pool_, nodes_, at_);
    const auto values_of = [&](Expr e) -> const std::vector<double>& {
      const auto place = std::lower_bound(nodes_.begin(), nodes_.end(), e) - nodes_.begin();
      return values[static_cast<std::size_t>(place)].values;
    };
    is_inside_ = std::all_of(roots_.begin(), roots_.end(),
                             [&](Expr root) { return std::ranges::all_of(values_of(root), finite); });
    constexpr double unknown = 2;  // behind what has no value
    double outside = 0;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (pool_.kind(nodes_[i]) != Kind::map) {
        outside += std::ranges::all_of(values[i].values, finite) ? 0 : unknown;
        continue;
      }
      const std::vector<double>& x = values_of(pool_[nodes_[i]].operands[0]);
      for (std::size_t k = 0; k < x.size(); ++k) {
        if (finite(values[i].values[k])) continue;
        const double distance = beyond_domain(pool_.payload<MapFunction>(nodes_[i]), x[k]);
        outside += finite(x[k]) ? 1 + distance / (1 + distance) : unknown;
      }
    }
    return outside;
  }

  static bool finite(double x) { return std::isfinite(x); }

  /// One entry, or all of an input: larger, smaller, on the other side of 0, all on one side. What other facts bind is drawn anew.
  void move(Expr input) {
    const Property facts = pool_.payload<InputInfo>(input).properties;
    std::vector<double>& values = at_.inputs.at(input).values;
    if (facts != Property::none && facts != Property::positive) {
      values = random_bindings(pool_, roots_, random_(), at_.dims).inputs.at(input).values;
      return;
    }
    const bool is_positive = facts == Property::positive;
    constexpr std::array<double, 8> factors{0.1, 0.3, 0.6, 1.5, 3, -1, -1, -0.3};
    const double factor = factors[random_() % factors.size()];
    const auto moved = [&](double x) { return is_positive ? std::fabs(factor) * x : factor * x; };
    switch (random_() % 8) {
      case 0:
        for (double& x : values) x = is_positive ? moved(x) : std::copysign(x, factor);
        return;
      case 1:
      case 2:
        for (double& x : values) x = moved(x);
        return;
      default: double& one = values[random_() % values.size()]; one = moved(one);
    }
  }

  const Pool& pool_;
  const std::vector<Expr>& roots_;
  const std::vector<Expr> nodes_;
  Bindings& at_;
  std::vector<Expr> inputs_;
  std::mt19937_64 random_{1301};
  bool is_inside_ = false;
};

}  // namespace

bool move_inside(Bindings& at, const Pool& pool, const std::vector<Expr>& roots) {
  return WalkInside(pool, roots, at).arrives();
}

Bindings bindings_inside(const Pool& pool, const std::vector<Expr>& roots, std::uint64_t seed) {
  Bindings at = random_bindings(pool, roots, seed);
  (void)move_inside(at, pool, roots);
  return at;
}

}  // namespace gradwright
