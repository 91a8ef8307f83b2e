// Values for the leaves of a graph that honour their facts: positive, one-hot, ±1, probability vectors, symmetric matrices.
#pragma once

#include <cmath>
#include <vector>

#include "ir/evaluate.h"

namespace gradwright {

inline Bindings filled(const Pool& pool, const std::vector<Expr>& roots, const DimValues& sizes) {
  Bindings bindings{sizes, {}};
  double phase = 0.3;
  for (const Expr e : reachable(pool, roots)) {
    if (pool.kind(e) != Kind::input) continue;
    Tensor tensor;
    std::size_t count = 1;
    for (const Dim dim : pool.shape(e)) {
      tensor.extents.push_back(pool.dims().value(dim, sizes).value_or(0));
      count *= static_cast<std::size_t>(tensor.extents.back());
    }
    const Property facts = pool.payload<InputInfo>(e).properties;
    const std::size_t rows = tensor.extents.empty() ? 1 : static_cast<std::size_t>(tensor.extents[0]);
    double total = 0;
    for (std::size_t k = 0; k < count; ++k) {
      double x = std::sin(phase += 0.71);
      if (rows * rows == count && k % rows == k / rows) x += 3;  // well conditioned, of positive determinant
      if (has(facts, Property::positive | Property::prob)) x = std::fabs(x) + 0.1;
      if (has(facts, Property::binary)) x = x > 0 ? 1 : 0;
      if (has(facts, Property::pm1)) x = x > 0 ? 1 : -1;
      if (has(facts, Property::onehot_cols)) x = k % rows == (k / rows + 1) % rows ? 1 : 0;
      tensor.values.push_back(x);
      total += x;
    }
    if (has(facts, Property::prob)) {
      for (double& x : tensor.values) x /= total;
    }
    if (has(facts, Property::orthogonal)) {  // a reflection
      const std::vector<double> v(tensor.values.begin(), tensor.values.begin() + static_cast<std::ptrdiff_t>(rows));
      double square = 0;
      for (const double x : v) square += x * x;
      for (std::size_t k = 0; k < count; ++k)
        tensor.values[k] = (k % rows == k / rows ? 1 : 0) - 2 * v[k % rows] * v[k / rows] / square;
    }
    bindings.inputs[e] = tensor;
  }
  return bindings;
}

}  // namespace gradwright
