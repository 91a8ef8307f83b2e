#include "train_checkpoint.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cmath>
#include <csignal>
#include <cstdio>

namespace gradwright::cli {
namespace {

volatile std::sig_atomic_t noted = 0;
int left_by = 0;  ///< the signal that a rank noted

/// Only what a handler may do: a flag, and _exit.
extern "C" void note_signal(int number) {
  if (noted != 0) _exit(128 + number);
  noted = number;
}

void print(std::FILE* stream, const std::string& text) { std::fwrite(text.data(), 1, text.size(), stream); }

}  // namespace

std::optional<Cadence> cadence_of(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !(number > 0 && number <= 1e9)) return std::nullopt;
  std::string unit = text.substr(static_cast<std::size_t>(end - text.data()));
  unit.erase(0, unit.find_first_not_of(' '));
  if (unit == "s") return Cadence{.seconds = number};
  if (number != std::floor(number)) return std::nullopt;
  if (unit == "step" || unit == "steps") return Cadence{.steps = static_cast<std::uint64_t>(number)};
  if (unit == "epoch" || unit == "epochs") return Cadence{.epochs = static_cast<int>(number)};
  return std::nullopt;
}

void note_signals() {
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction before {};
    // What is ignored from the start, as below nohup or in the background, stays so.
    if (sigaction(number, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(number, &action, nullptr);
  }
}

bool is_to_leave(Communicator* ranks) {
  left_by = ranks == nullptr ? noted : ranks->heard(noted);
  return left_by != 0;
}

std::string resumed_text(const std::string& path, const TrainState& state, std::size_t samples) {
  return state.done == 0 ? fmt::format("`{}` goes on with epoch {}\n", path, state.epoch)
                         : fmt::format("`{}` goes on in epoch {}, after {} of {} samples\n", path, state.epoch,
                                       state.done, samples);
}

void show_failed_checkpoint(const Diagnostic& fault) {
  Diagnostic note = fault;
  note.note("the training goes on, and the checkpoint before this stays");
  show_note(in_public(note));
}

int finish_training(const TrainCommand& command, const Trained& result, const Streams& streams) {
  const std::string& checkpoint = command.options.checkpoint.path;
  if (result.interrupted && !result.unsaved) {
    if (!command.quiet && !command.json)
      print(stdout, fmt::format("left by {}: `--resume` goes on from `{}`\n", left_by == SIGINT ? "SIGINT" : "SIGTERM",
                                checkpoint));
    return 128 + left_by;
  }
  int code = fine;
  if (!command.save.empty() && !result.interrupted) {
    if (const auto saved = gw::save_text(command.save, parameters_text(result.parameters, result.layout)); !saved)
      code = show_fault(saved.error(), streams);
  }
  return result.unsaved ? show_fault(in_public(*result.unsaved), streams) : code;
}

}  // namespace gradwright::cli
