// Tensors of any kind of number, and the sum of products of two of them: what the evaluator runs on.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <type_traits>
#include <vector>

#include "ir/evaluate.h"

namespace gradwright::evaluation {

template <class Number>
struct Numbers {
  std::vector<std::int64_t> extents;
  std::vector<Number> values;
};
template <class Number>
using TensorOf = std::conditional_t<std::is_same_v<Number, double>, Tensor, Numbers<Number>>;

using Extents = std::vector<std::int64_t>;

inline std::int64_t product(const Extents& extents) {
  return std::accumulate(extents.begin(), extents.end(), std::int64_t{1}, std::multiplies<>());
}

inline Extents strides_of(const Extents& extents) {
  Extents strides(extents.size());
  std::int64_t stride = 1;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    strides[i] = stride;
    stride *= extents[i];
  }
  return strides;
}

/// Calls body(offsets) for every index of `extents`, first axis fastest; offsets[k] = Σ index·strides[k].
template <std::size_t count, class Body>
void for_each_index(const Extents& extents, const std::array<Extents, count>& strides, const Body& body) {
  if (product(extents) == 0) return;
  std::array<std::int64_t, count> offsets{};
  Extents index(extents.size(), 0);
  while (true) {
    body(offsets);
    std::size_t axis = 0;
    for (; axis < extents.size(); ++axis) {
      for (std::size_t k = 0; k < count; ++k) offsets[k] += strides[k][axis];
      if (++index[axis] < extents[axis]) break;
      for (std::size_t k = 0; k < count; ++k) offsets[k] -= strides[k][axis] * extents[axis];
      index[axis] = 0;
    }
    if (axis == extents.size()) return;
  }
}

/// A tensor whose axes carry distinct labels.
template <class Number>
struct Labelled {
  Labels labels;
  TensorOf<Number> tensor;
};

/// Strides of `labels` (a repeated label sums its strides: the diagonal) along the axes of `over`.
inline Extents strides_along(const Labels& over, const Labels& labels, const Extents& extents) {
  const Extents own = strides_of(extents);
  Extents result(over.size(), 0);
  for (std::size_t i = 0; i < over.size(); ++i) {
    for (std::size_t axis = 0; axis < labels.size(); ++axis) {
      if (labels[axis] == over[i]) result[i] += own[axis];
    }
  }
  return result;
}

inline Labels distinct(const Labels& labels) {
  Labels result;
  for (const Label label : labels) {
    if (std::find(result.begin(), result.end(), label) == result.end()) result.push_back(label);
  }
  return result;
}

/// The loops of a contraction, fastest first: the longest run of neighbours innermost, the others in the order of the memory.
struct Loops {
  Extents extents;
  std::array<Extents, 3> strides;  ///< of the result and of both operands
};

inline Loops ordered(const Loops& plain) {
  const auto cost = [&](std::size_t loop) {
    double total = 6.0 / static_cast<double>(std::max<std::int64_t>(1, plain.extents[loop]));
    for (const Extents& strides : plain.strides) total += strides[loop] == 0 ? 0 : strides[loop] == 1 ? 0.1 : 1;
    return total;
  };
  const auto distance = [&](std::size_t loop) {
    return plain.strides[0][loop] + plain.strides[1][loop] + plain.strides[2][loop];
  };
  std::vector<std::size_t> order(plain.extents.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return distance(a) < distance(b); });
  const auto first =
      std::min_element(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return cost(a) < cost(b); });
  if (first != order.end()) std::rotate(order.begin(), first, first + 1);
  Loops loops;
  for (const std::size_t loop : order) {
    loops.extents.push_back(plain.extents[loop]);
    for (std::size_t k = 0; k < 3; ++k) loops.strides[k].push_back(plain.strides[k][loop]);
  }
  return loops;
}

/// Σ over the labels not in `kept` of a·b.
template <class Number, class Arithmetic>
Labelled<Number> contracted(const Labelled<Number>& a, const Labels& b_labels, const TensorOf<Number>& b,
                            const Labels& kept, const Extents& extent_of) {
  Labels summed;
  Labels all = a.labels;
  all.insert(all.end(), b_labels.begin(), b_labels.end());
  for (const Label label : distinct(all)) {
    if (std::find(kept.begin(), kept.end(), label) == kept.end()) summed.push_back(label);
  }
  Labelled<Number> result{kept, {}};
  for (const Label label : kept) result.tensor.extents.push_back(extent_of[label]);
  result.tensor.values.assign(static_cast<std::size_t>(product(result.tensor.extents)), Arithmetic::of(0.0));
  Labels labels = kept;
  labels.insert(labels.end(), summed.begin(), summed.end());
  Loops loops;
  for (const Label label : labels) loops.extents.push_back(extent_of[label]);
  Extents out_strides = strides_of(result.tensor.extents);
  out_strides.resize(labels.size(), 0);
  loops.strides = {out_strides, strides_along(labels, a.labels, a.tensor.extents),
                   strides_along(labels, b_labels, b.extents)};
  loops = ordered(loops);
  if (loops.extents.empty()) {
    loops.extents = {1};
    loops.strides = {Extents{0}, Extents{0}, Extents{0}};
  }
  const std::int64_t run = loops.extents[0];
  std::array<std::int64_t, 3> step{};
  loops.extents.erase(loops.extents.begin());
  for (std::size_t k = 0; k < 3; ++k) {
    step[k] = loops.strides[k][0];
    loops.strides[k].erase(loops.strides[k].begin());
  }
  for_each_index<3>(loops.extents, loops.strides, [&](const auto& at) {
    Number* out = result.tensor.values.data() + at[0];
    const Number* left = a.tensor.values.data() + at[1];
    const Number* right = b.values.data() + at[2];
    if (step[0] == 0) {
      Number total = *out;
      for (std::int64_t i = 0; i < run; ++i) total += left[i * step[1]] * right[i * step[2]];
      *out = total;
    } else {
      for (std::int64_t i = 0; i < run; ++i) out[i * step[0]] += left[i * step[1]] * right[i * step[2]];
    }
  });
  return result;
}

/// One operand after the other, always the one that leaves the smallest product, from the best of the first few on: a chain of matrices with vectors
/// between them stays a vector.
struct Pairing {
  std::size_t operand;
  Labels kept;        ///< labels of the product, as far as they are needed later
  double operations;  ///< that it takes
};
struct Pairings {
  double factor = 1;  ///< of summed labels without operand
  std::vector<Pairing> steps;
};
[[nodiscard]] Pairings pairings_of(const EinsumLabels&, const Extents& extent_of);

}  // namespace gradwright::evaluation
