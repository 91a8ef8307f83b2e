#include "train/averages.h"

#include <algorithm>

#include "ir/make.h"

namespace gradwright {
namespace {

/// A rule that moves nothing: each gradient is kept as a state.
tl::expected<Stepping, Diagnostic> observed(Pool& pool, const std::vector<Parameter>&,
                                            const std::vector<Expr>& gradients) {
  Stepping result;
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const Expr kept = make_input(pool, {"average " + std::to_string(i), Role::cut, Property::none,
                                        surface_of(pool.dims(), pool.shape(gradients[i]))});
    result.states.push_back(kept);
    result.updates.push_back({kept, gradients[i]});
  }
  return result;
}

}  // namespace

tl::expected<std::unique_ptr<Averages>, Diagnostic> Averages::of(Pool& pool, const TrainTask& task,
                                                                 std::vector<Expr> others, const Samples& samples,
                                                                 EngineOptions options, std::size_t batch) {
  std::unique_ptr<Averages> result(new Averages(task));
  result->batch_ = samples.is_batched ? samples.training : std::clamp<std::size_t>(batch, 1, samples.training);
  result->task_.gradients.insert(result->task_.gradients.end(), others.begin(), others.end());
  options.full_batch = nullptr;
  options.pieces = 0;
  options.ranks = nullptr;
  options.precision = Precision::float64;
  options.batch = result->batch_;
  auto engine = engine_for(pool, result->task_, observed, samples, options);
  if (!engine) return tl::unexpected(engine.error());
  result->engine_ = *std::move(engine);
  return result;
}

Averages::Found Averages::at(const std::vector<Tensor>& parameters, std::span<const std::size_t> samples) {
  Found found;
  const std::size_t own = task_.parameters.size();
  found.others.resize(task_.gradients.size() - own);
  std::vector<std::vector<double>> sums(task_.gradients.size());
  engine_->set(parameters);
  const auto count = static_cast<double>(samples.size());
  for (std::size_t begin = 0; begin < samples.size(); begin += batch_) {
    const auto some = samples.subspan(begin, std::min(batch_, samples.size() - begin));
    found.loss += engine_->trained(some) / count;
    const std::vector<Tensor> values = engine_->values();
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const std::vector<double>& part = values[own + i].values;
      sums[i].resize(part.size());
      for (std::size_t k = 0; k < part.size(); ++k) sums[i][k] += part[k] * static_cast<double>(some.size()) / count;
    }
  }
  for (std::size_t i = 0; i < own; ++i) found.gradient.insert(found.gradient.end(), sums[i].begin(), sums[i].end());
  std::move(sums.begin() + static_cast<std::ptrdiff_t>(own), sums.end(), found.others.begin());
  return found;
}

}  // namespace gradwright
