#include "train/sgd.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <random>

namespace gradwright {
namespace {

using Generator = std::mt19937_64;

Diagnostic fault(std::string code, std::string message, std::string help) {
  return {std::move(code), Severity::error, std::move(message), {}, {}, {}, {std::move(help)}, {}};
}

std::vector<std::int64_t> extents_of(const Pool& pool, Expr e, const DimValues& dims) {
  std::vector<std::int64_t> extents;
  for (const Dim dim : pool.shape(e)) extents.push_back(pool.dims().value(dim, dims).value_or(0));
  return extents;
}

/// Says how large the one free symbol of an order-1 input is; false where the count contradicts the declaration.
bool bind_size(const Pool& pool, Expr input, std::int64_t count, DimValues& dims) {
  if (pool.order(input) == 0) return count == 1;
  if (pool.order(input) > 1) {
    const auto extents = extents_of(pool, input, dims);
    return std::accumulate(extents.begin(), extents.end(), std::int64_t{1}, std::multiplies<>()) == count;
  }
  const Dim dim = pool.shape(input)[0];
  if (const auto known = pool.dims().value(dim, dims)) return *known == count;
  dims[pool.dims().to_string(dim)] = count;
  return pool.dims().value(dim, dims) == count;
}

Tensor initial(Generator& random, const Parameter& parameter, std::vector<std::int64_t> extents) {
  Tensor tensor{std::move(extents), {}};
  const auto& sizes = tensor.extents;
  const auto count = static_cast<std::size_t>(std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>()));
  const double fan_out = sizes.empty() ? 1 : static_cast<double>(sizes[0]);
  const double fan_in = sizes.size() < 2 ? 1 : static_cast<double>(count) / fan_out;
  const std::string kind = parameter.initialiser.empty() ? (sizes.size() >= 2 ? "glorot" : "zeros") : parameter.initialiser;
  const auto argument = [&](std::size_t i, double otherwise) { return i < parameter.arguments.size() ? parameter.arguments[i] : otherwise; };
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
  return tensor;
}

struct Samples {
  std::vector<std::vector<double>> features;
  std::vector<std::vector<double>> targets;
};

/// Rows of the dataset; labels become one-hot where the target has several entries.
tl::expected<Samples, Diagnostic> samples_of(const Dataset& data, std::size_t outputs) {
  Samples samples;
  const auto count = static_cast<std::size_t>(data.inputs.shape[0]);
  const std::size_t width = count == 0 ? 0 : data.inputs.data.size() / count;
  const std::size_t target_width = count == 0 ? 0 : data.targets.data.size() / count;
  for (std::size_t i = 0; i < count; ++i) {
    const auto row = data.inputs.data.begin() + static_cast<std::ptrdiff_t>(i * width);
    samples.features.emplace_back(row, row + static_cast<std::ptrdiff_t>(width));
    const auto target = data.targets.data.begin() + static_cast<std::ptrdiff_t>(i * target_width);
    if (target_width == outputs) {
      samples.targets.emplace_back(target, target + static_cast<std::ptrdiff_t>(target_width));
      continue;
    }
    const double label = *target;
    if (target_width != 1 || label < 0 || label >= static_cast<double>(outputs) || label != std::floor(label)) {
      return tl::unexpected(fault("G0502", fmt::format("sample {} has the label {}, and the target has {} entries", i + 1, label, outputs),
                                  fmt::format("labels are whole numbers from 0 to {}", outputs - 1)));
    }
    samples.targets.emplace_back(outputs, 0.0);
    samples.targets.back()[static_cast<std::size_t>(label)] = 1;
  }
  return samples;
}

void standardise(std::vector<std::vector<double>>& rows, std::size_t training) {
  if (rows.empty() || training == 0) return;
  for (std::size_t column = 0; column < rows[0].size(); ++column) {
    double mean = 0;
    double square = 0;
    for (std::size_t i = 0; i < training; ++i) mean += rows[i][column] / static_cast<double>(training);
    for (std::size_t i = 0; i < training; ++i) square += std::pow(rows[i][column] - mean, 2) / static_cast<double>(training);
    const double scale = square > 1e-12 ? 1 / std::sqrt(square) : 0;
    for (auto& row : rows) row[column] = (row[column] - mean) * scale;
  }
}

bool is_right(const std::vector<double>& prediction, const std::vector<double>& target) {
  if (target.size() == 1) return (prediction[0] > 0.5) == (target[0] > 0.5);
  const auto place = [](const std::vector<double>& v) { return std::max_element(v.begin(), v.end()) - v.begin(); };
  return place(prediction) == place(target);
}

}  // namespace

