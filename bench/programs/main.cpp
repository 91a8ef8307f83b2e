// bench_programs: compiled programs, timed on request, so that peers.py can interleave them with others. One JSON object a line on stdin,
// one on stdout:
//   {"sheet": text, "kind": "train" | "values", "rate": 0.01, "precision": "float32", "backend": "automatic", "threads": 1, "batches": 8, "seconds": 0.2}
//   → {"step": seconds a step, "compile": seconds, "loss": after the last step} | {"error": text}
// train: value, gradients and θ ← θ − rate·∂L/∂θ of the sheet's `minimize`, its data streamed. values: what the sheet derives, and of what.
// A sheet is compiled once and stays warm.
#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "api/compile.h"
#include "ir/make.h"
#include "run/compiled_plans.h"
#include "sheet/session.h"

namespace {

using namespace gradwright;
using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

struct Work {
  Plan plan;
  std::vector<BufferId> streamed;
};

Computation training(Session& session, double rate) {
  auto loss = loss_computation(session);
  if (!loss) throw std::runtime_error(loss.error().message);
  Pool& pool = session.pool();
  Computation& it = loss->computation;
  const std::int64_t per_mille = std::llround(rate * 1000);
  std::size_t next = 1;
  for (const Expr input : it.inputs) {
    if (pool.payload<InputInfo>(input).role != Role::parameter) continue;
    const Expr gradient = it.outputs[next++].expr;
    it.updates.push_back({input, difference_of(pool, input, scaled(pool, Rational(per_mille, 1000), gradient))});
  }
  it.outputs.resize(1);
  return it;
}

Computation values(Session& session) {
  DeriveOptions options;
  options.verify = false;
  options.only_gw = true;
  Computation it;
  for (const Derived& result : session.derived(options)) {
    it.outputs.push_back({result.of, result.source});
    it.outputs.push_back({"d" + result.of + "/d" + result.wrt, result.expr});
  }
  if (it.outputs.empty()) throw std::runtime_error("nothing is derived");
  return it;
}

Work work_of_request(const Json& request) {
  Session session(Text("bench.gw", request.at("sheet").get<std::string>()));
  if (session.has_errors()) throw std::runtime_error(session.diagnostics()[0].message);
  const bool trains = request.at("kind") == "train";
  const Computation computation = trains ? training(session, request.value("rate", 0.01)) : values(session);
  auto plan = plan_for(session.pool(), computation, {});
  if (!plan) throw std::runtime_error(plan.error().message);
  Work work{*std::move(plan), {}};
  for (const BufferId id : work.plan.inputs) {
    if (trains && work.plan[id].storage == Storage::input) work.streamed.push_back(id);
  }
  return work;
}

class Timed {
 public:
  virtual ~Timed() = default;
  virtual Json timed(double seconds) = 0;
};

template <class Real>
class ProgramOf final : public Timed {
 public:
  explicit ProgramOf(const Json& request) {
    Work work = work_of_request(request);
    CompileOptions options;
    options.use_cache = false;
    options.threads = request.value("threads", 1);
    const std::string backend = request.value("backend", "automatic");
    options.backend = backend == "llvm" ? Backend::llvm : backend == "c" ? Backend::c : Backend::automatic;
    const auto start = Clock::now();
    plans_ = CompiledPlans<Real>::of({{std::move(work.plan), std::move(work.streamed)}}, options);
    compile_ = seconds_since(start);
    if (plans_.note()) throw std::runtime_error(plans_.note()->message);
    const Plan& plan = plans_.plan(0);
    workspace_ = Workspace<Real>(plan.workspace);
    std::mt19937 random(1);
    std::normal_distribution<double> normal;
    for (const BufferId id : plan.inputs) {
      const Buffer& buffer = plan[id];
      const double spread = buffer.extents.size() == 2 ? std::sqrt(1.0 / static_cast<double>(buffer.extents[1])) : 1;
      for (Real& x : workspace_[buffer]) x = static_cast<Real>(spread * normal(random));
    }
    batches_ = plans_.width(0) == 0 ? 1 : request.value("batches", 8);
    // Data as the peers have them: features are normal; targets are classes, or lie in (0, 1).
    data_ = Workspace<Real>(static_cast<std::int64_t>(plans_.width(0)) * batches_);
    std::size_t at = 0;
    for (std::int64_t batch = 0; batch < batches_; ++batch) {
      for (const BufferId id : plan.inputs) {
        if (plan[id].storage != Storage::input || plans_.width(0) == 0) continue;
        const Buffer& buffer = plan[id];
        const auto part = data_.span().subspan(at, static_cast<std::size_t>(buffer.count()));
        fill(buffer, part, random);
        at += part.size();
      }
    }
  }

  Json timed(double seconds) override {
    std::int64_t steps = batches_;
    run(steps);  // warm
    const auto start = Clock::now();
    std::int64_t done = 0;
    do {
      run(steps);
      done += steps;
    } while (seconds_since(start) < seconds);
    const double step = seconds_since(start) / static_cast<double>(done);
    const Plan& plan = plans_.plan(0);
    return {{"step", step}, {"compile", compile_}, {"loss", workspace_[plan[plan.outputs[0]]][0]}};
  }

 private:
  static void fill(const Buffer& buffer, std::span<Real> part, std::mt19937& random) {
    std::normal_distribution<double> normal;
    const std::int64_t classes = buffer.extents.empty() ? 1 : buffer.extents[0];
    if (buffer.name != "y" && buffer.name != "Y") {
      for (Real& x : part) x = static_cast<Real>(normal(random));
    } else if (classes < 3) {
      for (Real& x : part) x = static_cast<Real>(std::uniform_real_distribution<double>(0, 1)(random));
    } else {
      std::uniform_int_distribution<std::int64_t> which(0, classes - 1);
      for (std::size_t at = 0; at < part.size(); at += static_cast<std::size_t>(classes))
        part[at + static_cast<std::size_t>(which(random))] = 1;
    }
  }

  void run(std::int64_t steps) {
    const bool ok = plans_.ran(0, workspace_.span(), data_.span(), steps);
    if (!ok) throw std::runtime_error("the workspace is too small");
  }

  CompiledPlans<Real> plans_;
  Workspace<Real> workspace_, data_;
  std::int64_t batches_ = 1;
  double compile_ = 0;
};

}  // namespace

int main() {
  std::map<std::string, std::unique_ptr<Timed>> programs;
  for (std::string line; std::getline(std::cin, line);) {
    Json answer;
    try {
      const Json request = Json::parse(line);
      std::unique_ptr<Timed>& program = programs[line];
      if (program == nullptr) {
        if (request.value("precision", "float32") == "float32") {
          program = std::make_unique<ProgramOf<float>>(request);
        } else {
          program = std::make_unique<ProgramOf<double>>(request);
        }
      }
      answer = program->timed(request.value("seconds", 0.2));
    } catch (const std::exception& fault) {
      answer = {{"error", fault.what()}};
    }
    std::cout << answer.dump() << std::endl;
  }
}
