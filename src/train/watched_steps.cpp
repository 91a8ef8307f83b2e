#include "train/watched_steps.h"

#include <algorithm>
#include <cmath>

namespace gradwright {
namespace {

constexpr std::size_t numbers_at_once = std::size_t{1} << 16U;  ///< of data in a call: some tenths of a millisecond
/// So many samples are computed before parameters are copied again: the copy costs as much as some tens of them.
constexpr std::size_t samples_a_copy = 32768;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

bool all_finite(const std::vector<Tensor>& values) {
  return std::all_of(values.begin(), values.end(), [](const Tensor& tensor) {
    return std::all_of(tensor.values.begin(), tensor.values.end(), [](double x) { return std::isfinite(x); });
  });
}

WatchedSteps::WatchedSteps(Engine& engine, const Samples& samples, std::size_t batch, Told told)
    : engine_(engine),
      batch_(std::clamp<std::size_t>(batch, 1, samples.training)),
      told_(std::move(told)),
      suspects_{engine.values(), {}},
      started_(std::chrono::steady_clock::now()) {
  const std::size_t width = std::max<std::size_t>(1, samples.features.width + samples.target.width);
  at_once_ = std::max<std::size_t>(1, numbers_at_once / (width * batch_)) * batch_;
}

bool WatchedSteps::is_finite() const { return all_finite(engine_.values()); }

double WatchedSteps::trained(int epoch, std::span<const std::size_t> turn) {
  const auto began = std::chrono::steady_clock::now();
  double loss = 0;
  suspects_.runs.push_back({epoch, 0, {}});
  for (std::size_t begin = 0; begin < turn.size(); begin += at_once_) {
    if (suspect_samples_ >= samples_a_copy) {
      std::vector<Tensor> values = engine_.values();
      if (!all_finite(values)) return std::nan("");
      suspects_ = {std::move(values), {{epoch, begin, {}}}};
      suspect_samples_ = 0;
    }
    const auto some = turn.subspan(begin, std::min(at_once_, turn.size() - begin));
    std::vector<std::size_t>& taken = suspects_.runs.back().samples;
    taken.insert(taken.end(), some.begin(), some.end());
    suspect_samples_ += some.size();
    loss += engine_.trained(some);
    if (!std::isfinite(loss)) return loss;
    if (!told_) continue;
    const std::size_t done = begin + some.size();
    told_({epoch, done, turn.size(), (done + batch_ - 1) / batch_, loss / static_cast<double>(done),
           seconds_since(began), seconds_since(started_)});
  }
  return loss;
}

}  // namespace gradwright
