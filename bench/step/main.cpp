// bench_step [THREADS [SECONDS [c|loops]]]: whole training steps as one compiled plan — value, gradients, update — and the Hessian of
// logistic regression, in GFLOP/s of their contractions and in percent of the FMA peak measured in the same rounds.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "../gemm/peak.cpp"
#include "api/compile.h"
#include "derive/adjoint.h"
#include "ir/make.h"
#include "kernels/threads.h"
#include "lower/batch.h"
#include "lower/print.h"
#include "run/compiled_plans.h"
#include "sheet/session.h"

namespace {

using namespace gradwright;
using namespace gradwright::bench;

/// Fully connected layers, ReLU between them, softmax with cross-entropy.
std::string network(const std::vector<int>& sizes) {
  std::string sheet = fmt::format("x : R[{}]\ny : R[{}] prob\n", sizes.front(), sizes.back());
  const std::size_t layers = sizes.size() - 1;
  for (std::size_t l = 1; l <= layers; ++l)
    sheet += fmt::format("param W{0} : R[{1},{2}]\nparam b{0} : R[{1}]\n", l, sizes[l], sizes[l - 1]);
  for (std::size_t l = 1; l <= layers; ++l) {
    const std::string before = l == 1 ? "x" : fmt::format("a{}", l - 1);
    sheet += fmt::format("z{0} = W{0}*{1} + b{0}\n", l, before);
    if (l < layers) sheet += fmt::format("a{0} = relu(z{0})\n", l);
  }
  return sheet + fmt::format("p = softmax(z{})\nL = -sum(y .* log(p))\nminimize L\n", layers);
}

/// One step of gradient descent on so many samples.
Plan step_of(const std::string& sheet, std::int64_t batch) {
  Session session(Text("step.gw", sheet));
  const auto loss = loss_computation(session);
  if (!loss) std::abort();
  Pool& pool = session.pool();
  std::vector<Expr> roots, data, parameters;
  for (const Computation::Output& output : loss->computation.outputs) roots.push_back(output.expr);
  for (const Expr input : loss->computation.inputs)
    (pool.payload<InputInfo>(input).role == Role::parameter ? parameters : data).push_back(input);
  const Dim samples = pool.dims().symbol("samples");
  const auto many = batched(pool, roots, data, samples);
  if (!many) std::abort();
  Computation step;
  step.name = "step";
  step.inputs = many->inputs;
  const Rational share(1, batch);
  step.outputs.push_back({"L", scaled(pool, share, many->total[0])});
  for (std::size_t i = 0; i < parameters.size(); ++i)
    step.updates.push_back(
        {parameters[i], make_add(pool, Shape(pool.shape(parameters[i])),
                                 {{1, parameters[i]}, {Rational(-1, 10) * share, many->total[i + 1]}})});
  auto plan = plan_for(pool, step, {{"samples", batch}});
  if (!plan) std::abort();
  return *std::move(plan);
}

/// All second derivatives of logistic regression on 2n samples.
Plan hessian_of_logistic(int n) {
  Session session(Text(
      "hessian.gw",
      fmt::format("X : R[{0},{1}]\ny : R[{0}]\nw : R[{1}]\nL = sum(log(1 + exp(-(y .* (X*w)))))\nhessian L wrt w\n",
                  2 * n, n)));
  DeriveOptions options;
  options.verify = false;
  options.only_gw = true;
  const std::vector<Derived> results = session.derived(options);
  if (results.empty()) std::abort();
  Computation computation;
  computation.outputs.push_back({"H", results[0].expr});
  auto plan = plan_for(session.pool(), computation, {});
  if (!plan) std::abort();
  return *std::move(plan);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

template <class Real>
void time_plan(const std::string& name, const Plan& plan, int threads, double time, bool has_kernels) {
  const auto compiled = CompiledPlans<Real>::of({{plan}}, {}, {.kernels = has_kernels});
  if (compiled.note()) std::abort();
  Workspace<Real> workspace(plan.workspace);
  std::mt19937 random(1);
  std::normal_distribution<double> some(0, 1);
  for (const BufferId id : plan.inputs) {
    const Buffer& buffer = plan[id];
    const double scale = buffer.name == "x" ? 1 : buffer.name == "y" ? 0 : 0.05;
    for (Real& value : workspace[buffer]) value = static_cast<Real>(scale * some(random));
    if (buffer.name == "y" && buffer.extents.size() == 2) {
      for (std::int64_t s = 0; s < buffer.extents[1]; ++s)
        workspace[buffer][static_cast<std::size_t>(s * buffer.extents[0] + s % buffer.extents[0])] = 1;
    }
  }
  std::vector<double> seconds, peaks;
  std::int64_t steps = 1;
  const double begin = seconds_now(2);
  do {
    peaks.push_back(fma_peak(std::is_same_v<Real, double>, threads));
    kernels::use_threads(threads);
    if (!compiled.ran(0, workspace.span())) std::abort();
    const double start = seconds_now(threads);
    (void)compiled.ran(0, workspace.span(), {}, steps);
    const double taken = seconds_now(threads) - start;
    if (taken < 1e-3)
      steps *= 2;
    else
      seconds.push_back(taken / static_cast<double>(steps));
  } while (seconds_now(2) - begin < time || seconds.empty());
  const double best = *std::min_element(seconds.begin(), seconds.end()), middle = median(seconds),
               flops = static_cast<double>(contraction_flops(plan));
  const double peak = median(peaks);
  fmt::print("{:32} {:10.5f} {:10.5f} {:9.1f} {:9.1f} {:7.1f} %\n", name, middle * 1e3, best * 1e3,
             flops / middle / 1e9, peak, 100 * flops / middle / 1e9 / peak);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  const double time = argc > 2 ? std::atof(argv[2]) : 1;
  const std::string what = argc > 3 ? argv[3] : "c";
  if (what == "plan") {
    fmt::print("{}", plan_text(step_of(network({784, 512, 512, 10}), 128)));
    fmt::print("{}", plan_text(hessian_of_logistic(500)));
    return 0;
  }
  if (what == "text") {
    const Plan plan = step_of(network({784, 512, 512, 10}), 128);
    COptions options;
    options.precision = Precision::float32;
    options.kernels = true;
    fmt::print("{}", c_file({{"step", &plan}}, options));
    return 0;
  }
  fmt::print("{:32} {:>10} {:>10} {:>9} {:>9} {:>9}\n", fmt::format("{} thread(s)", threads), "ms", "best ms",
             "GFLOP/s", "peak", "of peak");
  const struct {
    std::vector<int> sizes;
    std::vector<std::int64_t> batches;
  } networks[] = {
      {{2, 3, 2}, {1}}, {{64, 32, 10}, {1, 32, 128}}, {{784, 128, 10}, {1, 32, 128}}, {{784, 512, 512, 10}, {128}}};
  for (const auto& it : networks) {
    for (const std::int64_t batch : it.batches)
      time_plan<float>(fmt::format("{} batch {}", fmt::join(it.sizes, "-"), batch), step_of(network(it.sizes), batch),
                       threads, time, what != "loops");
  }
  for (const int n : {100, 500, 1000})
    time_plan<double>(fmt::format("logistic Hessian {}", n), hessian_of_logistic(n), threads, time, what != "loops");
}
