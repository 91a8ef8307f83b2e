// bench_compile [2-3-2 | 64-32-10 | 784-512-512-10]: milliseconds from a sheet to machine code, in a process that has compiled nothing before:
// reading, derivation and plan; loading LLVM; the first and the second compilation of one SGD step. Processor time of this thread.
// times.py runs it in fresh processes and says medians.
#include <fmt/format.h>

#include <ctime>
#include <string>
#include <vector>

#include "api/compile.h"
#include "run/compiled_plans.h"
#include "run/llvm_library.h"
#include "sheet/session.h"
#include "train/task.h"

namespace {

using namespace gradwright;

struct Case {
  std::string name, sheet;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {"2-3-2",
       "x : R[2]\ny : R[2]\nparam W2 : R[3,2]\nparam W3 : R[2,3]\nz2 = W2*x\na2 = relu(z2)\nz3 = W3*a2\na3 = "
       "sigmoid(z3)\n"
       "L = 1/2*sum((a3 - y)^2)\nminimize L\n"},
      {"64-32-10",
       "x : R[64]\ny : R[10]\nparam W1 : R[32,64]\nparam b1 : R[32]\nparam W2 : R[10,32]\nparam b2 : R[10]\nz1 = W1*x "
       "+ b1\n"
       "a1 = relu(z1)\nz2 = W2*a1 + b2\nL = -sum(y .* log(softmax(z2)))\nminimize L\n"},
      {"784-512-512-10",
       "X : R[784,128]\nY : R[10,128]\nparam W1 : R[512,784]\nparam b1 : R[512]\nparam W2 : R[512,512]\nparam b2 : "
       "R[512]\n"
       "param W3 : R[10,512]\nparam b3 : R[10]\nZ1 = W1*X + b1*ones(128)'\nA1 = relu(Z1)\nZ2 = W2*A1 + "
       "b2*ones(128)'\nA2 = relu(Z2)\n"
       "Z3 = W3*A2 + b3*ones(128)'\nL = -1/128*sum(Y .* log(softmax_cols(Z3)))\nminimize L\n"}};
  return all;
}

double milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

template <class Work>
double spent(const Work& work) {
  const double before = milliseconds();
  work();
  return milliseconds() - before;
}

Plan step_of(const Case& it) {
  Session session(Text(it.name, it.sheet));
  Computation computation = loss_computation(session)->computation;
  std::vector<Parameter> parameters;
  std::vector<Expr> gradients;
  for (const Declaration& declaration : session.program().declarations) {
    if (session.pool().payload<InputInfo>(declaration.input).role != Role::parameter) continue;
    parameters.push_back({declaration.name, declaration.input, {}, {}});
    gradients.push_back(computation.outputs[parameters.size()].expr);
  }
  const Stepping stepping = *gradient_descent(0.1)(session.pool(), parameters, gradients);
  computation.updates = stepping.updates;
  computation.outputs.resize(1);
  return *plan_for(session.pool(), computation, {});
}

}  // namespace

int main(int argc, char** argv) {
  CompileOptions options;
  options.backend = Backend::llvm;
  options.use_cache = false;
  for (const Case& it : cases()) {
    if (argc > 1 && it.name != argv[1]) continue;
    Plan plan;
    const double planned = spent([&] { plan = step_of(it); });
    const double loaded = spent([] { (void)running::LlvmLibrary::loaded(); });
    std::optional<Diagnostic> note;
    const auto compile = [&] { note = CompiledPlans<float>::of({{plan, {}}}, options).note(); };
    const double first = spent(compile), second = spent(compile);
    if (note) fmt::print(stderr, "{}\n", note->message);
    fmt::print("{} plan {:.2f} load {:.2f} first {:.2f} second {:.2f}\n", it.name, planned, loaded, first, second);
  }
}
