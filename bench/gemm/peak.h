// The most additions and multiplications that the machine does: independent fused operations in registers.
#pragma once

namespace gradwright::bench {

/// Seconds of processor time of this thread: what others do on the machine does not count. With several threads, of the clock.
double seconds_now(int threads);
/// GFLOP/s of so many threads at once, now.
double fma_peak(bool is_double, int threads);

}  // namespace gradwright::bench
