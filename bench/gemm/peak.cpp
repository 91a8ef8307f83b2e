#include "peak.h"

#include <time.h>

#include <algorithm>
#include <cstdint>

#include "kernels/threads.h"

#if defined(__x86_64__)
#define GRADWRIGHT_REGISTER "v"
#else
#define GRADWRIGHT_REGISTER "w"
#endif

namespace gradwright::bench {
namespace {

template <class Real, int bytes>
struct Chains {
  typedef Real Vec __attribute__((vector_size(bytes)));
  static constexpr int count = 12;
  static constexpr double flops_of_a_turn = 2.0 * count * bytes / sizeof(Real);
};

template <class Real, int bytes>
[[gnu::always_inline]] inline void turns(std::int64_t count, double* sink) {
  using Vec = typename Chains<Real, bytes>::Vec;
  Vec sum[Chains<Real, bytes>::count] = {};
  for (Vec& s : sum)
    asm volatile("" : "+" GRADWRIGHT_REGISTER(s));  // else they are seen to be equal, and one is computed
  Vec x = Vec{} + static_cast<Real>(0.999), y = Vec{} + static_cast<Real>(0.5);
  asm volatile("" : "+" GRADWRIGHT_REGISTER(x), "+" GRADWRIGHT_REGISTER(y));
  for (std::int64_t i = 0; i < count; ++i) {
#pragma GCC unroll 16
    for (Vec& s : sum) s = s * x + y;
  }
  for (const Vec& s : sum) *sink += static_cast<double>(s[0]);
}

#if defined(__x86_64__)
template <class Real>
[[gnu::target("avx512f,fma"), gnu::optimize("O3", "fp-contract=fast")]] void wide(std::int64_t count, double* sink) {
  turns<Real, 64>(count, sink);
}
template <class Real>
[[gnu::target("avx2,fma"), gnu::optimize("O3", "fp-contract=fast")]] void middle(std::int64_t count, double* sink) {
  turns<Real, 32>(count, sink);
}
#endif
template <class Real>
[[gnu::optimize("O3", "fp-contract=fast")]] void narrow(std::int64_t count, double* sink) {
  turns<Real, 16>(count, sink);
}

template <class Real>
double peak(int threads) {
  void (*run)(std::int64_t, double*) = narrow<Real>;
  double flops = Chains<Real, 16>::flops_of_a_turn;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) {
    run = wide<Real>;
    flops = Chains<Real, 64>::flops_of_a_turn;
  } else if (__builtin_cpu_supports("avx2")) {
    run = middle<Real>;
    flops = Chains<Real, 32>::flops_of_a_turn;
  }
#endif
  constexpr std::int64_t turns_of_a_run = 100'000;
  static double sinks[64 * 8];
  struct Work {
    void (*run)(std::int64_t, double*);
  } work{run};
  kernels::use_threads(threads);
  double best = 0;
  for (int round = 0; round < 5; ++round) {
    const double start = seconds_now(threads);
    kernels::for_pieces(
        threads,
        [](void* self, std::int64_t piece) { static_cast<Work*>(self)->run(turns_of_a_run, &sinks[8 * (piece % 64)]); },
        &work);
    const double seconds = seconds_now(threads) - start;
    best = std::max(best, flops * static_cast<double>(turns_of_a_run * threads) / seconds / 1e9);
  }
  return best;
}

}  // namespace

double seconds_now(int threads) {
  timespec now{};
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double fma_peak(bool is_double, int threads) { return is_double ? peak<double>(threads) : peak<float>(threads); }

}  // namespace gradwright::bench
