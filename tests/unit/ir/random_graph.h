// Random graphs of every node kind, made with the constructors, and values for their leaves.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "ir/evaluate.h"
#include "ir/functions.h"
#include "ir/make.h"

namespace gradwright {

/// Draws nodes over the extents n, m and 2*n + 1 (among them equal operands, diagonals, symmetric leaves).
class RandomGraph {
 public:
  RandomGraph(Pool& pool, std::uint64_t seed) : pool_(pool), random_(seed) {
    DimTable& dims = pool.dims();
    const Dim n = dims.symbol("n");
    const Dim m = dims.symbol("m");
    const Dim one = dims.one();
    made_ = {input("x", {n, one}),  input("y", {m, one}),        input("s", {}),
             input("A", {n, n}),    input("B", {n, m}),          input("S", {n, n}, Property::symmetric),
             input("T", {n, m, n}), make_literal(pool, {-3, 7}), input("z", {dims.sum(dims.sum(n, n), one), one}),
             make_size(pool, m)};
  }
  Expr input(const std::string& name, const Shape& surface, Property facts = Property::none) {
    return make_input(pool_, {name, Role::parameter, facts, surface});
  }
  /// A further node over earlier ones.
  Expr grow() {
    made_.push_back(grown());
    return made_.back();
  }
  std::uint64_t pick(std::uint64_t count) { return random_() % count; }
  [[nodiscard]] Expr some() { return made_[pick(made_.size())]; }

 private:
  Expr some_square() {
    for (int attempt = 0; attempt < 8; ++attempt) {
      const Expr e = some();
      if (pool_.order(e) == 2 && pool_.shape(e)[0] == pool_.shape(e)[1]) return e;
    }
    return made_[3];
  }
  Expr of_shape(const Shape& shape) {
    for (int attempt = 0; attempt < 8; ++attempt) {
      if (const Expr e = some(); pool_.shape(e) == shape) return e;
    }
    return make_ones(pool_, shape);
  }
  Rational coefficient() { return {static_cast<std::int64_t>(pick(9)) - 4, static_cast<std::int64_t>(1 + pick(5))}; }

  /// A product of up to four operands whose axes of equal extent are joined at random.
  Expr product() {
    Shape dims;
    std::vector<Factor> factors;
    Labels all;
    for (std::uint64_t count = 1 + pick(4); count > 0; --count) {
      const Expr e = some();
      Labels labels;
      for (const Dim extent : Shape(pool_.shape(e))) {
        auto label = static_cast<Label>(dims.size());
        const std::uint64_t start = dims.empty() ? 0 : pick(dims.size());
        for (std::size_t i = 0; i < dims.size() && pick(4) != 0; ++i) {
          const std::size_t candidate = (start + i) % dims.size();
          if (dims[candidate] == extent) label = static_cast<Label>(candidate);
        }
        if (label == dims.size()) dims.push_back(extent);
        labels.push_back(label);
        all.push_back(label);
      }
      factors.push_back({e, labels});
    }
    if (pick(6) == 0) dims.push_back(pool_.dims().symbol("m"));  // a label without operand
    Labels out;
    for (std::uint64_t axes = dims.empty() ? 0 : pick(3); axes > 0; --axes)
      out.push_back(static_cast<Label>(pick(dims.size())));
    return make_einsum(pool_, out, factors, dims);
  }

  Expr sum() {
    const Shape shape = pool_.shape(some());
    std::vector<Term> terms;
    for (std::uint64_t count = 1 + pick(3); count > 0; --count) terms.push_back({coefficient(), of_shape(shape)});
    return make_add(pool_, shape, terms);
  }

  Expr window() {
    const Expr e = some();
    const Shape in = pool_.shape(e);
    Shape out = in;
    out.push_back(pool_.dims().symbol("m"));
    std::vector<AffineIndex> axes;
    for (std::size_t axis = 0; axis < in.size(); ++axis) {
      AffineIndex index{{{static_cast<std::uint16_t>(axis), pick(2) == 0 ? 1 : -1}},
                        pool_.dims().constant(static_cast<std::int64_t>(pick(3)) - 1)};
      if (pick(2) == 0) index.parts.push_back({static_cast<std::uint16_t>(in.size()), 2});
      axes.push_back(index);
    }
    return make_window(pool_, e, out, axes);
  }

  Expr grown() {
    switch (pick(9)) {
      case 0: return sum();
      case 1: return make_map(pool_, pick(2) == 0 ? Function::tanh : Function::sigmoid, {some()});
      case 2: return make_power(pool_, some(), coefficient());
      case 3: {
        const Expr e = some();
        return make_map(pool_, Function::max, {e, of_shape(Shape(pool_.shape(e)))});
      }
      case 4: {
        const Expr e = some();
        if (pool_.order(e) == 0) return e;
        return make_fold(pool_, static_cast<FoldKind>(pick(4)), e, {static_cast<std::uint16_t>(pick(pool_.order(e)))});
      }
      case 5: return pick(2) == 0 ? window() : make_gather(pool_, of_shape({pool_.dims().symbol("n")}), made_[2]);
      case 6:
        return pick(4) == 0 ? make_matrix_power(pool_, some_square(), pool_.dims().symbol("n"))
                            : make_matrix(pool_, static_cast<MatrixKind>(pick(3)), some_square());
      case 7: {
        const Expr e = some();
        Dim total = pool_.dims().one();
        for (const Dim extent : Shape(pool_.shape(e))) total = pool_.dims().product(total, extent);
        return make_reshape(pool_, e, {total});
      }
      default: return product();
    }
  }

  Pool& pool_;
  std::mt19937_64 random_;
  std::vector<Expr> made_;
};

}  // namespace gradwright
