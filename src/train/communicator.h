// Communicator: the processes that train together. Alone, nothing is sent; as a rank of an MPI job, bytes go to other ranks while this
// one computes. Nothing but this file's .cpp knows the module that holds MPI (ranks/abi.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <tl/expected.hpp>
#include <vector>

#include "source/diagnostic.h"

namespace gradwright {

class Communicator {
 public:
  Communicator() = default;
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;
  virtual ~Communicator() = default;

  [[nodiscard]] virtual int rank() const { return 0; }
  [[nodiscard]] virtual int size() const { return 1; }
  /// Both return at once; the bytes stay where they are until the lane is settled. What is sent on a lane is received on it, in order.
  virtual void send(int /*lane*/, int /*to*/, std::span<const std::byte>) {}
  virtual void receive(int /*lane*/, int /*from*/, std::span<std::byte>) {}
  /// Whether all of the lane has arrived; makes everything that is under way go on.
  [[nodiscard]] virtual bool settled(int /*lane*/) { return true; }
  virtual void settle(int /*lane*/) {}
  /// Ends all ranks with this exit code.
  [[noreturn]] virtual void abort(int code);
  /// All ranks are done.
  virtual void finish() {}

  /// What each rank says about how it is set up: all that decides the numbers.
  struct Readiness {
    std::int32_t code = 0;  ///< the exit code of a rank that cannot go on
    std::uint64_t key = 0;  ///< the same on all ranks that will compute the same
  };
  enum class Agreement : std::uint8_t { all_ready, all_failed, keys_differ, some_failed };
  /// Asked once by every rank, before the first step or when it cannot come so far. Waits for the others. Where this rank is ready and
  /// another has failed, it waits for the end that the other one brings.
  [[nodiscard]] Agreement agree(Readiness);
  [[nodiscard]] bool has_agreed() const { return has_agreed_; }
  /// After agree: whether all ranks come with this key. Waits for the others; a rank that has a fault instead answers by all_end_with.
  [[nodiscard]] bool all_have(std::uint64_t key);
  /// Asked between two steps by all ranks, equally often: the largest of what they said when it was asked before, 0 the first time.
  /// Nobody waits for an answer: what is said travels while the ranks compute. Alone, it is what is said.
  [[nodiscard]] int heard(int word);
  /// At the end: whether all ranks end with this exit code. A rank with a fault waits some seconds for the others, which may wait for it
  /// in a step.
  [[nodiscard]] bool all_end_with(int code);

 protected:
  /// Lets the last words arrive, for some seconds.
  void hear_out();

 private:
  std::vector<Readiness> told_by_all(const Readiness& mine, std::optional<double> seconds);
  bool has_agreed_ = false;
  std::vector<std::int32_t> words_;  ///< by rank; empty: nothing was said yet
};
/// Lanes below this one are the communicator's own.
constexpr int first_free_lane = 2;

enum class Ranks : std::uint8_t {
  automatic,  ///< mpi where a launcher of MPI has started several processes
  solo,
  mpi,
};
/// G0530: MPI is wanted and is not here.
[[nodiscard]] tl::expected<std::unique_ptr<Communicator>, Diagnostic> communicator(Ranks);
/// Processes of this job on this machine, as the launcher says; 1 where it does not.
[[nodiscard]] int ranks_on_this_machine();

}  // namespace gradwright
