#include "derive/structure.h"

#include "ir/make.h"

namespace gradwright {

std::string_view structure_name(Structure structure) {
  switch (structure) {
    case Structure::none: return "unstructured";
    case Structure::symmetric: return "symmetric";
    case Structure::diagonal: return "diagonal";
    case Structure::lower: return "lower triangular";
    case Structure::upper: return "upper triangular";
    case Structure::orthogonal: return "orthogonal";
  }
  return {};
}

Structure structure_of(Property facts) {
  const bool is_symmetric = has(facts, Property::symmetric | Property::spd);
  const bool is_lower = has(facts, Property::lower);
  const bool is_upper = has(facts, Property::upper);
  if (has(facts, Property::diagonal) || (is_symmetric ? is_lower || is_upper : is_lower && is_upper))
    return Structure::diagonal;
  if (is_symmetric) return Structure::symmetric;
  if (is_lower) return Structure::lower;
  if (is_upper) return Structure::upper;
  return has(facts, Property::orthogonal) ? Structure::orthogonal : Structure::none;
}

Structure transposed_structure(Structure structure) {
  return structure == Structure::lower   ? Structure::upper
         : structure == Structure::upper ? Structure::lower
                                         : structure;
}

namespace {

/// The tensor where the mask on its axes `axis`, `axis + 1` is 1, else 0; without a mask: where both are equal.
Expr masked(Pool& pool, Expr tensor, std::size_t axis, std::optional<Expr> mask) {
  Labels labels;
  for (std::size_t i = 0; i < pool.order(tensor); ++i) labels.push_back(static_cast<Label>(i));
  const Labels both{labels[axis], labels[axis + 1]};
  if (mask) return make_einsum(pool, labels, {{tensor, labels}, {*mask, both}}, Shape(pool.shape(tensor)));
  Shape dims(pool.shape(tensor));
  labels[axis + 1] = labels[axis];
  dims[axis + 1] = pool.dims().one();
  return make_einsum(pool, labels, {{tensor, labels}}, dims);
}

Expr swapped(Pool& pool, Expr tensor, std::size_t axis) {
  std::vector<std::uint16_t> order;
  for (std::size_t i = 0; i < pool.order(tensor); ++i) order.push_back(static_cast<std::uint16_t>(i));
  std::swap(order[axis], order[axis + 1]);
  return permuted(pool, tensor, order);
}

Expr diagonal_of_vec(Pool& pool, Expr matrix, Dim square) {
  return make_einsum(pool, {0, 0}, {{make_reshape(pool, matrix, {square}), {0}}}, {square});
}

}  // namespace

Expr kept_to(Pool& pool, Expr derivative, std::size_t axis, Structure structure) {
  const Dim n = pool.shape(derivative)[axis];
  switch (structure) {
    case Structure::none:
    case Structure::orthogonal: return derivative;
    case Structure::symmetric:
      return make_add(
          pool, Shape(pool.shape(derivative)),
          {{1, derivative}, {1, swapped(pool, derivative, axis)}, {-1, masked(pool, derivative, axis, std::nullopt)}});
    case Structure::diagonal: return masked(pool, derivative, axis, std::nullopt);
    case Structure::lower: return masked(pool, derivative, axis, make_lower_mask(pool, n, n));
    case Structure::upper: return masked(pool, derivative, axis, transposed(pool, make_lower_mask(pool, n, n)));
  }
  return derivative;
}

Expr nearest_within(Pool& pool, Expr matrix, Structure structure) {
  if (structure == Structure::none || pool.order(matrix) != 2) return matrix;  // of size 1 it has every structure
  if (structure != Structure::symmetric) return kept_to(pool, matrix, 0, structure);
  return make_add(pool, Shape(pool.shape(matrix)),
                  {{Rational(1, 2), matrix}, {Rational(1, 2), transposed(pool, matrix)}});
}

Expr among_orthogonal(Pool& pool, Expr gradient, Expr q) {
  const Dim n = pool.shape(q)[0];
  const Expr mirrored = make_einsum(pool, {0, 3}, {{q, {0, 1}}, {gradient, {2, 1}}, {q, {2, 3}}}, {n, n, n, n});
  return make_add(pool, {n, n}, {{Rational(1, 2), gradient}, {Rational(-1, 2), mirrored}});
}

Expr structure_matrix(Pool& pool, Dim n, Structure structure) {
  const Dim square = pool.dims().product(n, n);
  const Expr eye = make_identity(pool, n);
  const Expr lower = make_lower_mask(pool, n, n);
  switch (structure) {
    case Structure::none:
    case Structure::orthogonal: return make_identity(pool, square);
    case Structure::diagonal: return diagonal_of_vec(pool, eye, square);
    case Structure::lower: return diagonal_of_vec(pool, lower, square);
    case Structure::upper: return diagonal_of_vec(pool, transposed(pool, lower), square);
    case Structure::symmetric: break;
  }
  const Expr commutation = make_reshape(pool, make_einsum(pool, {0, 1, 1, 0}, {}, {n, n}), {square, square});
  return make_add(pool, {square, square},
                  {{1, make_identity(pool, square)}, {1, commutation}, {-1, diagonal_of_vec(pool, eye, square)}});
}

namespace {

double drawn(std::mt19937_64& random) { return std::uniform_real_distribution<double>(-1, 1)(random); }

/// Q·A for a random skew-symmetric A.
Move move_of_orthogonal(const Tensor& q, std::mt19937_64& random) {
  const auto n = static_cast<std::size_t>(q.extents[0]);
  std::vector<double> skew(n * n, 0.0);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      skew[i + n * j] = drawn(random);
      skew[j + n * i] = -skew[i + n * j];
    }
  }
  Move move{std::vector<double>(n * n, 0.0), {}};
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t i = 0; i < n; ++i) move.direction[i + n * j] += q.values[i + n * k] * skew[k + n * j];
    }
  }
  move.weight = move.direction;
  return move;
}

/// What does not move must not count, whatever its weight; of two entries that are one number either may stand for both.
Move move_within(const Tensor& at, Structure structure, std::mt19937_64& random) {
  if (structure == Structure::orthogonal) return move_of_orthogonal(at, random);
  if (structure == Structure::none) {
    Move move;
    for (std::size_t k = 0; k < at.values.size(); ++k) move.direction.push_back(drawn(random));
    move.weight = move.direction;
    return move;
  }
  const auto n = static_cast<std::size_t>(at.extents[0]);
  Move move{std::vector<double>(n * n, 0.0), std::vector<double>(n * n, 0.0)};
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < n; ++i) {
      const bool moves = structure == Structure::diagonal ? i == j : structure == Structure::upper ? i <= j : i >= j;
      const double step = drawn(random);
      if (structure != Structure::symmetric) {
        move.direction[i + n * j] = moves ? step : 0;
        move.weight[i + n * j] = step;
      } else if (moves) {
        const double share = i == j ? 1 : drawn(random);
        move.direction[i + n * j] = move.direction[j + n * i] = step;
        move.weight[j + n * i] = (1 - share) * step;
        move.weight[i + n * j] = share * step;
      }
    }
  }
  return move;
}

}  // namespace

NumericCheck checked_within_structure(const Pool& pool, Expr of, Expr wrt, Expr derivative, Structure structure,
                                      std::uint64_t seed, int points) {
  const Moves moves = [structure](const Tensor& at, std::mt19937_64& random) {
    return move_within(at, structure, random);
  };
  return checked_along_moves(pool, of, wrt, derivative, moves, seed, points);
}

}  // namespace gradwright
