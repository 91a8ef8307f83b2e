// bench_check: how long a verdict takes, in process: reading the sheet, judging one claim, mistakes and repairs. Processor time, so that a busy
// machine measures the same; a verdict is found by one thread.
//   bench_check          the published derivations in each notation: median and slowest, then those above the limit of 20 ms
//   bench_check RUNS     median of so many runs of each claim (default 9)
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "check/check.h"

namespace {

using namespace gradwright;

constexpr double limit = 20;  // ms

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double milliseconds(const std::string& sheet) {
  const std::clock_t start = std::clock();
  const check::Checked found = check::checked(Text("bench.gw", sheet));
  const std::clock_t end = std::clock();
  if (found.sides.size() != 1) std::abort();
  return 1000.0 * static_cast<double>(end - start) / CLOCKS_PER_SEC;
}

std::string claim_line(const nlohmann::json& item, const std::string& notation) {
  const std::string of = item["of"];
  const std::string wrt = item["wrt"];
  const std::string claim = item["claim"][notation];
  if (notation == "latex") return "claim latex: \\frac{\\partial " + of + "}{\\partial " + wrt + "} = " + claim;
  if (notation == "numpy") return "claim numpy: " + claim;
  return "claim d" + of + "/d" + wrt + " = " + claim;
}

struct Timed {
  std::string id;
  double time;
};

}  // namespace

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::max(1, std::atoi(argv[1])) : 9;
  std::ifstream file(std::string(GRADWRIGHT_SOURCE_DIR) + "/tests/data/derivations.json");
  const auto cases = nlohmann::json::parse(file);
  std::map<std::string, std::vector<Timed>> table;
  for (const auto& item : cases) {
    for (const std::string notation : {"gw", "latex", "numpy"}) {
      if (item["claim"][notation].is_null()) continue;
      const std::string sheet = "layout " + item["layout"].get<std::string>() + "\n" +
                                item["sheet"].get<std::string>() + claim_line(item, notation) + "\n";
      std::vector<double> times;
      for (int run = 0; run < runs; ++run) times.push_back(milliseconds(sheet));
      const std::string verdict = item["verdict"] == "equal" ? "right" : "wrong";
      table[notation + ", " + verdict].push_back({item["id"], median(times)});
    }
  }
  fmt::print("one verdict with its repairs, median of {} runs each\n\n{:<14} {:>6} {:>10} {:>11} {:>11}  slowest\n",
             runs, "claims", "number", "median ms", "slowest ms", "> 20 ms");
  std::vector<Timed> late;
  for (const auto& [name, claims] : table) {
    std::vector<double> times;
    for (const Timed& one : claims) times.push_back(one.time);
    const auto slowest =
        std::max_element(claims.begin(), claims.end(), [](const Timed& a, const Timed& b) { return a.time < b.time; });
    const auto above = std::count_if(claims.begin(), claims.end(), [](const Timed& one) { return one.time > limit; });
    fmt::print("{:<14} {:>6} {:>10.2f} {:>11.2f} {:>11}  {}\n", name, claims.size(), median(times), slowest->time,
               above, slowest->id);
    for (const Timed& one : claims) {
      if (one.time > limit / 2) late.push_back({name + " " + one.id, one.time});
    }
  }
  std::sort(late.begin(), late.end(), [](const Timed& a, const Timed& b) { return a.time > b.time; });
  if (!late.empty()) fmt::print("\nabove half the limit:\n");
  for (const Timed& one : late) fmt::print("  {:8.2f} ms  {}\n", one.time, one.id);
  return 0;
}
