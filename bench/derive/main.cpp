// bench_derive: how long it takes to derive, simplify and print (as gw), in process, without verification by finite differences (which costs what
// evaluation costs, not what derivation does).
//   bench_derive                 the shared identities, then a tanh network of 100 … 10,000 layers
//   bench_derive FILE RUNS       milliseconds of each of RUNS derivations of a sheet, reading left out (what peers.py calls)
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "depth.h"
#include "sheet/session.h"

namespace {

using gradwright::DeriveOptions;
using gradwright::Session;
using gradwright::Text;
using Clock = std::chrono::steady_clock;

double milliseconds(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Times {
  double reading = 0, deriving = 0;
  std::size_t nodes = 0;
};

Times timed(const std::string& sheet) {
  const auto start = Clock::now();
  Session session(Text("bench.gw", sheet));
  const auto read = Clock::now();
  DeriveOptions options;
  options.verify = false;
  options.only_gw = true;
  const auto results = session.derived(options);
  const auto done = Clock::now();
  if (results.empty() || session.has_errors()) std::abort();
  return {milliseconds(start, read), milliseconds(read, done), session.pool().size()};
}

/// One row of the table, in a process of its own so that its peak memory is its own.
void depth_row(int layers) {
  const std::string sheet = gradwright::bench::deep_network(layers);
  std::vector<double> reading, deriving;
  std::size_t nodes = 0;
  for (int run = 0; run < 5; ++run) {
    const Times times = timed(sheet);
    reading.push_back(times.reading);
    deriving.push_back(times.deriving);
    nodes = times.nodes;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{:>7} {:>9} {:>10.1f} {:>12.1f} {:>14.1f} {:>10.1f}\n", layers, nodes, median(reading), median(deriving),
             1000 * (median(reading) + median(deriving)) / layers, static_cast<double>(usage.ru_maxrss) / 1024);
  std::fflush(stdout);
}

int depths() {
  fmt::print("\nlayers     nodes    read ms    derive ms    µs a layer    peak MiB   (median of 5)\n");
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

int identities() {
  std::ifstream file(std::string(GRADWRIGHT_SOURCE_DIR) + "/tests/data/identities.json");
  const auto cases = nlohmann::json::parse(file);
  std::vector<double> medians, largest;
  std::string slowest;
  for (const auto& item : cases) {
    const std::string sheet = item["sheet"].get<std::string>() + "\n" + item["request"].get<std::string>() + "\n";
    std::vector<double> runs;
    for (int run = 0; run < 21; ++run) runs.push_back(timed(sheet).deriving);
    medians.push_back(median(runs));
    largest.push_back(median(runs));
    if (largest.back() == *std::max_element(largest.begin(), largest.end())) slowest = item["id"].get<std::string>();
  }
  fmt::print(
      "{} identities, derive + simplify + print, median of 21 runs each: median {:.3f} ms, largest {:.3f} ms ({})\n",
      medians.size(), median(medians), *std::max_element(largest.begin(), largest.end()), slowest);
  return 0;
}

int one(const char* path, int runs) {
  std::ifstream file(path);
  std::ostringstream sheet;
  sheet << file.rdbuf();
  for (int run = 0; run < runs; ++run) fmt::print("{:.6f}\n", timed(sheet.str()).deriving);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3) return one(argv[1], std::atoi(argv[2]));
  if (const int code = identities(); code != 0) return code;
  return depths();
}
