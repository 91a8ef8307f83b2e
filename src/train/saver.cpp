#include "train/saver.h"

#include <fmt/format.h>

#include <filesystem>
#include <limits>

#include "data/durable_file.h"
#include "train/watched_steps.h"

namespace gradwright {

std::optional<Diagnostic> Saver::begin(TrainState& state, Facts facts, StateLayout layout) {
  if (!is_on()) return std::nullopt;
  facts_ = std::move(facts);
  facts_.insert(options_.facts.begin(), options_.facts.end());
  layout_ = std::move(layout);
  std::error_code ignored;
  const bool is_there = std::filesystem::exists(options_.path, ignored);
  if (is_there && !options_.resume && options_.writes)
    return error("G0522", fmt::format("{} is there already", in_backticks(options_.path)))
        .help("go on from it: `--resume`; or remove it, or give another name");
  if (is_there && options_.resume) {
    const auto bytes = file_bytes(options_.path);
    if (!bytes) return bytes.error();
    auto found = parse_checkpoint(*bytes, options_.path, facts_, layout_);
    if (!found) return std::move(found.error());
    state = *std::move(found);
    engine_.set(state.values);
  }
  return save(state);
}

std::uint64_t Saver::steps_to_go(const TrainState& state) const {
  const std::uint64_t every = is_on() ? options_.every.steps : 0;
  return every == 0 ? std::numeric_limits<std::uint64_t>::max() : every - state.steps % every;
}

bool Saver::goes_on(const TrainState& state) {
  if (!is_on()) return true;
  if (leaves()) return false;
  const Cadence& every = options_.every;
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - last_;
  if ((every.seconds > 0 && since.count() >= every.seconds) ||
      (every.steps > 0 && state.steps / every.steps > last_steps_ / every.steps)) {
    if (const auto fault = save(state); fault && options_.failed) options_.failed(*fault);
  }
  return true;
}

bool Saver::goes_on_after_epoch(const TrainState& state) {
  if (!is_on()) return true;
  if (leaves()) return false;
  if (options_.every.epochs > 0 && state.epoch >= last_epoch_ + options_.every.epochs) {
    if (const auto fault = save(state); fault && options_.failed) options_.failed(*fault);
  }
  return true;
}

std::optional<Diagnostic> Saver::finish(const TrainState& state) { return is_on() ? save(state) : std::nullopt; }

std::optional<Diagnostic> Saver::save(const TrainState& state) {
  last_ = std::chrono::steady_clock::now();
  last_steps_ = state.steps;
  last_epoch_ = state.epoch;
  if (!options_.writes) return std::nullopt;
  TrainState whole = state;
  whole.values = engine_.values();
  if (!all_finite(whole.values)) return std::nullopt;
  auto fault = write_durably(options_.path, checkpoint_text(whole, facts_, layout_));
  last_ = std::chrono::steady_clock::now();
  return fault;
}

}  // namespace gradwright
