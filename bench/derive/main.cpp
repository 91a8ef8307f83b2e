// bench_derive: time and memory to read, derive, simplify and print a network of 100 … 10,000 layers.
// Verification by finite differences is left out: it costs what evaluation costs, not what derivation does.
#include <fmt/format.h>
#include <sys/wait.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "api/session.h"
#include "depth.h"

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(Clock::time_point from, Clock::time_point to) { return std::chrono::duration<double, std::milli>(to - from).count(); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// One row of the table, in a process of its own so that its peak memory is its own.
void depth_row(int layers) {
  const std::string sheet = gradwright::bench::deep_network(layers);
  std::vector<double> reading, deriving;
  std::size_t nodes = 0;
  for (int run = 0; run < 5; ++run) {
    const auto start = Clock::now();
    gradwright::Session session(gradwright::Text("deep.gw", sheet));
    const auto read = Clock::now();
    gradwright::DeriveOptions options;
    options.verify = false;
    const auto results = session.derived(options);
    const auto done = Clock::now();
    if (results.size() != 1 || session.has_errors()) std::abort();
    reading.push_back(milliseconds(start, read));
    deriving.push_back(milliseconds(read, done));
    nodes = session.pool().size();
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{:>7} {:>9} {:>10.1f} {:>12.1f} {:>14.1f} {:>10.1f}\n", layers, nodes, median(reading), median(deriving),
             1000 * (median(reading) + median(deriving)) / layers, static_cast<double>(usage.ru_maxrss) / 1024);
  std::fflush(stdout);
}

}  // namespace

int main() {
  fmt::print("layers     nodes    read ms    derive ms    µs a layer    peak MiB   (median of 5)\n");
  std::fflush(stdout);
  for (const int layers : {100, 300, 1000, 3000, 10000}) {
    const pid_t child = fork();
    if (child == 0) {
      depth_row(layers);
      _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) return 1;
  }
  return 0;
}
