// The one pool of threads of the process. Work is split over results, never over a sum, so that results do not depend on how many threads
// there are. Between two pieces of work a thread spins for a moment, then sleeps. Where the machine has other things to do, so that a
// piece of another thread kept its caller waiting longer than the work alone would have taken, the caller works alone for twenty times
// what it lost: a second thread costs at most a few percent.
#pragma once

#include <cstdint>

namespace gradwright::kernels {

/// So many threads work from now on, the caller's included; 0: as many as the machine has.
void use_threads(int count);
/// Those that work for the calling thread.
[[nodiscard]] int threads();

/// While it lives, so many threads work for the thread that made it, whatever use_threads says; 0: no change.
class ThreadsHere {
 public:
  explicit ThreadsHere(int count);
  ~ThreadsHere();
  ThreadsHere(const ThreadsHere&) = delete;
  ThreadsHere& operator=(const ThreadsHere&) = delete;

 private:
  int before_;
};

/// body(context, i) for each i < count, each once, by any thread; returns when all are done. Thread t begins with piece t·count/threads,
/// so that the same piece tends to meet the same cache again. Inside a piece, or while another thread has the pool, the caller does
/// everything itself.
void for_pieces(std::int64_t count, void (*body)(void* context, std::int64_t piece), void* context);

}  // namespace gradwright::kernels
