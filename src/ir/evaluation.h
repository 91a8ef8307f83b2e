// Evaluation: the meaning of every node, over any kind of number. evaluate.cpp takes double; what needs more digits brings its own number.
// A Number has + − * / and comparisons. Its Arithmetic has of(Rational), of(double), mapped(MapFunction) → f(x, y), size(x) = |x|, exp, log,
// is_nan, nan(), nearest(x) as a double, and negligible(): a pivot that small beside the largest entry is nothing but rounding.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <numeric>
#include <type_traits>
#include <unordered_map>
#include <utility>
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

/// Σ over the labels not in `kept` of a·b.
template <class Number, class Arithmetic>
Labelled<Number> contracted(const Labelled<Number>& a, const Labelled<Number>& b, const Labels& kept,
                            const Extents& extent_of) {
  Labels summed;
  Labels all = a.labels;
  all.insert(all.end(), b.labels.begin(), b.labels.end());
  for (const Label label : distinct(all)) {
    if (std::find(kept.begin(), kept.end(), label) == kept.end()) summed.push_back(label);
  }
  Labelled<Number> result{kept, {}};
  for (const Label label : kept) result.tensor.extents.push_back(extent_of[label]);
  result.tensor.values.assign(static_cast<std::size_t>(product(result.tensor.extents)), Arithmetic::of(0.0));
  Labels loops = kept;
  loops.insert(loops.end(), summed.begin(), summed.end());
  Extents extents;
  for (const Label label : loops) extents.push_back(extent_of[label]);
  Extents out_strides = strides_of(result.tensor.extents);
  out_strides.resize(loops.size(), 0);
  const Number* left = a.tensor.values.data();
  const Number* right = b.tensor.values.data();
  Number* out = result.tensor.values.data();
  for_each_index<3>(
      extents,
      {out_strides, strides_along(loops, a.labels, a.tensor.extents), strides_along(loops, b.labels, b.tensor.extents)},
      [&](const auto& at) { out[at[0]] += left[at[1]] * right[at[2]]; });
  return result;
}

template <class Number, class Arithmetic>
class Evaluation {
 public:
  using Tensor = TensorOf<Number>;
  using Inputs = std::unordered_map<Expr, Tensor>;

  Evaluation(const Pool& pool, const DimValues& sizes, const Inputs& inputs)
      : pool_(pool), sizes_(sizes), inputs_(inputs) {}

  Tensor value(Expr e) {
    const Node& node = pool_[e];
    switch (node.kind) {
      case Kind::input:
        return inputs_.at(e);
      case Kind::literal:
        return {{}, {Arithmetic::of(std::get<Rational>(node.payload))}};
      case Kind::einsum:
        return einsum(node);
      case Kind::add:
        return add(node);
      case Kind::map:
        return map(node);
      case Kind::fold:
        return fold(node);
      case Kind::window:
        return window(node);
      case Kind::reshape:
        return {extents_of(node.shape), memo.at(node.operands[0]).values};
      case Kind::gather:
        return gather(node);
      case Kind::matrix:
        return matrix(node);
    }
    return {};
  }
  Inputs memo;

 private:
  Extents extents_of(const Shape& shape) const {
    Extents extents;
    for (const Dim dim : shape)
      extents.push_back(std::max<std::int64_t>(0, pool_.dims().value(dim, sizes_).value_or(0)));
    return extents;
  }
  Tensor filled(const Shape& shape) const {
    Tensor tensor{extents_of(shape), {}};
    tensor.values.assign(static_cast<std::size_t>(product(tensor.extents)), Arithmetic::of(0.0));
    return tensor;
  }

