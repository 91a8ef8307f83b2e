#include "train/sample_shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/axis_order.h"
#include "train/declared.h"

namespace gradwright {
namespace {

std::int64_t product(const std::vector<std::int64_t>& extents) {
  return std::accumulate(extents.begin(), extents.end(), std::int64_t{1}, std::multiplies<>());
}

/// The axes of one sample of an input, and which end counts samples. `batch`: the size that does, if any.
struct Axes {
  Shape shape;
  bool samples_first = false;
};

Axes axes_of_sample(const Pool& pool, Expr input, const std::optional<std::string>& batch) {
  Axes axes{pool.shape(input), false};
  if (!batch || axes.shape.empty()) return axes;
  axes.samples_first = pool.dims().to_string(axes.shape.front()) == *batch;
  axes.shape.erase(axes.samples_first ? axes.shape.begin() : axes.shape.end() - 1);
  return axes;
}

/// Extents that make `count` numbers, binding the one size that is still free; false where there are none.
bool bind_sizes(const Pool& pool, const Shape& shape, std::int64_t count, DimValues& dims) {
  std::int64_t known = 1;
  std::optional<Dim> open;
  for (const Dim dim : shape) {
    if (const auto size = pool.dims().value(dim, dims)) {
      known *= *size;
    } else if (open) {
      return false;
    } else {
      open = dim;
    }
  }
  if (!open) return known == count;
  if (known == 0 || count % known != 0) return false;
  dims[pool.dims().to_string(*open)] = count / known;
  return pool.dims().value(*open, dims) == count / known;
}

Slot slot_of(const Pool& pool, const Axes& axes, const DimValues& dims) {
  Slot slot;
  slot.samples_first = axes.samples_first;
  for (const Dim dim : axes.shape) slot.extents.push_back(pool.dims().value(dim, dims).value_or(0));
  slot.width = static_cast<std::size_t>(product(slot.extents));
  return slot;
}

}  // namespace

/// So many classes are plausible whatever the number of samples.
constexpr std::int64_t many_classes = 100'000;

std::vector<std::int64_t> Slot::extents_with(std::int64_t samples) const {
  std::vector<std::int64_t> all = extents;
  all.insert(samples_first ? all.begin() : all.end(), samples);
  return all;
}

tl::expected<Samples, Diagnostic> shaped(const Pool& pool, const TrainTask& task, const DataExtents& data) {
  const auto [count, width, target_width, largest] = data;
  if (count < 1) return tl::unexpected(error("G0502", "the data hold no sample").help("each row of the data is one"));
  Samples samples;
  samples.dims = task.fixed.dims;
  Axes features = axes_of_sample(pool, task.features, task.batch);
  samples.is_batched = task.batch && bind_sizes(pool, features.shape, width, samples.dims);
  if (!samples.is_batched) {
    samples.dims = task.fixed.dims;
    features = axes_of_sample(pool, task.features, {});
    if (!bind_sizes(pool, features.shape, width, samples.dims))
      return tl::unexpected(
          error("G0502", fmt::format("the data have {} features a sample, the sheet's input `{}` has another size",
                                     width, pool.payload<InputInfo>(task.features).name))
              .help("declare the input with the size of the data"));
  }
  const Axes target = axes_of_sample(pool, task.target, samples.is_batched ? task.batch : std::nullopt);
  const bool is_open = std::any_of(target.shape.begin(), target.shape.end(),
                                   [&](Dim dim) { return !pool.dims().value(dim, samples.dims); });
  if (is_open && largest < 1e9) {
    const std::int64_t wanted = target_width > 1 ? target_width : static_cast<std::int64_t>(largest) + 1;
    if (target_width == 1 && wanted > many_classes && wanted / 10 > static_cast<std::int64_t>(count))
      return tl::unexpected(
          error("G0502", fmt::format("the largest label is {}: `{}` would have {} entries for {} samples", wanted - 1,
                                     pool.payload<InputInfo>(task.target).name, wanted, count))
              .help("classes are numbered from 0; where there are so many, fix the size in the sheet: `dim k = …`"));
    (void)bind_sizes(pool, target.shape, wanted, samples.dims);
  }
  std::vector<Expr> roots{task.loss};
  roots.insert(roots.end(), task.gradients.begin(), task.gradients.end());
  DimValues with_batch = samples.dims;
  if (samples.is_batched) with_batch[*task.batch] = 1;
  for (const Expr e : reachable(pool, roots)) {
    for (const Dim dim : pool.shape(e)) {
      if (pool.dims().value(dim, with_batch)) continue;
      const std::string size = pool.dims().to_string(dim);
      return tl::unexpected(error("G0504", fmt::format("the size `{}` has no value", size))
                                .help(fmt::format("fix it in the sheet: `dim {0} = 32`; or here: `--size {0}=32`",
                                                  pool.dims().has_symbol(size) ? size : "NAME")));
    }
  }
  if (auto outside = task.outside(samples.dims)) return tl::unexpected(*std::move(outside));
  samples.features = slot_of(pool, features, samples.dims);
  samples.target = slot_of(pool, target, samples.dims);

  return samples;
}

std::optional<Diagnostic> split(Samples& samples, std::size_t count, const SplitOptions& options) {
  const auto share = [&](double fraction) {
    return fraction > 0 ? std::max<std::size_t>(1, static_cast<std::size_t>(fraction * static_cast<double>(count))) : 0;
  };
  samples.test = share(options.test_fraction);
  samples.validation = share(options.validation_fraction);
  if (samples.test + samples.validation >= count)
    return tl::unexpected(
               error("G0502",
                     fmt::format(
                         "of {} samples, {} are kept for validation and {} for the test: none is left to train on",
                         count, samples.validation, samples.test))
                   .help("keep fewer: `--validation 0.1 --test 0.2`; `--test 0` keeps none"))
        .value();
  samples.training = count - samples.test - samples.validation;
  return std::nullopt;
}

RowShaping::RowShaping(const Samples& samples, std::size_t target_width)
    : places_(row_major_places(samples.features.extents)),
      target_places_(row_major_places(samples.target.extents)),
      target_width_(target_width),
      mean_(places_.size(), 0),
      factor_(places_.size(), 1) {}

void RowShaping::normalise(Normalise how, const std::function<void(const EachRow&)>& for_each_row,
                           std::size_t training) {
  scaling_ = how;
  if (how == Normalise::none) return;
  const std::size_t width = places_.size();
  const auto n = static_cast<double>(training);
  if (how == Normalise::minmax) {
    std::vector<double> low(width, std::numeric_limits<double>::infinity()), high(width, -low[0]);
    for_each_row([&](const double* row) {
      for (std::size_t k = 0; k < width; ++k) {
        low[k] = std::min(low[k], row[places_[k]]);
        high[k] = std::max(high[k], row[places_[k]]);
      }
    });
    for (std::size_t k = 0; k < width; ++k) {
      mean_[k] = low[k];
      factor_[k] = high[k] > low[k] ? 1 / (high[k] - low[k]) : 0;
    }
    return;
  }
  std::vector<double> square(width, 0);
  for_each_row([&](const double* row) {
    for (std::size_t k = 0; k < width; ++k) mean_[k] += row[places_[k]] / n;
  });
  for_each_row([&](const double* row) {
    for (std::size_t k = 0; k < width; ++k) square[k] += std::pow(row[places_[k]] - mean_[k], 2) / n;
  });
  for (std::size_t k = 0; k < width; ++k) factor_[k] = square[k] > 1e-12 ? 1 / std::sqrt(square[k]) : 0;
}

void RowShaping::tell(Samples& samples) const {
  samples.scaling = scaling_;
  samples.is_mapped = is_mapped_;
  samples.are_indices = target_width_ != target_places_.size();
  samples.shift.resize(places_.size());
  samples.factor.resize(places_.size());
  for (std::size_t k = 0; k < places_.size(); ++k) {
    samples.shift[places_[k]] = mean_[k];
    samples.factor[places_[k]] = factor_[k];
  }
}

std::optional<Diagnostic> as_declared(const Pool& pool, const TrainTask& task, const Samples& samples,
                                      const TargetRange& range, RowShaping& shaping, Normalise& how,
                                      const std::function<std::optional<Diagnostic>(const EachSample&)>& for_each) {
  const Declared features(pool, task.features, samples.features, samples.is_batched),
      target(pool, task.target, samples.target, samples.is_batched);
  if (target.is_pm1() && range.is_zero_to_one()) shaping.map_to_pm1();
  if (features.says_something()) how = Normalise::none;
  if (!features.says_something() && !target.says_something()) return std::nullopt;
  std::vector<double> input(samples.features.width), truth(samples.target.width);
  return for_each([&](const double* row_features, const double* row_target, std::size_t row) {
    shaping.input(row_features, input.data());
    auto fault = features.broken(input, row + 1);
    if (fault) return fault;
    shaping.truth(row_target, truth.data());
    return target.broken(truth, row + 1);
  });
}

std::optional<Diagnostic> RowShaping::misfit(double label, std::size_t sample) const {
  const auto outputs = static_cast<double>(target_places_.size());
  if (target_width_ == target_places_.size()) return std::nullopt;
  if (target_width_ == 1 && label >= 0 && label < outputs && label == std::floor(label)) return std::nullopt;
  return tl::unexpected(error("G0502", fmt::format("sample {} has the label {}, and the target has {} entries",
                                                   sample + 1, label, outputs))
                            .help(fmt::format("labels are whole numbers from 0 to {}", outputs - 1)))
      .value();
}

}  // namespace gradwright
