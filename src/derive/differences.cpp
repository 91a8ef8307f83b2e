#include "derive/differences.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace gradwright {
namespace {

using Generator = std::mt19937_64;

double uniform(Generator& random, double low, double high) { return std::uniform_real_distribution<double>(low, high)(random); }

void shape_matrix(Generator& random, Property facts, Tensor& tensor) {
  const auto rows = static_cast<std::size_t>(tensor.extents[0]);
  const auto cols = static_cast<std::size_t>(tensor.extents[1]);
  auto& v = tensor.values;
  if (has(facts, Property::onehot_cols | Property::onehot_rows)) {
    std::fill(v.begin(), v.end(), 0.0);
    const bool by_column = has(facts, Property::onehot_cols);
    for (std::size_t k = 0; k < (by_column ? cols : rows); ++k) {
      const std::size_t hot = random() % (by_column ? rows : cols);
      v[by_column ? hot + rows * k : k + rows * hot] = 1;
    }
  }
  if (has(facts, Property::simplex_cols | Property::simplex_rows)) {
    const bool by_column = has(facts, Property::simplex_cols);
    for (std::size_t k = 0; k < (by_column ? cols : rows); ++k) {
      double total = 0;
      for (std::size_t i = 0; i < (by_column ? rows : cols); ++i) total += v[by_column ? i + rows * k : k + rows * i] = uniform(random, 0.1, 1);
      for (std::size_t i = 0; i < (by_column ? rows : cols); ++i) v[by_column ? i + rows * k : k + rows * i] /= total;
    }
  }
  if (rows != cols) return;
  if (has(facts, Property::spd)) {
    const std::vector<double> b = v;
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < rows; ++j) {
        double total = i == j ? 1.0 : 0.0;
        for (std::size_t k = 0; k < rows; ++k) total += b[i + rows * k] * b[j + rows * k] / static_cast<double>(rows);
        v[i + rows * j] = total;
      }
    }
  }
  for (std::size_t i = 0; i < rows; ++i) {
    if (has(facts, Property::invertible)) v[i + rows * i] += 2;
    for (std::size_t j = 0; j < rows; ++j) {
      if (has(facts, Property::symmetric) && j > i) v[i + rows * j] = v[j + rows * i];
      if (has(facts, Property::diagonal) && i != j) v[i + rows * j] = 0;
      if (has(facts, Property::lower) && j > i) v[i + rows * j] = 0;
      if (has(facts, Property::upper) && j < i) v[i + rows * j] = 0;
    }
  }
  if (has(facts, Property::orthogonal)) {  // Gram–Schmidt over the columns
    for (std::size_t j = 0; j < rows; ++j) {
      for (std::size_t k = 0; k <= j; ++k) {
        double dot = 0;
        for (std::size_t i = 0; i < rows; ++i) dot += v[i + rows * j] * v[i + rows * k];
        const double factor = k == j ? 1 / std::sqrt(dot) : dot;
        for (std::size_t i = 0; i < rows; ++i) {
          if (k == j) v[i + rows * j] *= factor;
          else v[i + rows * j] -= factor * v[i + rows * k];
        }
      }
    }
  }
}

Tensor random_input(Generator& random, const InputInfo& info, std::vector<std::int64_t> extents) {
  Tensor tensor{std::move(extents), {}};
  std::size_t count = 1;
  for (const std::int64_t extent : tensor.extents) count *= static_cast<std::size_t>(extent);
  const Property facts = info.properties;
  for (std::size_t i = 0; i < count; ++i) {
    double x = uniform(random, 0.2, 1.5) * ((random() & 1U) != 0 ? 1 : -1);
    if (has(facts, Property::positive | Property::prob)) x = std::fabs(x);
    if (has(facts, Property::binary)) x = x > 0 ? 1 : 0;
    if (has(facts, Property::pm1)) x = x > 0 ? 1 : -1;
    tensor.values.push_back(x);
  }
  if (tensor.extents.size() == 2) shape_matrix(random, facts, tensor);
  if (tensor.extents.size() == 1) {
    double total = 0;
    for (const double x : tensor.values) total += std::fabs(x);
    const std::size_t hot = random() % count;
    for (std::size_t i = 0; i < count; ++i) {
      if (has(facts, Property::prob | Property::simplex_rows | Property::simplex_cols)) tensor.values[i] = std::fabs(tensor.values[i]) / total;
      if (has(facts, Property::onehot_rows | Property::onehot_cols)) tensor.values[i] = i == hot ? 1 : 0;
    }
  }
  return tensor;
}

bool all_finite(const Tensor& tensor) {
  return std::all_of(tensor.values.begin(), tensor.values.end(), [](double x) { return std::isfinite(x); });
}

}  // namespace

bool sizes_fit(const Pool& pool, const std::vector<Expr>& nodes, const DimValues& sizes) {
  const auto fits = [&](Dim dim) { return pool.dims().value(dim, sizes).value_or(0) >= 1; };
  return std::all_of(nodes.begin(), nodes.end(), [&](Expr e) {
    const Shape& shape = pool.shape(e);
    if (!std::all_of(shape.begin(), shape.end(), fits)) return false;
    if (pool.kind(e) != Kind::einsum) return true;
    const auto& dims = pool.payload<EinsumLabels>(e).dims;  // a label may be summed and stand in no shape
    return std::all_of(dims.begin(), dims.end(), fits);
  });
}

