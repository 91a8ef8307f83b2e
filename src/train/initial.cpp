#include "train/initial.h"

#include <cmath>
#include <numeric>

#include "train/structured.h"

namespace gradwright {

Tensor initial_value(Generator& random, const Parameter& parameter, std::vector<std::int64_t> extents) {
  Tensor tensor{std::move(extents), {}};
  const auto& sizes = tensor.extents;
  const auto count =
      static_cast<std::size_t>(std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>()));
  const double fan_out = sizes.empty() ? 1 : static_cast<double>(sizes[0]);
  const double fan_in = sizes.size() < 2 ? 1 : static_cast<double>(count) / fan_out;
  const std::string kind =
      parameter.initialiser.empty() ? (sizes.size() >= 2 ? "glorot" : "zeros") : parameter.initialiser;
  const auto argument = [&](std::size_t i, double otherwise) {
    return i < parameter.arguments.size() ? parameter.arguments[i] : otherwise;
  };
  std::normal_distribution<double> normal(0, 1);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (std::size_t i = 0; i < count; ++i) {
    double x = 0;
    if (kind == "ones") x = 1;
    if (kind == "glorot") x = (2 * uniform(random) - 1) * std::sqrt(6 / (fan_in + fan_out));
    if (kind == "he") x = normal(random) * std::sqrt(2 / fan_in);
    if (kind == "lecun") x = normal(random) * std::sqrt(1 / fan_in);
    if (kind == "normal") x = argument(0, 0) + normal(random) * argument(1, 1);
    if (kind == "uniform") x = argument(0, 0) + uniform(random) * (argument(1, 1) - argument(0, 0));
    tensor.values.push_back(x);
  }
  if (parameter.structure != Structure::none) keep_within(tensor.values, parameter.structure);
  return tensor;
}

std::vector<Tensor> initial_values(const Pool& pool, const std::vector<Parameter>& parameters, const DimValues& dims,
                                   Generator& random) {
  std::vector<Tensor> values;
  for (const Parameter& parameter : parameters) {
    std::vector<std::int64_t> extents;
    for (const Dim dim : pool.shape(parameter.input)) extents.push_back(pool.dims().value(dim, dims).value_or(0));
    values.push_back(initial_value(random, parameter, std::move(extents)));
  }
  return values;
}

}  // namespace gradwright
