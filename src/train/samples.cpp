#include "train/samples.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "train/sample_shape.h"

namespace gradwright {
namespace {

template <class Real>
RowTable<Real> table_of(const Samples& samples, const Dataset& data, const RowShaping& shaping,
                        const std::vector<std::size_t>& order) {
  RowTable<Real> table{samples.features.width, samples.target.width, {}, {}};
  table.inputs.resize(order.size() * table.width);
  table.targets.resize(order.size() * table.target_width);
  const std::size_t width = data.inputs.data.size() / order.size();
  const std::size_t target_width = data.targets.data.size() / order.size();
  for (std::size_t s = 0; s < order.size(); ++s) {
    shaping.input(data.inputs.data.data() + order[s] * width, table.inputs.data() + s * table.width);
    shaping.truth(data.targets.data.data() + order[s] * target_width, table.targets.data() + s * table.target_width);
  }
  return table;
}

}  // namespace

std::span<const double> Samples::input(std::size_t sample) const {
  return std::visit([&](const auto& table) { return as_doubles(table.input(sample), input_); }, rows);
}

std::span<const double> Samples::truth(std::size_t sample) const {
  return std::visit([&](const auto& table) { return as_doubles(table.truth(sample), truth_); }, rows);
}

void show_samples(const TrainTask& task, const Samples& samples, std::span<const std::size_t> which, Bindings& at) {
  const auto count = static_cast<std::int64_t>(which.size());
  std::vector<double> staged;
  stage(samples, which, which.size(), staged);
  auto shown = [&, from = staged.cbegin()](Expr input, const Slot& slot) mutable {
    const auto end = from + static_cast<std::ptrdiff_t>(slot.width * which.size());
    at.inputs[input] = Tensor{samples.is_batched ? slot.extents_with(count) : slot.extents, {from, end}};
    from = end;
  };
  if (samples.is_batched) at.dims[*task.batch] = count;
  shown(task.features, samples.features);
  shown(task.target, samples.target);
}

tl::expected<Samples, Diagnostic> samples_of(const Pool& pool, const TrainTask& task, const Dataset& data,
                                             const SplitOptions& options, Generator& random) {
  const std::int64_t count = data.inputs.shape.empty() ? 0 : data.inputs.shape[0];
  const std::int64_t rows = std::max<std::int64_t>(count, 1);
  const auto width = static_cast<std::int64_t>(data.inputs.data.size()) / rows;
  const auto target_width = static_cast<std::int64_t>(data.targets.data.size()) / rows;
  const double largest = data.targets.data.empty() ? 0 : *std::ranges::max_element(data.targets.data);
  auto samples = shaped(pool, task, {count, width, target_width, largest});
  if (!samples) return samples;
  if (auto fault = split(*samples, static_cast<std::size_t>(count), options)) return tl::unexpected(*std::move(fault));
  std::vector<std::size_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), random);
  RowShaping shaping(*samples, static_cast<std::size_t>(target_width));
  for (const std::size_t i : order) {
    if (auto fault = shaping.misfit(data.targets.data[i * static_cast<std::size_t>(target_width)], i))
      return tl::unexpected(*std::move(fault));
  }
  Normalise how = options.normalise;
  const auto [least, most] = std::ranges::minmax_element(data.targets.data);
  const TargetRange range{*least, *most,
                          std::ranges::all_of(data.targets.data, [](double x) { return x == std::floor(x); })};
  const auto all_rows = [&](const EachSample& shown) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      auto fault = shown(data.inputs.data.data() + i * static_cast<std::size_t>(width),
                         data.targets.data.data() + i * static_cast<std::size_t>(target_width), i);
      if (fault) return fault;
    }
    return std::optional<Diagnostic>();
  };
  if (auto fault = as_declared(pool, task, *samples, range, shaping, how, all_rows))
    return tl::unexpected(*std::move(fault));
  const auto training_rows = [&](const RowShaping::EachRow& shown) {
    for (std::size_t s = 0; s < samples->training; ++s)
      shown(data.inputs.data.data() + order[s] * static_cast<std::size_t>(width));
  };
  shaping.normalise(how, training_rows, samples->training);
  shaping.tell(*samples);
  if (options.single)
    samples->rows = table_of<float>(*samples, data, shaping, order);
  else
    samples->rows = table_of<double>(*samples, data, shaping, order);
  return samples;
}

}  // namespace gradwright
