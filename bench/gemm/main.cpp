// bench_gemm [THREADS [SECONDS [FILTER [epilogue]]]]: products of matrices by our kernels and by the libraries this machine has, one after another in
// rounds; medians in GFLOP/s (one thread: of its processor time), and ours in percent of the FMA peak measured in the same rounds.
// With `epilogue` each product is followed by max(C + bias, 0), as a layer has it: ours block by block, the libraries' in a pass of its own.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <random>
#include <thread>

#include "peak.h"
#include "peers.h"

namespace {

using namespace gradwright::bench;
using Clock = std::chrono::steady_clock;

struct Row {
  std::string name;
  Product product;
};

std::vector<Row> rows() {
  std::vector<Row> all;
  for (const bool is_double : {false, true}) {
    const char* type = is_double ? "d" : "s";
    for (const std::int64_t n : {16, 24, 32, 48, 64, 96, 128, 200, 256, 512, 1024})
      all.push_back({fmt::format("{}gemm {}^3", type, n), {n, n, n, false, false, false, is_double}});
    if (is_double) continue;
    const struct {
      std::int64_t m, n, k;
      bool ta, tb;
      const char* what;
    } mlp[] = {{512, 128, 784, false, false, "forward 1"}, {512, 128, 512, false, false, "forward 2"},
               {10, 128, 512, false, false, "forward 3"},  {512, 784, 128, false, true, "dW1"},
               {512, 512, 128, false, true, "dW2"},        {10, 512, 128, false, true, "dW3"},
               {512, 128, 512, true, false, "dX2"},        {512, 128, 10, true, false, "dX3"}};
    for (const auto& it : mlp)
      all.push_back(
          {fmt::format("sgemm {} {}x{}x{} {}{}", it.what, it.m, it.n, it.k, it.ta ? 'T' : 'N', it.tb ? 'T' : 'N'),
           {it.m, it.n, it.k, it.ta, it.tb, false, false}});
    all.push_back({"sgemv 512x784", {512, 1, 784, false, false, false, false}});
    all.push_back({"sgemv 512x784 T", {784, 1, 512, true, false, false, false}});
    all.push_back({"sgemv 4096x4096", {4096, 1, 4096, false, false, false, false}});
  }
  for (const std::int64_t n : {100, 200, 500, 1000})
    all.push_back({fmt::format("dsyrk {} k={} T", n, 2 * n), {n, n, 2 * n, true, false, true, true}});
  return all;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? NAN : values[values.size() / 2];
}

double flops_of(const Product& p) {
  return (p.is_syrk ? 1.0 : 2.0) * static_cast<double>(p.m) * static_cast<double>(p.is_syrk ? p.n + 1 : p.n) *
         static_cast<double>(p.k);
}

/// Seconds of a call, over calls that take half a millisecond together.
double seconds_of(const Peer& peer, const Product& product, const Operands& operands, int& calls, int threads) {
  while (true) {
    const double start = seconds_now(threads);
    for (int call = 0; call < calls; ++call) peer.run(product, operands);
    const double seconds = seconds_now(threads) - start;
    if (seconds > 5e-4 || calls > 1'000'000) return seconds / calls;
    calls *= 2;
  }
}

void run(const Row& row, const std::vector<Peer>& all, int threads, double time, bool has_epilogue) {
  const Product& p = row.product;
  std::mt19937 random(1);
  std::uniform_real_distribution<double> some(-1, 1);
  const std::size_t size = p.is_double ? 8 : 4;
  const auto numbers = [&](std::int64_t count) {
    std::vector<char> bytes(static_cast<std::size_t>(count) * size + 64);
    for (std::int64_t i = 0; i < count; ++i) {
      if (p.is_double)
        reinterpret_cast<double*>(bytes.data())[i] = some(random);
      else
        reinterpret_cast<float*>(bytes.data())[i] = static_cast<float>(some(random));
    }
    return bytes;
  };
  const std::vector<char> a = numbers(p.m * p.k), b = numbers(p.k * p.n), bias = numbers(p.m);
  std::vector<char> c = numbers(p.m * p.n);
  const Operands operands{a.data(), b.data(), c.data(), has_epilogue && !p.is_syrk ? bias.data() : nullptr};
  std::vector<std::vector<double>> seconds(all.size());
  std::vector<int> calls(all.size(), 1);
  std::vector<double> peaks;
  const auto start = Clock::now();
  do {
    peaks.push_back(fma_peak(p.is_double, threads));
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!all[i].can(p)) continue;
      all[i].use_threads(threads);
      (void)seconds_of(all[i], p, operands, calls[i], threads);  // its caches, its threads
      seconds[i].push_back(seconds_of(all[i], p, operands, calls[i], threads));
      if (threads > 1) std::this_thread::sleep_for(std::chrono::milliseconds(40));  // until its threads sleep
    }
  } while (std::chrono::duration<double>(Clock::now() - start).count() < time);
  const double peak = median(peaks);
  std::string line = fmt::format("{:34} {:6.0f}", row.name, peak);
  for (std::size_t i = 0; i < all.size(); ++i)
    line +=
        seconds[i].empty() ? fmt::format("{:>9}", "-") : fmt::format("{:9.1f}", flops_of(p) / median(seconds[i]) / 1e9);
  fmt::print("{}   {:5.1f} %\n", line, 100 * flops_of(p) / median(seconds[0]) / 1e9 / peak);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  const double time = argc > 2 ? std::atof(argv[2]) : 0.5;
  const std::string filter = argc > 3 ? argv[3] : "";
  const bool has_epilogue = argc > 4 && std::string(argv[4]) == "epilogue";
  const std::vector<Peer> all = peers();
  std::string head =
      fmt::format("{:34} {:>6}", fmt::format("GFLOP/s, {} thread{}", threads, threads == 1 ? "" : "s"), "peak");
  for (const Peer& peer : all) head += fmt::format("{:>9}", peer.name);
  fmt::print("{}   own of peak\n", head);
  for (const Row& row : rows()) {
    if (row.name.find(filter) != std::string::npos) run(row, all, threads, time, has_epilogue);
  }
}
