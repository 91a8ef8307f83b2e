// Products of two factors that were made already. A later one that differs by the order of its axes alone is the same one, read in another
// order: the gradients by a layer's weights, by its biases and by what is below it share the gradient by the layer itself.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "ir/make.h"

namespace gradwright::lowering {

class KnownProducts {
 public:
  /// Σ a·b with the labels `kept`; `a`, `b` and `kept` use the same labels. Those of what is found are in the order of its axes.
  [[nodiscard]] std::optional<Factor> found(const Factor& a, const Factor& b, const Labels& kept) const;
  void add(const Factor& a, const Factor& b, const Factor& product);

 private:
  /// The factors, their labels numbered by first use, and which of those are kept.
  using Key = std::vector<std::size_t>;
  std::map<Key, Factor> products_;  ///< their labels: numbered in the same way
};

}  // namespace gradwright::lowering
