// Finite differences of the evaluator: the judge of every derivative, independent of the rules that made it.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "derive/points.h"

namespace gradwright {

/// Compares `derivative` (values in the order: of-index fastest, then wrt-index, column-major) with central differences of `of` by the Input `wrt`.
[[nodiscard]] NumericCheck checked_by_differences(const Pool&, Expr of, Expr wrt, Expr derivative, std::uint64_t seed,
                                                  int points = 4);

/// Gradients of a scalar by several inputs at once: Σ <gradient, d> against central differences along random directions d. Few evaluations, for
/// large graphs.
[[nodiscard]] NumericCheck checked_along_directions(const Pool&, Expr of, const std::vector<Expr>& wrt,
                                                    const std::vector<Expr>& gradients, std::uint64_t seed,
                                                    int points = 4);

/// A direction in which an input moves, and how much each entry of a derivative counts along it.
struct Move {
  std::vector<double> direction, weight;
};
using Moves = std::function<Move(const Tensor& at, std::mt19937_64&)>;

/// Σ weight·derivative against central differences of `of`, whose entries may be many, along random moves of the Input `wrt`.
[[nodiscard]] NumericCheck checked_along_moves(const Pool&, Expr of, Expr wrt, Expr derivative, const Moves&,
                                               std::uint64_t seed, int points = 4);

}  // namespace gradwright
