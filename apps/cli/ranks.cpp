#include "ranks.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "train/communicator.h"

namespace gradwright::cli {
namespace {

constexpr std::size_t usual_pieces = 8;

/// Standard output is dropped, standard error kept for later.
class Quiet {
 public:
  Quiet() : kept_(std::tmpfile()), error_(dup(STDERR_FILENO)) {
    const int nothing = open("/dev/null", O_WRONLY);
    if (nothing != -1) dup2(nothing, STDOUT_FILENO);
    if (nothing != -1) close(nothing);
    if (kept_ != nullptr) dup2(fileno(kept_), STDERR_FILENO);
  }
  /// What was said, with the number of the rank, on the real standard error.
  void tell(int rank) {
    std::fflush(stderr);
    if (error_ != -1) dup2(error_, STDERR_FILENO);
    if (kept_ == nullptr) return;
    std::rewind(kept_);
    std::string text;
    for (int c = std::fgetc(kept_); c != EOF; c = std::fgetc(kept_)) text += static_cast<char>(c);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
      std::fputs(fmt::format("rank {}: {}\n", rank, line).c_str(), stderr);
    std::fflush(stderr);
  }

 private:
  std::FILE* kept_;
  int error_;
};

/// The launcher may have given each rank processors of its own; else the ranks of this machine share all of them.
int threads_a_rank() {
  cpu_set_t mine;
  CPU_ZERO(&mine);
  const int all = std::max(1, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
  const int bound = sched_getaffinity(0, sizeof mine, &mine) == 0 ? CPU_COUNT(&mine) : all;
  return bound < all ? bound : std::max(1, all / ranks_on_this_machine());
}

/// Files are written by the first rank.
void write_nothing(TrainCommand& command) {
  command.log = command.tensorboard = command.plot = command.save = "";
  command.options.checkpoint.writes = false;
}

}  // namespace

int on_ranks(TrainCommand command, const Streams& streams,
             const std::function<int(TrainCommand, const Streams&)>& run) {
  const Ranks wanted = command.ranks == "mpi" ? Ranks::mpi : command.ranks == "solo" ? Ranks::solo : Ranks::automatic;
  const auto joined = communicator(wanted);
  if (!joined) return show_fault(in_public(joined.error()), streams);
  Communicator& ranks = **joined;
  if (ranks.size() == 1) {
    const int code = run(std::move(command), streams);
    ranks.finish();
    return code;
  }
  EngineOptions& engine = command.options.engine;
  engine.ranks = &ranks;
  if (engine.pieces == 0) engine.pieces = usual_pieces;
  if (engine.compile.threads == 0) engine.compile.threads = threads_a_rank();
  std::optional<Quiet> quiet;
  if (ranks.rank() > 0) {
    quiet.emplace();
    write_nothing(command);
  }
  const int code = run(std::move(command), streams);
  std::fflush(stdout);
  const auto fail = [&] {
    if (quiet) quiet->tell(ranks.rank());
    ranks.abort(code == fine ? environment_fault : code);
  };
  if (!ranks.has_agreed()) {
    if (ranks.agree({code == fine ? bug : code, 0}) == Communicator::Agreement::some_failed) fail();
  } else if (!ranks.all_end_with(code)) {
    fail();
  }
  ranks.finish();
  return code;
}

}  // namespace gradwright::cli
