#include "derive/differences.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <utility>

namespace gradwright {
namespace {

// A derivative is judged with the step that suits it best: where the function bends sharply, or is large, no single step is right for all.
constexpr double steps[] = {1e-3, 1e-4, 1e-5, 1e-6};
constexpr double good_enough = 1e-7;
constexpr double acceptable = 1e-6;

/// Five-point stencil: (f(−2h) − 8f(−h) + 8f(h) − f(2h)) / 12h, error h⁴ f⁽⁵⁾/30. Nothing where a value is not finite.
template <class Move>
std::optional<std::vector<double>> slope_by_stencil(const Pool& pool, Expr of, const Bindings& bindings, double h,
                                                    const Move& move) {
  std::vector<double> slope;
  for (const auto& [offset, weight] : {std::pair{-2.0, 1.0}, {-1.0, -8.0}, {1.0, 8.0}, {2.0, -1.0}}) {
    move(offset * h);
    const Tensor value = evaluate(pool, of, bindings);
    if (!all_finite(value)) return std::nullopt;
    slope.resize(value.values.size(), 0.0);
    for (std::size_t k = 0; k < slope.size(); ++k) slope[k] += weight * value.values[k] / (12 * h);
  }
  return slope;
}

/// Largest |a − b| over the largest entry, and 1 at least.
double relative_distance(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 1, distance = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    largest = std::max({largest, std::fabs(a[k]), std::fabs(b[k])});
    distance = std::max(distance, std::fabs(a[k] - b[k]));
  }
  return distance / largest;
}

/// The smallest distance between `claimed` and the slopes by one of the steps. Nothing where no step gives finite values, or where the slopes agree
/// among themselves no better than with the claim: a function that turns within every step (a deep network of large weights) judges nothing.
template <class Slope>
std::optional<double> best_error(const std::vector<double>& claimed, const Slope& slope_with) {
  std::optional<double> best, own;
  std::optional<std::vector<double>> before;
  for (const double h : steps) {
    auto slope = slope_with(h);
    if (!slope) continue;
    const double error = relative_distance(claimed, *slope);
    if (!best || error < *best) best = error;
    if (*best < good_enough) return best;
    if (before) own = std::min(own.value_or(INFINITY), relative_distance(*before, *slope));
    before = std::move(slope);
  }
  constexpr double clearly = 0.1;
  const bool is_judge = best && (*best < acceptable || (own && *own < clearly * *best));
  return is_judge ? best : std::nullopt;
}

}  // namespace

NumericCheck checked_by_differences(const Pool& pool, Expr of, Expr wrt, Expr derivative, std::uint64_t seed,
                                    int points) {
  constexpr std::size_t most_entries = 48;  // of the input; beyond, a sample of them
  NumericCheck check;
  for (int attempt = 0; attempt < 10 * points && check.points < points; ++attempt) {
    Bindings bindings = random_bindings(pool, {of, wrt, derivative}, seed + static_cast<std::uint64_t>(attempt) * 7919);
    calm(bindings, pool, attempt - points);
    const Tensor claimed = evaluate(pool, derivative, bindings);
    if (!all_finite(claimed) || !is_regular(evaluate(pool, of, bindings))) continue;
    std::vector<double>& input = bindings.inputs.at(wrt).values;
    const std::size_t stride = std::max<std::size_t>(1, input.size() / most_entries);
    const std::size_t outputs = input.empty() ? 0 : claimed.values.size() / input.size();
    std::vector<double> sampled;
    for (std::size_t entry = 0; entry < input.size(); entry += stride) {
      for (std::size_t k = 0; k < outputs; ++k) sampled.push_back(claimed.values[k + outputs * entry]);
    }
    const auto error = best_error(sampled, [&](double h) -> std::optional<std::vector<double>> {
      std::vector<double> all;
      for (std::size_t entry = 0; entry < input.size(); entry += stride) {
        const double centre = input[entry];
        const auto slope =
            slope_by_stencil(pool, of, bindings, h, [&](double offset) { input[entry] = centre + offset; });
        input[entry] = centre;
        if (!slope) return std::nullopt;
        all.insert(all.end(), slope->begin(), slope->end());
      }
      return all;
    });
    if (error) note_point(check, bindings, *error);
  }
  return check;
}

