// Evaluation: the meaning of every node, over any kind of number. evaluate.cpp takes double; what needs more digits brings its own number.
// A Number has + − * / and comparisons. Its Arithmetic has of(Rational), of(double), mapped(MapFunction) → f(x, y), size(x) = |x|, exp, log,
// is_nan, nan(), nearest(x) as a double, negligible(): a pivot that small beside the largest entry is nothing but rounding, vanished(x): x, whose
// value is known to be 0 up to rounding, and shared(a, b, count): an extremum a of `count` equal entries with b as one more.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "ir/contraction.h"
#include "ir/pooling.h"

namespace gradwright::evaluation {

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
      case Kind::input: return inputs_.at(e);
      case Kind::literal: return {{}, {Arithmetic::of(std::get<Rational>(node.payload))}};
      case Kind::einsum: return einsum(node);
      case Kind::add: return add(node);
      case Kind::map: return map(node);
      case Kind::fold: return fold(node, is_pooling(pool_, e));
      case Kind::window: return window(node);
      case Kind::reshape: return {extents_of(node.shape), of(node.operands[0]).values};
      case Kind::gather: return gather(node);
      case Kind::matrix: return matrix(node);
    }
    return {};
  }
  /// The values of the roots; what nobody needs any more is given up on the way.
  std::vector<Tensor> values(const std::vector<Expr>& roots) {
    const std::vector<Expr> ids = reachable(pool_, roots);
    std::unordered_map<Expr, std::size_t> uses;
    for (const Expr root : roots) ++uses[root];
    for (const Expr e : ids) {
      for (const Expr operand : pool_[e].operands) ++uses[operand];
    }
    for (const Expr e : ids) {
      if (pool_.kind(e) == Kind::input) continue;
      memo.emplace(e, value(e));
      for (const Expr operand : pool_[e].operands) {
        if (--uses[operand] == 0) memo.erase(operand);
      }
    }
    std::vector<Tensor> results;
    for (const Expr root : roots) {
      if (--uses[root] > 0 || pool_.kind(root) == Kind::input)
        results.push_back(of(root));
      else
        results.push_back(std::move(memo.at(root)));
    }
    return results;
  }
  Inputs memo;

 private:
  const Tensor& of(Expr operand) const {
    return pool_.kind(operand) == Kind::input ? inputs_.at(operand) : memo.at(operand);
  }
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

  Tensor einsum(const Node& node) {
    const auto& einsum = std::get<EinsumLabels>(node.payload);
    const Extents extent_of = extents_of(einsum.dims);
    const Pairings pairings = pairings_of(einsum, extent_of);
    Labelled<Number> total{{}, {{}, {Arithmetic::of(pairings.factor)}}};
    for (std::size_t k = 0; k < pairings.steps.size(); ++k) {
      const auto& [i, kept, operations] = pairings.steps[k];
      // Without diagonal or broadcast the last product is the result, in its order.
      const bool is_result = k + 1 == pairings.steps.size() && kept.size() == einsum.out.size();
      total = contracted<Number, Arithmetic>(total, einsum.operands[i], of(node.operands[i]),
                                             is_result ? einsum.out : kept, extent_of);
      if (is_result) return std::move(total.tensor);
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
      const Tensor& term = of(node.operands[i]);
      for (std::size_t k = 0; k < out.values.size(); ++k) out.values[k] += coefficient * term.values[k];
    }
    return out;
  }

  Tensor map(const Node& node) {
    const auto& map = std::get<MapFunction>(node.payload);
    const auto mapped = Arithmetic::mapped(map);
    const Tensor& first = of(node.operands[0]);
    const Tensor& second = of(node.operands.back());
    Tensor out = first;
    for (std::size_t k = 0; k < out.values.size(); ++k) out.values[k] = mapped(first.values[k], second.values[k]);
    return out;
  }

  /// What ties for a maximum shares its slope; `first_takes_all`: the first, row by row, has all of it.
  Tensor fold(const Node& node, bool first_takes_all) {
    const auto& fold = std::get<FoldAxes>(node.payload);
    const Tensor& in = of(node.operands[0]);
    Tensor out = filled(node.shape);
    Extents out_strides;
    Extents order(in.extents.size(), 0);  // row by row: the last of the axes runs fastest
    std::int64_t entries = 1;
    for (auto axis = fold.axes.rbegin(); axis != fold.axes.rend(); ++axis) {
      order[*axis] = entries;
      entries *= in.extents[*axis];
    }
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
    std::vector<std::int64_t> ties(fold.kind == FoldKind::max || fold.kind == FoldKind::min ? out.values.size() : 0, 0);
    const auto sweep = [&](const auto& body) {
      for_each_index<3>(in.extents, {strides_of(in.extents), out_strides, order}, [&](const auto& at) {
        body(in.values[static_cast<std::size_t>(at[0])], static_cast<std::size_t>(at[1]), at[2]);
      });
    };
    std::vector<std::int64_t> taken(first_takes_all ? out.values.size() : 0, 0);
    sweep([&](const Number& x, std::size_t place, std::int64_t rank) {
      Number& total = out.values[place];
      if (fold.kind == FoldKind::prod) {
        total *= x;
      } else if (fold.kind == FoldKind::min ? x < total || Arithmetic::is_nan(x) : x > total || Arithmetic::is_nan(x)) {
        total = x;
        if (!ties.empty()) ties[place] = 1;
        if (first_takes_all) taken[place] = rank;
      } else if (first_takes_all && !(x < total) && !Arithmetic::is_nan(total)) {
        if (rank < taken[place]) total = x;
        taken[place] = std::min(taken[place], rank);
      } else if (!ties.empty() && !(x < total) && !(x > total)) {
        total = Arithmetic::shared(total, x, ties[place]++);
      }
    });
    if (shifted) {
      std::vector<Number> mass(out.values.size(), Arithmetic::of(0.0));
      sweep([&](const Number& x, std::size_t place, std::int64_t) {
        mass[place] += Arithmetic::exp(x - out.values[place]);
      });
      for (std::size_t k = 0; k < mass.size(); ++k) out.values[k] += Arithmetic::log(mass[k]);
    }
    return out;
  }

  /// Along the first axis of the result every operand axis moves evenly: one run of neighbours a time, cut to where all are inside.
  Tensor window(const Node& node) {
    const auto& axes = std::get<WindowIndex>(node.payload).axes;
    const Tensor& in = of(node.operands[0]);
    const Extents in_strides = strides_of(in.extents);
    Tensor out = filled(node.shape);
    const std::int64_t run = out.extents.empty() ? 1 : out.extents[0];
    if (out.values.empty()) return out;
    Extents index(out.extents.size(), 0);
    std::vector<std::int64_t> offsets, slopes(axes.size(), 0);
    std::int64_t step = 0;
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      offsets.push_back(pool_.dims().value(axes[axis].offset, sizes_).value_or(0));
      for (const AffineIndex::Part& part : axes[axis].parts) slopes[axis] += part.axis == 0 ? part.coefficient : 0;
      step += slopes[axis] * in_strides[axis];
    }
    for (std::size_t place = 0; place < out.values.size(); place += static_cast<std::size_t>(run)) {
      std::int64_t from = 0, first = 0, last = run;  // inside for first ≤ k < last
      for (std::size_t axis = 0; axis < axes.size(); ++axis) {
        std::int64_t at = offsets[axis];
        for (const AffineIndex::Part& part : axes[axis].parts) at += part.coefficient * index[part.axis];
        from += at * in_strides[axis];
        const std::int64_t low =
            slopes[axis] > 0 ? at : in.extents[axis] - 1 - at;  // steps of |slope| lead from low < 0 inside
        const std::int64_t high = slopes[axis] > 0 ? in.extents[axis] - 1 - at : at;
        const std::int64_t slope = std::abs(slopes[axis]);
        if (slope == 0) {
          if (at < 0 || at >= in.extents[axis]) last = 0;
        } else {
          if (low < 0) first = std::max(first, (-low + slope - 1) / slope);
          last = std::min(last, high < 0 ? 0 : high / slope + 1);
        }
      }
      for (std::int64_t k = first; k < last; ++k)
        out.values[place + static_cast<std::size_t>(k)] = in.values[static_cast<std::size_t>(from + k * step)];
      for (std::size_t axis = 1; axis < index.size() && ++index[axis] == out.extents[axis]; ++axis) index[axis] = 0;
    }
    return out;
  }

  Tensor gather(const Node& node) {
    const Tensor& table = of(node.operands[0]);
    const Tensor& index = of(node.operands[1]);
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

  Tensor matrix(const Node& node) {
    const auto& [kind, exponent] = std::get<MatrixFunction>(node.payload);
    const Tensor& in = of(node.operands[0]);
    if (kind != MatrixKind::power) return eliminated(in, kind);
    const std::int64_t power = pool_.dims().value(exponent, sizes_).value_or(0);
    return power < 0 ? raised(eliminated(in, MatrixKind::inverse), -power) : raised(in, power);
  }

  /// By squaring: about 2·log₂(power) products.
  static Tensor raised(Tensor base, std::int64_t power) {
    const auto n = static_cast<std::size_t>(base.extents[0]);
    Tensor result{base.extents, std::vector<Number>(n * n, Arithmetic::of(0.0))};
    for (std::size_t i = 0; i < n; ++i) result.values[i + n * i] = Arithmetic::of(1.0);
    for (; power > 0; power /= 2) {
      if (power % 2 == 1) result = multiplied(result, base);
      if (power > 1) base = multiplied(base, base);
    }
    return result;
  }

  static Tensor multiplied(const Tensor& a, const Tensor& b) {
    const auto n = static_cast<std::size_t>(a.extents[0]);
    Tensor out{a.extents, std::vector<Number>(n * n, Arithmetic::of(0.0))};
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) {
        for (std::size_t i = 0; i < n; ++i) out.values[i + n * j] += a.values[i + n * k] * b.values[k + n * j];
      }
    }
    return out;
  }

  /// Gauss–Jordan elimination with partial pivoting. A matrix that is singular to working precision has determinant 0 and no inverse: nan.
  Tensor eliminated(const Tensor& in, MatrixKind kind) {
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
    switch (kind) {
      case MatrixKind::inverse: return is_singular ? Tensor{in.extents, std::vector<Number>(n * n, none)} : inverse;
      case MatrixKind::determinant:
        return {{},
                {is_singular ? vanished_determinant(in.values, n, Arithmetic::negligible() * largest) : determinant}};
      case MatrixKind::log_determinant: return {{}, {is_singular ? none : log_size}};
      case MatrixKind::power: break;
    }
    return {};
  }

  /// Of a singular matrix, without a division by what has no value: elimination with complete pivoting down to a block of which nothing but
  /// slopes is left. From 3 rows on its determinant is of third order in them: no first or second slope.
  Number vanished_determinant(std::vector<Number> a, std::size_t n, const Number& negligible) {
    Number heads = Arithmetic::of(1.0);
    std::size_t k = 0;
    for (; k < n; ++k) {
      std::size_t row = k, column = k;
      for (std::size_t j = k; j < n; ++j) {
        for (std::size_t i = k; i < n; ++i) {
          if (Arithmetic::size(a[i + n * j]) > Arithmetic::size(a[row + n * column]))
            std::tie(row, column) = std::tie(i, j);
        }
      }
      if (Arithmetic::size(a[row + n * column]) <= negligible) break;
      if ((row == k) != (column == k)) heads = -heads;
      for (std::size_t j = 0; j < n && row != k; ++j) std::swap(a[k + n * j], a[row + n * j]);
      for (std::size_t i = 0; i < n && column != k; ++i) std::swap(a[i + n * k], a[i + n * column]);
      heads *= a[k + n * k];
      for (std::size_t i = k + 1; i < n; ++i) {
        const Number factor = a[i + n * k] / a[k + n * k];
        for (std::size_t j = k + 1; j < n; ++j) a[i + n * j] -= factor * a[k + n * j];
      }
    }
    if (n - k > 2) return Arithmetic::of(0.0);
    const auto left = [&](std::size_t i, std::size_t j) { return a[k + i + n * (k + j)]; };
    const Number block = k == n       ? Arithmetic::of(1.0)
                         : n - k == 1 ? left(0, 0)
                                      : left(0, 0) * left(1, 1) - left(0, 1) * left(1, 0);
    return Arithmetic::vanished(heads * block);
  }

  const Pool& pool_;
  const DimValues& sizes_;
  const Inputs& inputs_;
};

}  // namespace gradwright::evaluation
