#include "train/communicator.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "ranks/abi.h"
#include "run/module_file.h"

namespace gradwright {
namespace {

constexpr int agreement_lane = 0;
constexpr int word_lane = 1;
constexpr int environment_fault = 3;         ///< the exit code
constexpr std::chrono::seconds patience{5};  ///< of a rank with a fault, for others

int number_of(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? 0 : static_cast<int>(std::strtol(text, nullptr, 10));
}

struct Library {
  ranks::StartFunction* start = nullptr;
  ranks::SendFunction* send = nullptr;
  ranks::ReceiveFunction* receive = nullptr;
  ranks::SettledFunction* settled = nullptr;
  ranks::AbortFunction* abort = nullptr;
  ranks::FinishFunction* finish = nullptr;
  std::string fault;
};

Library opened() {
  Library library;
  // Components of MPI libraries look for its symbols in the whole process.
  const running::ModuleFile module = running::opened_module("libgradwright_mpi.so", "GRADWRIGHT_MPI", RTLD_GLOBAL);
  library.fault = module.fault;
  if (module.handle == nullptr) return library;
  running::find(module, "gradwright_mpi_start", library.start, library.fault);
  running::find(module, "gradwright_mpi_send", library.send, library.fault);
  running::find(module, "gradwright_mpi_receive", library.receive, library.fault);
  running::find(module, "gradwright_mpi_settled", library.settled, library.fault);
  running::find(module, "gradwright_mpi_abort", library.abort, library.fault);
  running::find(module, "gradwright_mpi_finish", library.finish, library.fault);
  return library;
}

class Mpi : public Communicator {
 public:
  Mpi(const Library& library, int rank, int size) : library_(library), rank_(rank), size_(size) {}
  ~Mpi() override {
    if (!is_finished_) library_.abort(70);  // others would wait for this rank
  }
  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void send(int lane, int to, std::span<const std::byte> bytes) override {
    library_.send(lane, to, bytes.data(), bytes.size());
  }
  void receive(int lane, int from, std::span<std::byte> bytes) override {
    library_.receive(lane, from, bytes.data(), bytes.size());
  }
  bool settled(int lane) override { return library_.settled(lane, 0) != 0; }
  void settle(int lane) override { (void)library_.settled(lane, 1); }
  void abort(int code) override {
    library_.abort(code);
    std::_Exit(code);
  }
  void finish() override {
    hear_out();
    is_finished_ = true;
    library_.finish();
  }

 private:
  Library library_;
  int rank_, size_;
  bool is_finished_ = false;
};

}  // namespace

void Communicator::abort(int code) { std::_Exit(code); }

/// What every rank says, by rank; nothing where some have said nothing after so many seconds.
std::vector<Communicator::Readiness> Communicator::told_by_all(const Readiness& mine, std::optional<double> seconds) {
  std::vector<Readiness> all(static_cast<std::size_t>(size()), mine);
  for (int other = 0; other < size(); ++other) {
    if (other == rank()) continue;
    send(agreement_lane, other, std::as_bytes(std::span(&mine, 1)));
    receive(agreement_lane, other, std::as_writable_bytes(std::span(&all[static_cast<std::size_t>(other)], 1)));
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds.value_or(0));
  while (!settled(agreement_lane)) {
    if (seconds && std::chrono::steady_clock::now() > end) abort(mine.code);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return all;
}

Communicator::Agreement Communicator::agree(Readiness mine) {
  has_agreed_ = true;
  const std::vector<Readiness> all = told_by_all(mine, {});
  const auto failed = std::count_if(all.begin(), all.end(), [](const Readiness& it) { return it.code != 0; });
  if (failed == size()) return Agreement::all_failed;
  if (failed > 0 && mine.code == 0) {
    std::this_thread::sleep_for(patience);
    abort(environment_fault);
  }
  if (failed > 0) return Agreement::some_failed;
  const bool is_one = std::all_of(all.begin(), all.end(), [&](const Readiness& it) { return it.key == mine.key; });
  return is_one ? Agreement::all_ready : Agreement::keys_differ;
}

bool Communicator::all_have(std::uint64_t key) {
  const std::vector<Readiness> all = told_by_all({0, key}, {});
  return std::all_of(all.begin(), all.end(), [&](const Readiness& it) { return it.code == 0 && it.key == key; });
}

int Communicator::heard(int word) {
  if (size() == 1) return word;
  int largest = 0;
  if (!words_.empty()) {
    settle(word_lane);
    largest = *std::max_element(words_.begin(), words_.end());
  }
  words_.resize(static_cast<std::size_t>(size()));
  const auto place = [&](int of) { return std::span(words_).subspan(static_cast<std::size_t>(of), 1); };
  place(rank())[0] = word;
  for (int other = 0; other < size(); ++other) {
    if (other == rank()) continue;
    send(word_lane, other, std::as_bytes(place(rank())));
    receive(word_lane, other, std::as_writable_bytes(place(other)));
  }
  return largest;
}

void Communicator::hear_out() {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!settled(word_lane) && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

bool Communicator::all_end_with(int code) {
  const std::optional<double> limit = code == 0 ? std::nullopt : std::optional(static_cast<double>(patience.count()));
  const std::vector<Readiness> all = told_by_all({code, 0}, limit);
  return std::all_of(all.begin(), all.end(), [&](const Readiness& it) { return it.code == code; });
}

tl::expected<std::unique_ptr<Communicator>, Diagnostic> communicator(Ranks wanted) {
  const int started = std::max(number_of("OMPI_COMM_WORLD_SIZE"), number_of("PMI_SIZE"));
  if (wanted == Ranks::solo || (wanted == Ranks::automatic && started < 2)) return std::make_unique<Communicator>();
  Library library = opened();
  int rank = 0, size = 1;
  ranks::Message message{};
  if (library.fault.empty() && library.start(&rank, &size, &message) == 0) library.fault = message.text;
  if (library.fault.empty()) return std::make_unique<Mpi>(library, rank, size);
  return tl::unexpected(error("G0530", "this process is to be one of several, and MPI is not here: " + library.fault)
                            .help("install openmpi-bin and the module libgradwright_mpi.so of this version"));
}

int ranks_on_this_machine() {
  return std::max({1, number_of("OMPI_COMM_WORLD_LOCAL_SIZE"), number_of("MPI_LOCALNRANKS")});
}

}  // namespace gradwright
