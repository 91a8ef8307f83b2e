// The one pool of threads of the process. Work is split over results, never over a sum, so that results do not depend on how many threads
// there are. Between two pieces of work a thread spins for a moment, then sleeps.
#pragma once

#include <cstdint>

namespace gradwright::kernels {

/// So many threads work from now on, the caller's included; 0: as many as the machine has.
void use_threads(int count);
[[nodiscard]] int threads();

/// body(context, i) for each i < count, each once, by any thread; returns when all are done. Thread t begins with piece t·count/threads,
/// so that the same piece tends to meet the same cache again. Inside a piece, or while another thread has the pool, the caller does
/// everything itself.
void for_pieces(std::int64_t count, void (*body)(void* context, std::int64_t piece), void* context);

}  // namespace gradwright::kernels