  /// One operand after the other, always the one that leaves the smallest product: a chain of matrices with vectors
  /// between them stays a vector.
  Tensor einsum(const Node& node) {
    const auto& einsum = std::get<EinsumLabels>(node.payload);
    const Extents extent_of = extents_of(einsum.dims);
    std::vector<Labels> labels_of;
    std::vector<int> uses(einsum.dims.size(), 0);  // by the result and by the operands that wait
    const auto count = [&](const Labels& labels, int change) {
      for (const Label label : labels) uses[label] += change;
    };
    count(distinct(einsum.out), 1);
    for (const Labels& labels : einsum.operands) count(labels_of.emplace_back(distinct(labels)), 1);
    double factor = 1;  // of summed labels without operand
    for (Label label = 0; label < einsum.dims.size(); ++label) {
      if (uses[label] == 0) factor *= static_cast<double>(extent_of[label]);
    }
    std::vector<std::size_t> waiting(node.operands.size());
    std::iota(waiting.begin(), waiting.end(), std::size_t{0});
    Labelled<Number> total{{}, {{}, {Arithmetic::of(factor)}}};
    const auto kept_with = [&](std::size_t i) {
      const Labels& own = labels_of[i];
      Labels kept;
      for (const Label label : total.labels) {
        if (uses[label] > (std::find(own.begin(), own.end(), label) != own.end() ? 1 : 0)) kept.push_back(label);
      }
      for (const Label label : own) {
        if (uses[label] > 1 && std::find(total.labels.begin(), total.labels.end(), label) == total.labels.end())
          kept.push_back(label);
      }
      return kept;
    };
    while (!waiting.empty()) {
      std::size_t next = 0;
      double smallest = std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; k < waiting.size(); ++k) {
        double size = 1;
        for (const Label label : kept_with(waiting[k])) size *= static_cast<double>(extent_of[label]);
        if (size < smallest) {
          smallest = size;
          next = k;
        }
      }
      const std::size_t i = waiting[next];
      const Labels kept = kept_with(i);
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(next));
      count(labels_of[i], -1);
      total = contracted<Number, Arithmetic>(total, {einsum.operands[i], memo.at(node.operands[i])}, kept, extent_of);
    }
    Tensor out = filled(node.shape);
    const Labels loops = distinct(einsum.out);
    Extents extents;
    for (const Label label : loops) extents.push_back(extent_of[label]);
    for_each_index<2>(
        extents,
        {strides_along(loops, einsum.out, out.extents), strides_along(loops, total.labels, total.tensor.extents)},
        [&](const auto& at) {
          out.values[static_cast<std::size_t>(at[0])] = total.tensor.values[static_cast<std::size_t>(at[1])];
        });
    return out;
  }

  Tensor add(const Node& node) {
    Tensor out = filled(node.shape);
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
      const Number coefficient = Arithmetic::of(std::get<Coefficients>(node.payload).values[i]);
      const Tensor& term = memo.at(node.operands[i]);
      for (std::size_t k = 0; k < out.values.size(); ++k) out.values[k] += coefficient * term.values[k];
    }
    return out;
  }

  Tensor map(const Node& node) {
    const auto& map = std::get<MapFunction>(node.payload);
    const auto mapped = Arithmetic::mapped(map);
    const Tensor& first = memo.at(node.operands[0]);
    const Tensor& second = memo.at(node.operands.back());
    Tensor out = first;
    for (std::size_t k = 0; k < out.values.size(); ++k) out.values[k] = mapped(first.values[k], second.values[k]);
    return out;
  }

  Tensor fold(const Node& node) {
    const auto& fold = std::get<FoldAxes>(node.payload);
    const Tensor& in = memo.at(node.operands[0]);
    Tensor out = filled(node.shape);
    Extents out_strides;
    const Extents own = strides_of(out.extents);
    for (std::size_t axis = 0, kept = 0; axis < in.extents.size(); ++axis) {
      const bool folded = std::find(fold.axes.begin(), fold.axes.end(), axis) != fold.axes.end();
      out_strides.push_back(folded ? 0 : own[kept++]);
    }
    const bool shifted = fold.kind == FoldKind::logsumexp;
    const Number infinity = Arithmetic::of(std::numeric_limits<double>::infinity());
    std::fill(out.values.begin(), out.values.end(),
              fold.kind == FoldKind::prod  ? Arithmetic::of(1.0)
              : fold.kind == FoldKind::min ? infinity
                                           : -infinity);
    const auto sweep = [&](const auto& body) {
      for_each_index<2>(in.extents, {strides_of(in.extents), out_strides}, [&](const auto& at) {
        body(in.values[static_cast<std::size_t>(at[0])], static_cast<std::size_t>(at[1]));
      });
    };
    sweep([&](const Number& x, std::size_t place) {
      Number& total = out.values[place];
      if (fold.kind == FoldKind::prod) {
        total *= x;
      } else if (fold.kind == FoldKind::min ? x < total || Arithmetic::is_nan(x) : x > total || Arithmetic::is_nan(x)) {
        total = x;
      }
    });
    if (shifted) {
      std::vector<Number> mass(out.values.size(), Arithmetic::of(0.0));
      sweep([&](const Number& x, std::size_t place) { mass[place] += Arithmetic::exp(x - out.values[place]); });
      for (std::size_t k = 0; k < mass.size(); ++k) out.values[k] += Arithmetic::log(mass[k]);
    }
    return out;
  }

  Tensor window(const Node& node) {
    const auto& axes = std::get<WindowIndex>(node.payload).axes;
    const Tensor& in = memo.at(node.operands[0]);
    const Extents in_strides = strides_of(in.extents);
    Tensor out = filled(node.shape);
    Extents index(out.extents.size(), 0);
    std::vector<std::int64_t> offsets;
    for (const AffineIndex& axis : axes) offsets.push_back(pool_.dims().value(axis.offset, sizes_).value_or(0));
    for (Number& place : out.values) {
      std::int64_t from = 0;
      bool inside = true;
      for (std::size_t axis = 0; axis < axes.size(); ++axis) {
        std::int64_t at = offsets[axis];
        for (const AffineIndex::Part& part : axes[axis].parts) at += part.coefficient * index[part.axis];
        inside = inside && at >= 0 && at < in.extents[axis];
        from += at * in_strides[axis];
      }
      if (inside) place = in.values[static_cast<std::size_t>(from)];
      for (std::size_t axis = 0; axis < index.size() && ++index[axis] == out.extents[axis]; ++axis) index[axis] = 0;
    }
    return out;
  }

  Tensor gather(const Node& node) {
    const Tensor& table = memo.at(node.operands[0]);
    const Tensor& index = memo.at(node.operands[1]);
    Tensor out = filled(node.shape);
    const auto picks = index.values.size();
    const auto rows = static_cast<std::size_t>(table.extents[0]);
    for (std::size_t k = 0; k < out.values.size(); ++k) {
      const double row = Arithmetic::nearest(index.values[k % picks]);
      const bool inside = row >= 1 && row <= static_cast<double>(rows);
      out.values[k] = inside ? table.values[static_cast<std::size_t>(row) - 1 + rows * (k / picks)] : Arithmetic::nan();
    }
    return out;
  }

  /// Gauss–Jordan elimination with partial pivoting. A matrix that is singular to working precision has determinant 0 and no inverse: nan.
  Tensor matrix(const Node& node) {
    const Tensor& in = memo.at(node.operands[0]);
    const auto n = static_cast<std::size_t>(in.extents[0]);
    std::vector<Number> a = in.values;
    Tensor inverse{in.extents, std::vector<Number>(n * n, Arithmetic::of(0.0))};
    for (std::size_t i = 0; i < n; ++i) inverse.values[i + n * i] = Arithmetic::of(1.0);
    Number determinant = Arithmetic::of(1.0);
    Number log_size = Arithmetic::of(0.0);
    Number largest = Arithmetic::of(0.0);
    for (const Number& x : a) largest = std::max(largest, Arithmetic::size(x));
    bool is_singular = false;  // to working precision: what stands there is rounding
    for (std::size_t k = 0; k < n; ++k) {
      std::size_t pivot = k;
      for (std::size_t i = k; i < n; ++i) {
        if (Arithmetic::size(a[i + n * k]) > Arithmetic::size(a[pivot + n * k])) pivot = i;
      }
      if (pivot != k) {
        determinant = -determinant;
        for (std::size_t j = 0; j < n; ++j) {
          std::swap(a[k + n * j], a[pivot + n * j]);
          std::swap(inverse.values[k + n * j], inverse.values[pivot + n * j]);
        }
      }
      const Number head = a[k + n * k];
      is_singular = is_singular || Arithmetic::size(head) <= Arithmetic::negligible() * largest;
      determinant *= head;
      log_size += Arithmetic::log(Arithmetic::size(head));
      for (std::size_t j = 0; j < n; ++j) {
        a[k + n * j] /= head;
        inverse.values[k + n * j] /= head;
      }
      for (std::size_t i = 0; i < n; ++i) {
        const Number factor = a[i + n * k];
        if (i == k || factor == Arithmetic::of(0.0)) continue;
        for (std::size_t j = 0; j < n; ++j) {
          a[i + n * j] -= factor * a[k + n * j];
          inverse.values[i + n * j] -= factor * inverse.values[k + n * j];
        }
      }
    }
    const Number none = Arithmetic::nan();
    switch (std::get<MatrixKind>(node.payload)) {
      case MatrixKind::inverse:
        return is_singular ? Tensor{in.extents, std::vector<Number>(n * n, none)} : inverse;
      case MatrixKind::determinant:
        return {{}, {is_singular ? Arithmetic::of(0.0) : determinant}};
      case MatrixKind::log_determinant:
        return {{}, {is_singular ? none : log_size}};
    }
    return {};
  }

  const Pool& pool_;
  const DimValues& sizes_;
  const Inputs& inputs_;
};

}  // namespace gradwright::evaluation