tl::expected<Trained, Diagnostic> trained(const Pool& pool, const TrainTask& task, const Dataset& data, const TrainOptions& options,
                                          const std::function<void(const EpochReport&)>& report) {
  const auto started = std::chrono::steady_clock::now();
  Bindings at = task.fixed;
  const std::int64_t count = data.inputs.shape.empty() ? 0 : data.inputs.shape[0];
  if (count < 2) return tl::unexpected(fault("G0502", "the data hold fewer than two samples", "training needs samples to train on and to test with"));
  const std::int64_t width = static_cast<std::int64_t>(data.inputs.data.size()) / count;
  if (!bind_size(pool, task.features, width, at.dims)) {
    return tl::unexpected(fault("G0502", fmt::format("the data have {} features a sample, the sheet's input `{}` has another size", width,
                                                     pool.payload<InputInfo>(task.features).name),
                                "declare the input with the size of the data"));
  }
  const double largest = *std::max_element(data.targets.data.begin(), data.targets.data.end());
  if (pool.order(task.target) == 1 && !pool.dims().value(pool.shape(task.target)[0], at.dims)) {
    const std::int64_t target_width = static_cast<std::int64_t>(data.targets.data.size()) / count;
    (void)bind_size(pool, task.target, target_width > 1 ? target_width : static_cast<std::int64_t>(largest) + 1, at.dims);
  }
  std::vector<Expr> roots{task.loss};
  roots.insert(roots.end(), task.gradients.begin(), task.gradients.end());
  for (const Expr e : reachable(pool, roots)) {
    for (const Dim dim : pool.shape(e)) {
      if (pool.dims().value(dim, at.dims)) continue;
      return tl::unexpected(fault("G0504", fmt::format("the size `{}` has no value", pool.dims().to_string(dim)), "fix it in the sheet: `dim h = 32`"));
    }
  }
  const auto target_extents = extents_of(pool, task.target, at.dims);
  const auto outputs = static_cast<std::size_t>(std::accumulate(target_extents.begin(), target_extents.end(), std::int64_t{1}, std::multiplies<>()));
  auto samples = samples_of(data, outputs);
  if (!samples) return tl::unexpected(samples.error());

  Generator random(options.seed);
  std::vector<std::size_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), random);
  Samples shuffled;
  for (const std::size_t i : order) {
    shuffled.features.push_back(std::move(samples->features[i]));
    shuffled.targets.push_back(std::move(samples->targets[i]));
  }
  const auto test = std::clamp<std::size_t>(static_cast<std::size_t>(options.test_fraction * static_cast<double>(count)), 1, order.size() - 1);
  const std::size_t training = order.size() - test;
  if (options.standardise) standardise(shuffled.features, training);

  for (const Parameter& parameter : task.parameters) {
    at.inputs[parameter.input] = initial(random, parameter, extents_of(pool, parameter.input, at.dims));
  }
  const auto feature_extents = extents_of(pool, task.features, at.dims);
  const auto show = [&](std::size_t i) {
    at.inputs[task.features] = {feature_extents, shuffled.features[i]};
    at.inputs[task.target] = {target_extents, shuffled.targets[i]};
  };
  Trained result;
  result.training_samples = training;
  result.test_samples = test;
  std::vector<std::size_t> turn(training);
  std::iota(turn.begin(), turn.end(), std::size_t{0});
  for (int epoch = 1; epoch <= options.epochs; ++epoch) {
    std::shuffle(turn.begin(), turn.end(), random);
    EpochReport line{epoch, 0, std::nan(""), 0};
    const auto batch = static_cast<std::size_t>(std::max(1, options.batch));
    for (std::size_t begin = 0; begin < training; begin += batch) {
      const std::size_t end = std::min(training, begin + batch);
      std::vector<std::vector<double>> total(task.parameters.size());
      for (std::size_t i = begin; i < end; ++i) {
        show(turn[i]);
        const std::vector<Tensor> values = evaluate(pool, roots, at);
        line.loss += values[0].values[0] / static_cast<double>(training);
        for (std::size_t p = 0; p < total.size(); ++p) {
          total[p].resize(values[p + 1].values.size(), 0.0);
          for (std::size_t k = 0; k < total[p].size(); ++k) total[p][k] += values[p + 1].values[k];
        }
      }
      for (std::size_t p = 0; p < total.size(); ++p) {
        auto& theta = at.inputs[task.parameters[p].input].values;
        const double rate = options.rate / static_cast<double>(end - begin);
        for (std::size_t k = 0; k < theta.size(); ++k) theta[k] -= rate * total[p][k];
      }
    }
    if (!std::isfinite(line.loss)) {
      return tl::unexpected(fault("G0507", fmt::format("the loss is {} in epoch {}", line.loss, epoch), "lower the learning rate (--rate)"));
    }
    if (!task.prediction.is_none()) {
      std::size_t right = 0;
      for (std::size_t i = training; i < order.size(); ++i) {
        show(i);
        right += is_right(evaluate(pool, task.prediction, at).values, shuffled.targets[i]) ? 1 : 0;
      }
      line.test_accuracy = static_cast<double>(right) / static_cast<double>(test);
    }
    line.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    result.epochs.push_back(line);
    if (report) report(line);
  }
  for (const Parameter& parameter : task.parameters) result.parameters.push_back(at.inputs[parameter.input]);
  return result;
}

}  // namespace gradwright
