// What `gradwright train` does besides training so that nothing is lost: checkpoints, signals, the parameters at the end.
#pragma once

#include <optional>
#include <string>

#include "train/communicator.h"
#include "train_command.h"

namespace gradwright::cli {

/// `30s`, `500 steps`, `2 epochs`; nothing where it is none of these.
[[nodiscard]] std::optional<Cadence> cadence_of(const std::string&);

/// From here on SIGINT and SIGTERM are noted instead of ending the program; a second one ends it at once.
void note_signals();
/// Whether a signal was noted, here or by another rank: all ranks hear of it at the same place between two steps. Null: there are none.
[[nodiscard]] bool is_to_leave(Communicator* ranks);

/// `goes on in epoch 3, after 320 of 1437 samples`
[[nodiscard]] std::string resumed_text(const std::string& path, const TrainState&, std::size_t samples);
/// A checkpoint in the middle that could not be written.
void show_failed_checkpoint(const Diagnostic&);
/// After the training: what was left, saved or could not be. The exit code.
[[nodiscard]] int finish_training(const TrainCommand&, const Trained&, const Streams&);

}  // namespace gradwright::cli
