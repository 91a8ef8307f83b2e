#include "ir/contraction.h"

#include <limits>

namespace gradwright::evaluation {
namespace {

bool holds(const Labels& labels, Label label) { return std::find(labels.begin(), labels.end(), label) != labels.end(); }

double count_of(const Labels& labels, const Extents& extent_of) {
  double count = 1;
  for (const Label label : labels) count *= static_cast<double>(extent_of[label]);
  return count;
}

/// Always the operand that leaves the smallest product, from `first` on.
class Order {
 public:
  Order(const EinsumLabels& einsum, const Extents& extent_of) : extent_of_(extent_of), uses_(einsum.dims.size(), 0) {
    count(distinct(einsum.out), 1);
    for (const Labels& labels : einsum.operands) count(labels_of_.emplace_back(distinct(labels)), 1);
  }

  [[nodiscard]] double unused() const {
    double factor = 1;
    for (Label label = 0; label < uses_.size(); ++label) {
      if (uses_[label] == 0) factor *= static_cast<double>(extent_of_[label]);
    }
    return factor;
  }

  [[nodiscard]] std::vector<Pairing> from(std::size_t first) {
    std::vector<std::size_t> waiting(labels_of_.size());
    std::iota(waiting.begin(), waiting.end(), std::size_t{0});
    std::vector<Pairing> steps;
    for (std::size_t next = first; !waiting.empty(); next = waiting.empty() ? 0 : smallest(waiting)) {
      const std::size_t i = waiting[next];
      Labels kept = kept_with(i);
      Labels all = before_;
      all.insert(all.end(), labels_of_[i].begin(), labels_of_[i].end());
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(next));
      count(labels_of_[i], -1);
      before_ = kept;
      steps.push_back({i, std::move(kept), count_of(distinct(all), extent_of_)});
    }
    return steps;
  }

 private:
  void count(const Labels& labels, int change) {
    for (const Label label : labels) uses_[label] += change;
  }

  [[nodiscard]] Labels kept_with(std::size_t i) const {
    const Labels& own = labels_of_[i];
    Labels kept;
    for (const Label label : before_) {
      if (uses_[label] > (holds(own, label) ? 1 : 0)) kept.push_back(label);
    }
    for (const Label label : own) {
      if (uses_[label] > 1 && !holds(before_, label)) kept.push_back(label);
    }
    return kept;
  }

  [[nodiscard]] std::size_t smallest(const std::vector<std::size_t>& waiting) const {
    std::size_t next = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < waiting.size(); ++k) {
      const double size = count_of(kept_with(waiting[k]), extent_of_);
      if (size >= least) continue;
      least = size;
      next = k;
    }
    return next;
  }

  const Extents& extent_of_;
  std::vector<Labels> labels_of_;
  std::vector<int> uses_;  ///< of a label, by the result and by the operands that wait
  Labels before_;
};

double operations_of(const std::vector<Pairing>& steps) {
  return std::accumulate(steps.begin(), steps.end(), 0.0,
                         [](double total, const Pairing& step) { return total + step.operations; });
}

}  // namespace

Pairings pairings_of(const EinsumLabels& einsum, const Extents& extent_of) {
  constexpr std::size_t most_beginnings = 8;
  const Order order(einsum, extent_of);
  Pairings result{order.unused(), {}};
  for (std::size_t first = 0; first < std::min(einsum.operands.size(), most_beginnings); ++first) {
    std::vector<Pairing> steps = Order(order).from(first);
    if (first == 0 || operations_of(steps) < operations_of(result.steps)) result.steps = std::move(steps);
  }
  return result;
}

}  // namespace gradwright::evaluation