Bindings random_bindings(const Pool& pool, const std::vector<Expr>& roots, std::uint64_t seed) {
  Generator random(seed);
  const std::vector<Expr> ids = reachable(pool, roots);
  const std::vector<std::string> symbols = pool.dims().symbols();
  Bindings bindings;
  for (int attempt = 0; attempt < 60; ++attempt) {
    std::vector<std::int64_t> sizes;
    for (std::size_t i = 0; i < std::max<std::size_t>(symbols.size(), 5); ++i) sizes.push_back(static_cast<std::int64_t>(2 + i % 11 + (attempt > 20 ? i % 9 : 0)));
    std::shuffle(sizes.begin(), sizes.end(), random);
    for (std::size_t i = 0; i < symbols.size(); ++i) bindings.dims[symbols[i]] = sizes[i];
    if (sizes_fit(pool, ids, bindings.dims)) break;
  }
  for (const Expr e : ids) {
    if (pool.kind(e) != Kind::input) continue;
    std::vector<std::int64_t> extents;
    for (const Dim dim : pool.shape(e)) extents.push_back(pool.dims().value(dim, bindings.dims).value_or(1));
    bindings.inputs.emplace(e, random_input(random, pool.payload<InputInfo>(e), std::move(extents)));
  }
  return bindings;
}

namespace {

// A derivative is judged with the step that suits it best: where the function bends sharply, or is large, no single step is right for all.
constexpr double steps[] = {1e-3, 1e-4, 1e-5, 1e-6};
constexpr double good_enough = 1e-7;
constexpr double acceptable = 1e-6;

/// Finite, and not so large that only a singular matrix can have made it.
bool is_regular(const Tensor& value) {
  return std::all_of(value.values.begin(), value.values.end(), [](double x) { return std::isfinite(x) && std::fabs(x) < 1e10; });
}

void note_point(NumericCheck& check, const Bindings& bindings, double error) {
  ++check.points;
  std::string sizes;
  for (const auto& [symbol, size] : bindings.dims) sizes += (sizes.empty() ? "" : ", ") + symbol + " = " + std::to_string(size);
  if (check.points <= 2 && !sizes.empty()) check.sizes += (check.sizes.empty() ? "" : "; ") + sizes;
  if (check.points == 3 && !sizes.empty()) check.sizes += "; …";
  check.max_rel_error = std::max(check.max_rel_error, error);
}

/// Five-point stencil: (f(−2h) − 8f(−h) + 8f(h) − f(2h)) / 12h, error h⁴ f⁽⁵⁾/30. Nothing where a value is not finite.
template <class Move>
std::optional<std::vector<double>> slope_by_stencil(const Pool& pool, Expr of, const Bindings& bindings, double h, const Move& move) {
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

/// What the first points leave undecided is tried again nearer to 0, where a network is less steep.
void calm(Bindings& bindings, const Pool& pool, int further_attempt) {
  const double factor = std::max(0.3, std::pow(0.8, further_attempt));
  for (auto& [input, value] : bindings.inputs) {
    if (further_attempt <= 0 || pool.payload<InputInfo>(input).properties != Property::none) continue;
    for (double& x : value.values) x *= factor;
  }
}

}  // namespace

NumericCheck checked_by_differences(const Pool& pool, Expr of, Expr wrt, Expr derivative, std::uint64_t seed, int points) {
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
        const auto slope = slope_by_stencil(pool, of, bindings, h, [&](double offset) { input[entry] = centre + offset; });
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

NumericCheck checked_along_directions(const Pool& pool, Expr of, const std::vector<Expr>& wrt, const std::vector<Expr>& gradients, std::uint64_t seed, int points) {
  NumericCheck check;
  std::vector<Expr> roots{of};
  roots.insert(roots.end(), wrt.begin(), wrt.end());
  roots.insert(roots.end(), gradients.begin(), gradients.end());
  for (int attempt = 0; attempt < 5 * points && check.points < points; ++attempt) {
    Bindings bindings = random_bindings(pool, roots, seed + static_cast<std::uint64_t>(attempt) * 7919);
    calm(bindings, pool, attempt - points);
    const std::vector<Tensor> claimed = evaluate(pool, gradients, bindings);
    if (!std::all_of(claimed.begin(), claimed.end(), all_finite) || !is_regular(evaluate(pool, of, bindings))) continue;
    Generator random(seed + static_cast<std::uint64_t>(attempt));
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

NumericCheck checked_along_moves(const Pool& pool, Expr of, Expr wrt, Expr derivative, const Moves& moves, std::uint64_t seed, int points) {
  constexpr int moves_a_point = 2;
  NumericCheck check;
  for (int attempt = 0; attempt < 10 * points && check.points < points; ++attempt) {
    Bindings bindings = random_bindings(pool, {of, wrt, derivative}, seed + static_cast<std::uint64_t>(attempt) * 7919);
    calm(bindings, pool, attempt - points);
    const Tensor claimed = evaluate(pool, derivative, bindings);
    const Tensor value = evaluate(pool, of, bindings);
    if (!all_finite(claimed) || !is_regular(value)) continue;
    Generator random(seed + static_cast<std::uint64_t>(attempt));
    const Tensor centre = bindings.inputs.at(wrt);
    std::optional<double> worst = 0;
    for (int i = 0; i < moves_a_point && worst; ++i) {
      const Move move = moves(centre, random);
      std::vector<double> along(value.values.size(), 0.0);
      for (std::size_t k = 0; k < claimed.values.size(); ++k) along[k % along.size()] += claimed.values[k] * move.weight[k / along.size()];
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