NumericCheck checked_along_directions(const Pool& pool, Expr of, const std::vector<Expr>& wrt,
                                      const std::vector<Expr>& gradients, std::uint64_t seed, int points) {
  NumericCheck check;
  std::vector<Expr> roots{of};
  roots.insert(roots.end(), wrt.begin(), wrt.end());
  roots.insert(roots.end(), gradients.begin(), gradients.end());
  for (int attempt = 0; attempt < 5 * points && check.points < points; ++attempt) {
    Bindings bindings = random_bindings(pool, roots, seed + static_cast<std::uint64_t>(attempt) * 7919);
    calm(bindings, pool, attempt - points);
    const std::vector<Tensor> claimed = evaluate(pool, gradients, bindings);
    if (!std::all_of(claimed.begin(), claimed.end(), all_finite) || !is_regular(evaluate(pool, of, bindings))) continue;
    std::mt19937_64 random(seed + static_cast<std::uint64_t>(attempt));
    std::vector<std::vector<double>> centres, directions;
    double along = 0;
    for (std::size_t i = 0; i < wrt.size(); ++i) {
      centres.push_back(bindings.inputs.at(wrt[i]).values);
      directions.emplace_back();
      for (const double slope : claimed[i].values) {
        directions.back().push_back((random() & 1U) != 0 ? 1 : -1);
        along += slope * directions.back().back();
      }
    }
    const auto moved = [&](double offset) {
      for (std::size_t i = 0; i < wrt.size(); ++i) {
        std::vector<double>& values = bindings.inputs.at(wrt[i]).values;
        for (std::size_t k = 0; k < values.size(); ++k) values[k] = centres[i][k] + offset * directions[i][k];
      }
    };
    const auto error = best_error({along}, [&](double h) {
      auto slope = slope_by_stencil(pool, of, bindings, h, moved);
      moved(0);
      return slope;
    });
    if (error) note_point(check, bindings, *error);
  }
  return check;
}

NumericCheck checked_along_moves(const Pool& pool, Expr of, Expr wrt, Expr derivative, const Moves& moves,
                                 std::uint64_t seed, int points) {
  constexpr int moves_a_point = 2;
  NumericCheck check;
  for (int attempt = 0; attempt < 10 * points && check.points < points; ++attempt) {
    Bindings bindings = random_bindings(pool, {of, wrt, derivative}, seed + static_cast<std::uint64_t>(attempt) * 7919);
    calm(bindings, pool, attempt - points);
    const Tensor claimed = evaluate(pool, derivative, bindings);
    const Tensor value = evaluate(pool, of, bindings);
    if (!all_finite(claimed) || !is_regular(value)) continue;
    std::mt19937_64 random(seed + static_cast<std::uint64_t>(attempt));
    const Tensor centre = bindings.inputs.at(wrt);
    std::optional<double> worst = 0;
    for (int i = 0; i < moves_a_point && worst; ++i) {
      const Move move = moves(centre, random);
      std::vector<double> along(value.values.size(), 0.0);
      for (std::size_t k = 0; k < claimed.values.size(); ++k)
        along[k % along.size()] += claimed.values[k] * move.weight[k / along.size()];
      const auto moved = [&](double offset) {
        std::vector<double>& values = bindings.inputs.at(wrt).values;
        for (std::size_t k = 0; k < values.size(); ++k) values[k] = centre.values[k] + offset * move.direction[k];
      };
      const auto error = best_error(along, [&](double h) {
        auto slope = slope_by_stencil(pool, of, bindings, h, moved);
        moved(0);
        return slope;
      });
      worst = error ? std::optional(std::max(*worst, *error)) : std::nullopt;
    }
    if (worst) note_point(check, bindings, *worst);
  }
  return check;
}

}  // namespace gradwright
