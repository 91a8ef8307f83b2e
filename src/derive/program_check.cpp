#include "derive/program_check.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "derive/forward.h"

namespace gradwright {
namespace {

/// Value and slope of the formula, summed over the points.
struct Sum {
  double value = 0, slope = 0;
};
Sum sum_along(const Pool& pool, const ProgramPoint& point, const Direction& u) {
  Sum sum;
  for (const Bindings& at : point.at) {
    const Slope found = slope_along(pool, point.of, at, u);
    sum.value += found.value.values[0];
    sum.slope += found.slope.values[0];
  }
  return sum;
}

}  // namespace

std::optional<Disagreement> disagreement(const Pool& pool, const ProgramPoint& point, const ProgramResult& result,
                                         double tolerance) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> size(0.5, 1);
  Direction all;
  std::vector<double> along, magnitude;  // of each variable: Σ g·u and Σ |g·u|
  std::vector<double> norms;
  for (const std::vector<double>& gradient : result.gradients)
    norms.push_back(std::sqrt(std::inner_product(gradient.begin(), gradient.end(), gradient.begin(), 0.0)));
  // Each variable counts as much as the others, but for those whose gradient is next to nothing: what they hold may be rounding.
  const double largest = norms.empty() ? 0 : *std::max_element(norms.begin(), norms.end());
  const double least = std::max(1e-3 * largest, 1e-6 * std::max(1.0, std::fabs(result.value)));
  for (std::size_t i = 0; i < result.gradients.size(); ++i) {
    const std::vector<double>& gradient = result.gradients[i];
    const double scale = std::isfinite(norms[i]) && std::isfinite(least) ? 1 / std::max(norms[i], least) : 1;
    along.push_back(0);
    magnitude.push_back(0);
    for (const double slope : gradient) {
      const double step = scale * ((random() & 1U) != 0 ? 1 : -1) * size(random);
      all[point.by[i]].push_back(step);
      along.back() += slope * step;
      magnitude.back() += std::fabs(slope * step);
    }
  }
  // `step`: the largest of the direction; terms that cancel within the formula leave rounding of its size.
  constexpr double rounding = 1e-11;
  const auto differs = [&](double program, double formula, double terms, double step) {
    if (!std::isfinite(formula) || !std::isfinite(program)) return false;  // that is told where it is computed
    // A hundredth of the terms: what cancels among them is rounding of their size.
    const double allowed = tolerance * std::max({std::fabs(program), std::fabs(formula), 0.01 * terms, 1e-6});
    return !(std::fabs(program - formula) <=
             std::max(allowed, rounding * step * std::max(1.0, std::fabs(result.value))));
  };
  const auto largest_step = [&](std::size_t i) {
    const std::vector<double>& steps = all.at(point.by[i]);
    return std::accumulate(steps.begin(), steps.end(), 0.0,
                           [](double most, double step) { return std::max(most, std::fabs(step)); });
  };
  const Sum found = sum_along(pool, point, all);
  if (!std::isfinite(found.value)) return std::nullopt;
  if (differs(result.value, found.value, 1, 0)) return Disagreement{std::nullopt, result.value, found.value};
  double total = 0, terms = 0, step = 0;
  for (std::size_t i = 0; i < along.size(); ++i) {
    total += along[i];
    terms += magnitude[i];
    step = std::max(step, largest_step(i));
  }
  if (along.empty() || !differs(total, found.slope, terms, step)) return std::nullopt;
  for (std::size_t i = 0; i < along.size(); ++i) {
    const Sum own = sum_along(pool, point, {{point.by[i], all.at(point.by[i])}});
    if (differs(along[i], own.slope, magnitude[i], largest_step(i))) return Disagreement{i, along[i], own.slope};
  }
  return std::nullopt;
}

}  // namespace gradwright
