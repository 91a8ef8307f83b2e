// bench_byhand: the limit that a person reaches, asked like the other contestants of peers.py (see bench/programs/main.cpp): the question's
// network in C, and the logistic Hessian Xᵀ diag(v) X as a scaled copy and one dsyrk of OpenBLAS on one thread.
#include <dlfcn.h>

#include <chrono>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

extern "C" void question_steps(float* w, const float* data, long long steps);

namespace {

// Of OpenBLAS, loaded where it is: the interface of Fortran.
using Gemv = void(const char*, const int*, const int*, const double*, const double*, const int*, const double*,
                  const int*, const double*, double*, const int*);
using Syrk = void(const char*, const char*, const int*, const int*, const double*, const double*, const int*,
                  const double*, double*, const int*);

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

template <class Run>
double seconds_a_step(double seconds, std::size_t steps, Run run) {
  run();
  const auto start = Clock::now();
  std::size_t done = 0;
  do {
    run();
    done += steps;
  } while (seconds_since(start) < seconds);
  return seconds_since(start) / static_cast<double>(done);
}

template <class Real>
std::vector<Real> normal_numbers(std::size_t count, std::mt19937& random) {
  std::normal_distribution<double> normal;
  std::vector<Real> numbers(count);
  for (Real& x : numbers) x = static_cast<Real>(normal(random));
  return numbers;
}

Json question(const Json& request, double seconds) {
  std::mt19937 random(1);
  const auto samples = request.at("batches").get<std::size_t>();
  std::vector<float> w = normal_numbers<float>(12, random);
  std::vector<float> data = normal_numbers<float>(4 * samples, random);
  std::uniform_real_distribution<float> targets(0, 1);
  for (std::size_t i = 0; i < data.size(); i += 4) data[i + 2] = targets(random), data[i + 3] = targets(random);
  return {{"step", seconds_a_step(seconds, samples,
                                  [&] { question_steps(w.data(), data.data(), static_cast<long long>(samples)); })}};
}

Json logistic_hessian(const Json& request, double seconds) {
  std::mt19937 random(1);
  const auto n = request.at("n").get<int>();
  const int m = 2 * n;
  const auto count = static_cast<std::size_t>(m) * static_cast<std::size_t>(n);
  const std::vector<double> x = normal_numbers<double>(count, random);
  const std::vector<double> y = normal_numbers<double>(static_cast<std::size_t>(m), random);
  const std::vector<double> w = normal_numbers<double>(static_cast<std::size_t>(n), random);
  std::vector<double> scaled(count), z(static_cast<std::size_t>(m)),
      hessian(static_cast<std::size_t>(n) * static_cast<std::size_t>(n));
  void* const library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return {{"error", "there is no libopenblas.so.0"}};
  reinterpret_cast<void (*)(int)>(dlsym(library, "openblas_set_num_threads"))(1);
  const auto gemv = reinterpret_cast<Gemv*>(dlsym(library, "dgemv_"));
  const auto syrk = reinterpret_cast<Syrk*>(dlsym(library, "dsyrk_"));
  const double unit = 1, zero = 0;
  const int next = 1;
  return {{"step", seconds_a_step(seconds, 1, [&] {
             gemv("N", &m, &n, &unit, x.data(), &m, w.data(), &next, &zero, z.data(), &next);
             for (std::size_t i = 0; i < z.size(); ++i) {
               const double s = 1 / (1 + std::exp(-y[i] * z[i]));
               z[i] = std::sqrt(y[i] * y[i] * s * (1 - s));
             }
             for (std::size_t j = 0; j < static_cast<std::size_t>(n); ++j)
               for (std::size_t i = 0; i < z.size(); ++i) scaled[j * z.size() + i] = z[i] * x[j * z.size() + i];
             syrk("U", "T", &n, &m, &unit, scaled.data(), &m, &zero, hessian.data(), &n);
             const auto rows = static_cast<std::size_t>(n);
             for (std::size_t j = 0; j < rows; ++j)
               for (std::size_t i = j + 1; i < rows; ++i) hessian[j * rows + i] = hessian[i * rows + j];
           })}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const Json request = Json::parse(line);
    const double seconds = request.value("seconds", 0.2);
    const std::string task = request.at("task");
    Json answer{{"error", "nobody wrote this one by hand"}};
    if (task == "question") answer = question(request, seconds);
    if (task == "logistic_hessian") answer = logistic_hessian(request, seconds);
    std::cout << answer.dump() << std::endl;
  }
}
