// bench_byhand: the limit that a person reaches, asked like the other contestants of peers.py (see bench/programs/main.cpp): the question's
// network in C, and the logistic Hessian Xᵀ diag(v) X as a scaled copy and one dsyrk of OpenBLAS on one thread.
#include <cblas.h>

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

extern "C" void question_steps(float* w, const float* data, long long steps);
extern "C" void openblas_set_num_threads(int);

namespace {

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
  openblas_set_num_threads(1);
  return {{"step", seconds_a_step(seconds, 1, [&] {
             cblas_dgemv(CblasColMajor, CblasNoTrans, m, n, 1, x.data(), m, w.data(), 1, 0, z.data(), 1);
             for (std::size_t i = 0; i < z.size(); ++i) {
               const double s = 1 / (1 + std::exp(-y[i] * z[i]));
               z[i] = std::sqrt(y[i] * y[i] * s * (1 - s));
             }
             for (std::size_t j = 0; j < static_cast<std::size_t>(n); ++j)
               for (std::size_t i = 0; i < z.size(); ++i) scaled[j * z.size() + i] = z[i] * x[j * z.size() + i];
             cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, n, m, 1, scaled.data(), m, 0, hessian.data(), n);
             for (int j = 0; j < n; ++j)
               for (int i = j + 1; i < n; ++i)
                 hessian[static_cast<std::size_t>(j) * static_cast<std::size_t>(n) + static_cast<std::size_t>(i)] =
                     hessian[static_cast<std::size_t>(i) * static_cast<std::size_t>(n) + static_cast<std::size_t>(j)];
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
