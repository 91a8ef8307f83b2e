// Elementwise functions: the largest error over float32 in range and over a dense sample of float64, and ns an element from the first
// cache, beside libm and libmvec (gcc -O3 -ffast-math over its vector library). Prints a table in Markdown.
//   bench_elementwise [STRIDE [LLVM|C]]   every STRIDE-th number of float32, 17 by default; 1, all of them, takes minutes
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <functional>

#include "../../tests/numeric/elementwise.h"

using namespace gradwright;

namespace {

constexpr std::size_t count = 2048;

/// Median of rounds, in ns an element; `run` is one pass over `count` elements.
double time_of(const std::function<void()>& run) {
  std::vector<double> rounds;
  for (int round = 0; round < 15; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    for (int k = 0; k < 200; ++k) run();
    const std::chrono::duration<double, std::nano> span = std::chrono::steady_clock::now() - begin;
    rounds.push_back(span.count() / 200 / static_cast<double>(count));
  }
  std::sort(rounds.begin(), rounds.end());
  return rounds[rounds.size() / 2];
}

/// What gcc makes of the textbook formula in C, with the options that let it call vector functions of libmvec.
const char* c_formula(Op op) {
  switch (op) {
    case Op::exp: return "expf(x[i])";
    case Op::log: return "logf(x[i])";
    case Op::log1p: return "log1pf(x[i])";
    case Op::expm1: return "expm1f(x[i])";
    case Op::tanh: return "tanhf(x[i])";
    case Op::sigmoid: return "1 / (1 + expf(-x[i]))";
    case Op::erf: return "erff(x[i])";
    default: return "(x[i] > 0 ? x[i] : 0) + log1pf(expf(-fabsf(x[i])))";
  }
}

double time_of_c(Op op, bool is_fast, const std::vector<float>& x, std::vector<float>& y) {
  CompileOptions options;
  options.use_cache = false;
  if (is_fast) options.flags = {"-ffast-math", "-lmvec"};
  if (!is_fast) options.optimisation = 2;
  const auto made = Executable::of(
      fmt::format("#include <math.h>\nvoid f(const float *restrict x, float *restrict y, long long n) {{\n"
                  "  for (long long i = 0; i < n; ++i) y[i] = {};\n}}\n",
                  c_formula(op)),
      options);
  if (!made) return std::nan("");
  const auto f = reinterpret_cast<Elementwise<float>>(made->function("f"));
  return time_of([&] { f(x.data(), y.data(), count); });
}

}  // namespace

namespace {

/// The functions of one back-end.
struct Way {
  const char* name;
  std::function<tl::expected<Executable, Diagnostic>(Op)> single, wide;
};

/// One row: errors and times of a function, and whether it was made.
bool measured(const Way& way, const Measured& it, std::uint64_t stride) {
  const auto single = way.single(it.op);
  const auto wide = way.wide(it.op);
  if (!single || !wide) {
    fmt::print("{}\n", (single ? wide : single).error().message);
    return false;
  }
  const auto f = reinterpret_cast<Elementwise<float>>(single->function("f"));
  const auto g = reinterpret_cast<Elementwise<double>>(wide->function("f"));
  const Error error = largest_error_single(it, f, 0, std::max<std::uint64_t>(1, stride));
  const Error double_error = largest_error_double(it, g, 4000000);
  std::vector<float> x(count), y(count);
  std::vector<double> dx(count), dy(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double value = (it.low >= 0 ? 0.01 : it.low == -1 ? -0.9 : -6) + 10 * static_cast<double>(i) / count;
    x[i] = static_cast<float>(value);
    dx[i] = value;
  }
  const double own = time_of([&] { f(x.data(), y.data(), count); });
  const double libm = time_of_c(it.op, false, x, y);
  const double libmvec = time_of_c(it.op, true, x, y);
  const double own_double = time_of([&] { g(dx.data(), dy.data(), count); });
  fmt::print("| {} | {} | {:.3f} | {:.6g} | {:.2f} | {:.3f} | {:.2f} | {:.2f} | {:.3f} |\n", it.name, way.name,
             error.ulp, error.at, double_error.ulp, own, libm, libmvec, own_double);
  std::fflush(stdout);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t stride = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 17;
  const std::string only = argc > 2 ? argv[2] : "";
  const VectorUnit unit = running::vector_unit();
  const Way ways[] = {
      {"LLVM", [&](Op op) { return elementwise_function<float>(op, unit); },
       [&](Op op) { return elementwise_function<double>(op, unit); }},
      {"C", [](Op op) { return elementwise_in_c<float>(op); }, [](Op op) { return elementwise_in_c<double>(op); }}};
  fmt::print(
      "| function | back-end | float32: largest error, ulp | at | float64, ulp | ns an element | libm | gcc with "
      "libmvec "
      "| float64 ns |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
  for (const Measured& it : measured_functions) {
    for (const Way& way : ways) {
      if (!only.empty() && only != way.name) continue;
      if (!measured(way, it, stride)) return 1;
    }
  }
  return 0;
}
