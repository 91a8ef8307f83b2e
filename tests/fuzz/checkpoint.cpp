// Fuzzes the reader of checkpoints, behind its checksum too: whatever the bytes, they end in a state that a training can go on from, and
// that is written and read again the same, or in a Diagnostic.
#include "train/checkpoint.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "train/history.h"

using namespace gradwright;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

const Facts facts{{"batch", "16"}, {"sheet", "#1"}};
const StateLayout layout{{"W", "optimizer.0"}, {{2, 3}, {2, 3}}, {{2, 3}, {2, 3}}, Element::f32, 1, 3};

/// What the loop takes on trust.
void require_sound(const TrainState& state) {
  require(state.epoch >= 1 && state.done <= layout.samples);
  require(std::ranges::is_permutation(state.order, std::vector<std::size_t>{0, 1, 2}));
  require(state.values.size() == layout.names.size());
  for (std::size_t i = 0; i < layout.names.size(); ++i)
    require(state.values[i].extents == layout.extents[i] && state.values[i].values.size() == 6);
}

void require_restored(TrainState state) {
  TrainTask task;
  task.metrics.push_back({"m", {}, {}});
  std::vector<EpochReport> told;
  Patience patience(3);
  const int epoch = state.epoch;
  if (!restore_history(state, task, "test", told, patience)) return;
  require(told.size() == static_cast<std::size_t>(epoch - 1));
  require(patience.best_epoch() >= 0 && patience.best_epoch() < epoch);
  for (const Tensor& best : patience.best_values()) require(best.values.size() == 6);
}

void read(std::string_view bytes) {
  const auto found = parse_checkpoint(bytes, "fuzz", facts, layout);
  if (!found) {
    require(found.error().code == "G0520" || found.error().code == "G0521");
    require(!found.error().message.empty() && !found.error().helps.empty());
    for (std::string_view rest = found.error().message; !rest.empty(); rest.remove_prefix(utf8_length(rest)))
      require(utf8_length(rest) != 0);
    return;
  }
  require_sound(*found);
  const std::string text = checkpoint_text(*found, facts, layout);
  const auto again = parse_checkpoint(text, "again", facts, layout);
  require(again && checkpoint_text(*again, facts, layout) == text);
  require_restored(*found);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  auto content = parse_safetensors(bytes, "fuzz");
  if (!content) return 0;
  content->metadata["checksum"] = checksum(*content);
  read(safetensors_text(*content));
  return 0;
}
