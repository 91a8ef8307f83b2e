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

WatchedSteps::WatchedSteps(Engine& engine, const Samples& samples, EpochOrder order, std::size_t batch,
                           ProgressCallback on_progress)
    : engine_(engine),
      order_(std::move(order)),
      batch_(std::clamp<std::size_t>(batch, 1, samples.training)),
      on_progress_(std::move(on_progress)),
      suspects_{engine.values(), {}},
      started_(std::chrono::steady_clock::now()) {
  const std::size_t width = std::max<std::size_t>(1, samples.features.width + samples.target.width);
  at_once_ = std::max<std::size_t>(1, numbers_at_once / (width * batch_)) * batch_;
}

bool WatchedSteps::is_finite() const { return all_finite(engine_.values()); }

bool WatchedSteps::finished(TrainState& state, Saver& saver) {
  const auto began = std::chrono::steady_clock::now();
  const std::size_t all = order_.samples();
  const std::size_t before = state.done;
  if (!begun_) begun_ = state.epoch - 1 + static_cast<double>(before) / static_cast<double>(all);
  suspects_.runs.push_back({state.epoch, state.done, {}});
  while (state.done < all) {
    if (suspect_samples_ >= samples_a_copy) {
      std::vector<Tensor> values = engine_.values();
      if (!all_finite(values)) {
        state.loss = std::nan("");
        return true;
      }
      suspects_ = {std::move(values), {{state.epoch, state.done, {}}}};
      suspect_samples_ = 0;
    }
    const std::uint64_t at_once = std::min<std::uint64_t>(at_once_ / batch_, saver.steps_to_go(state)) * batch_;
    std::vector<std::size_t>& taken = suspects_.runs.back().samples;
    const std::size_t before_these = taken.size();
    order_.append(state.order, state.epoch, state.done, std::min<std::uint64_t>(at_once, all - state.done), taken);
    const auto some = std::span<const std::size_t>(taken).subspan(before_these);
    suspect_samples_ += some.size();
    state.loss += engine_.trained(some);
    state.done += some.size();
    state.steps += (some.size() + batch_ - 1) / batch_;
    if (!std::isfinite(state.loss)) return true;
    if (on_progress_)
      on_progress_({state.epoch, state.done, all, (state.done + batch_ - 1) / batch_,
                    state.loss / static_cast<double>(state.done), seconds_since(began), seconds_since(started_), before,
                    *begun_});
    if (!saver.goes_on(state)) return false;
  }
  return true;
}

}  // namespace gradwright
