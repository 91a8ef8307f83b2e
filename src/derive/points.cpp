#include "derive/points.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "ir/work.h"

namespace gradwright {
namespace {

using Generator = std::mt19937_64;

double uniform(Generator& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

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
      for (std::size_t i = 0; i < (by_column ? rows : cols); ++i)
        total += v[by_column ? i + rows * k : k + rows * i] = uniform(random, 0.1, 1);
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
          if (k == j)
            v[i + rows * j] *= factor;
          else
            v[i + rows * j] -= factor * v[i + rows * k];
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
  const std::size_t order = tensor.extents.size();
  constexpr Property of_matrices = Property::orthogonal | Property::onehot_rows | Property::onehot_cols |
                                   Property::simplex_rows | Property::simplex_cols;
  const bool is_single = order == 0 && has(facts, of_matrices);  // 1×1
  if (is_single) tensor.extents = {1, 1};
  if (order == 2 || is_single) shape_matrix(random, facts, tensor);
  if (is_single) tensor.extents.clear();
  if (order == 1 || is_single) {
    double total = 0;
    for (const double x : tensor.values) total += std::fabs(x);
    const std::size_t hot = random() % count;
    for (std::size_t i = 0; i < count; ++i) {
      if (has(facts, Property::prob | Property::simplex_rows | Property::simplex_cols))
        tensor.values[i] = std::fabs(tensor.values[i]) / total;
      if (has(facts, Property::onehot_rows | Property::onehot_cols)) tensor.values[i] = i == hot ? 1 : 0;
    }
  }
  return tensor;
}

void draw_inputs(Generator& random, const Pool& pool, const std::vector<Expr>& ids, Bindings& bindings) {
  for (const Expr e : ids) {
    if (pool.kind(e) != Kind::input) continue;
    std::vector<std::int64_t> extents;
    // Where sizes do not fit (`R[2-n]`, n > 1) nothing is evaluated, but each tensor has entries.
    for (const Dim dim : pool.shape(e))
      extents.push_back(std::max<std::int64_t>(pool.dims().value(dim, bindings.dims).value_or(1), 1));
    bindings.inputs.emplace(e, random_input(random, pool.payload<InputInfo>(e), std::move(extents)));
  }
}

}  // namespace

bool sizes_fit(const Pool& pool, const std::vector<Expr>& nodes, const DimValues& sizes) {
  // A sheet reads inside: beside x[2], n is at least 2.
  const std::vector<Dim>& rooms = pool.dims().assumed_nonnegative();
  if (std::any_of(rooms.begin(), rooms.end(), [&](Dim room) { return pool.dims().value(room, sizes).value_or(0) < 0; }))
    return false;
  const auto fits = [&](Dim dim) { return pool.dims().value(dim, sizes).value_or(0) >= 1; };
  return std::all_of(nodes.begin(), nodes.end(), [&](Expr e) {
    const Shape& shape = pool.shape(e);
    if (!std::all_of(shape.begin(), shape.end(), fits)) return false;
    if (pool.kind(e) != Kind::einsum) return true;
    const auto& dims = pool.payload<EinsumLabels>(e).dims;  // a label may be summed and stand in no shape
    return std::all_of(dims.begin(), dims.end(), fits);
  });
}

namespace {

/// One draw; later ones reach further, and the last ones hold sizes that are the same.
DimValues sizes_of_attempt(Generator& random, const std::vector<std::string>& symbols, int attempt, bool may_be_equal) {
  constexpr int wide_from = 21, with_one_from = 40;  // `R[2-n]` fits where n is 1 only
  std::vector<std::int64_t> sizes;
  for (std::size_t i = 0; i < std::max<std::size_t>(symbols.size(), 5); ++i)
    sizes.push_back(static_cast<std::int64_t>(2 + i % 11 + (attempt >= wide_from ? i % 9 : 0)));
  if (attempt >= with_one_from)
    std::transform(sizes.begin(), sizes.end(), sizes.begin(), [](std::int64_t size) { return size / 2; });
  std::shuffle(sizes.begin(), sizes.end(), random);
  if (may_be_equal)
    std::generate(sizes.begin(), sizes.end(), [&] { return static_cast<std::int64_t>(1 + random() % 3); });
  DimValues drawn;
  for (std::size_t i = 0; i < symbols.size(); ++i) drawn[symbols[i]] = sizes[i];
  return drawn;
}

/// Sizes that fit, different from each other where such fit, and at which the nodes are no more than some million entries where that can be.
DimValues drawn_sizes(Generator& random, const Pool& pool, const std::vector<Expr>& ids) {
  constexpr int different = 60, attempts = 100;  // conv2d(A, B) with A : R[m,n], B : R[n,m] fits where m is n only
  constexpr double most_entries = 2e6;
  const std::vector<std::string> symbols = pool.dims().symbols();
  DimValues drawn, lightest;
  double least = 0;
  for (int attempt = 0; attempt < attempts && (lightest.empty() || attempt < different); ++attempt) {
    drawn = sizes_of_attempt(random, symbols, attempt, attempt >= different);
    if (!sizes_fit(pool, ids, drawn)) continue;
    const double entries = symbols.empty() ? 0 : work_of(pool, ids, drawn).numbers;
    if (entries <= most_entries) return drawn;
    if (lightest.empty() || entries < least) {
      least = entries;
      lightest = drawn;
    }
  }
  return lightest.empty() ? drawn : lightest;
}

}  // namespace

DimValues random_sizes(const Pool& pool, const std::vector<Expr>& roots, std::uint64_t seed) {
  Generator random(seed);
  return drawn_sizes(random, pool, reachable(pool, roots));
}

Bindings random_bindings(const Pool& pool, const std::vector<Expr>& roots, std::uint64_t seed) {
  Generator random(seed);
  const std::vector<Expr> ids = reachable(pool, roots);
  Bindings bindings;
  bindings.dims = drawn_sizes(random, pool, ids);
  draw_inputs(random, pool, ids, bindings);
  return bindings;
}

Bindings random_bindings(const Pool& pool, const std::vector<Expr>& roots, std::uint64_t seed, const DimValues& sizes) {
  Generator random(seed);
  Bindings bindings{sizes, {}};
  draw_inputs(random, pool, reachable(pool, roots), bindings);
  return bindings;
}

bool all_finite(const Tensor& tensor) {
  return std::all_of(tensor.values.begin(), tensor.values.end(), [](double x) { return std::isfinite(x); });
}

bool is_regular(const Tensor& value) {
  return std::all_of(value.values.begin(), value.values.end(),
                     [](double x) { return std::isfinite(x) && std::fabs(x) < 1e10; });
}

void calm(Bindings& bindings, const Pool& pool, int further_attempt) {
  const double factor = std::max(0.3, std::pow(0.8, further_attempt));
  for (auto& [input, value] : bindings.inputs) {
    if (further_attempt <= 0 || pool.payload<InputInfo>(input).properties != Property::none) continue;
    for (double& x : value.values) x *= factor;
  }
}

void note_point(NumericCheck& check, const Bindings& bindings, double error) {
  ++check.points;
  std::string sizes;
  for (const auto& [symbol, size] : bindings.dims)
    sizes += (sizes.empty() ? "" : ", ") + symbol + " = " + std::to_string(size);
  if (check.points <= 2 && !sizes.empty()) check.sizes += (check.sizes.empty() ? "" : "; ") + sizes;
  if (check.points == 3 && !sizes.empty()) check.sizes += "; …";
  check.max_rel_error = std::max(check.max_rel_error, error);
}

}  // namespace gradwright
