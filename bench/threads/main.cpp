// bench_threads [THREADS [SECONDS]]: what it costs to bring work to the pool and back, and what a product of matrices takes on one thread
// and on several, in turns, beside so many threads that spin for as long. Wall time: waiting is what counts here.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "kernels/abi.h"
#include "kernels/threads.h"

namespace {

using namespace gradwright;
using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

double microseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

constexpr microseconds a_piece{20};

/// A call with one piece a thread, each of twenty microseconds: what it takes beyond these. `pause` between two calls.
void fork_and_join(const char* what, int threads, microseconds pause, int calls) {
  const kernels::ThreadsHere here(threads);
  std::vector<double> taken;
  for (int call = 0; call < calls; ++call) {
    if (pause > microseconds(1000)) std::this_thread::sleep_for(pause);
    for (const auto start = Clock::now(); Clock::now() - start < pause;) {
    }
    const auto start = Clock::now();
    kernels::for_pieces(
        threads,
        [](void*, std::int64_t) {
          for (const auto begin = Clock::now(); Clock::now() - begin < a_piece;) {
          }
        },
        nullptr);
    taken.push_back(microseconds_since(start) - static_cast<double>(a_piece.count()));
  }
  fmt::print("{:40} {:10.2f} {:10.2f} {:10.2f}\n", what, quantile(taken, 0.1), quantile(taken, 0.5),
             quantile(taken, 0.9));
  std::fflush(stdout);
}

/// Columns of `size` 512×size×512 products.
void product(std::int64_t size, const std::vector<float>& a, const std::vector<float>& b, std::vector<float>& c) {
  gradwright_contraction it{};
  it.m = 512;
  it.n = size;
  it.k = 512;
  it.batch = 1;
  it.a = a.data();
  it.a_m = 1;
  it.a_k = 512;
  it.b = b.data();
  it.b_k = 1;
  it.b_n = 512;
  it.c = c.data();
  it.c_m = 1;
  it.c_n = 512;
  kernel_table().contract_f32(&it);
}

void beside(int load, int threads, std::int64_t size, double seconds) {
  const std::vector<float> a(512 * 512, 0.5F), b(512 * 512, 0.25F);
  std::vector<float> c(512 * 512);
  std::atomic<bool> is_over{false};
  std::vector<std::thread> others;
  for (int i = 0; i < load; ++i) {
    others.emplace_back([&] {
      while (!is_over.load(std::memory_order_relaxed)) {
      }
    });
  }
  double taken[2] = {0, 0};
  std::int64_t calls[2] = {0, 0};
  const auto start = Clock::now();
  while (std::chrono::duration<double>(Clock::now() - start).count() < seconds) {
    for (const int which : {0, 1}) {
      const kernels::ThreadsHere here(which == 0 ? 1 : threads);
      const auto turn = Clock::now();
      while (Clock::now() - turn < std::chrono::milliseconds(40)) {
        product(size, a, b, c);
        ++calls[which];
      }
      taken[which] += microseconds_since(turn);
    }
  }
  is_over = true;
  for (std::thread& other : others) other.join();
  const double one = taken[0] / static_cast<double>(calls[0]), many = taken[1] / static_cast<double>(calls[1]);
  fmt::print("{:40} {:10.1f} {:10.1f} {:10.2f}\n", fmt::format("512x{}x512, {} threads that spin", size, load), one,
             many, one / many);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 2;
  fmt::print("{:40} {:>10} {:>10} {:>10}\n", fmt::format("{} threads: to the pool and back, µs", threads), "10 %",
             "median", "90 %");
  fork_and_join("one call after another", threads, microseconds(0), 20000);
  fork_and_join("20 µs of other work between", threads, microseconds(20), 10000);
  fork_and_join("asleep: 2 ms between", threads, microseconds(2000), 500);
  fmt::print("{:40} {:>10} {:>10} {:>10}\n", "µs a call, mean", "1 thread", fmt::format("{} threads", threads),
             "faster");
  for (const std::int64_t size : {16, 128, 512}) {
    for (const int load : {0, 2, 4}) beside(load, threads, size, seconds);
  }
}
