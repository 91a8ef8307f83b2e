#include "run/compiled_plans.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "emit/llvm.h"
#include "kernels/abi.h"
#include "kernels/denormals.h"
#include "kernels/threads.h"
#include "lower/interpret.h"
#include "run/compiler.h"

namespace gradwright {
namespace {

template <class Real>
CFunction function_of(const typename CompiledPlans<Real>::Part& part, std::size_t number) {
  return {fmt::format("gradwright_{}", number), &part.plan, part.streamed};
}

}  // namespace

template <class Real>
CompiledPlans<Real> CompiledPlans<Real>::of(std::vector<Part> parts, const CompileOptions& options,
                                            const COptions& how) {
  CompiledPlans result;
  result.parts_ = std::move(parts);
  result.threads_ = options.threads;
  COptions c = how;
  c.precision = std::is_same_v<Real, float> ? Precision::float32 : Precision::float64;
  if (options.backend == Backend::interpreter) return result;
  std::vector<CFunction> functions;
  CompileOptions compile = options;
  compile.straight_line = true;
  for (const Part& part : result.parts_) {
    functions.push_back(function_of<Real>(part, functions.size()));
    compile.straight_line = compile.straight_line && is_straight_line(part.plan, c);
  }
  const auto take = [&](tl::expected<Executable, Diagnostic> executable) {
    if (!executable) {
      result.note_ = std::move(executable.error());
      return false;
    }
    std::vector<void*> found;
    for (const CFunction& function : functions) found.push_back(executable->function(function.name));
    if (std::find(found.begin(), found.end(), nullptr) != found.end()) {
      result.note_ = gradwright::note("G0513", "a compiled function could not be linked");
      return false;
    }
    if (void* const table = executable->function("gw_kernels"))
      *static_cast<const gradwright_kernels**>(table) = &kernel_table();
    result.functions_ = std::move(found);
    result.executable_ = *std::move(executable);
    return true;
  };
  if (options.backend != Backend::c) {
    const LlvmOptions llvm{c.precision, c.straight_line, running::vector_unit(),
                           c.kernels,   c.least_work,    c.least_parallel};
    if (take(Executable::of_llvm(llvm_module(functions, llvm), compile))) return result;
  }
  const std::optional<Diagnostic> without_llvm = result.note_;
  if (take(Executable::of(c_file(functions, c), compile))) {
    if (without_llvm) result.note_->note("it runs as C instead");
    return result;
  }
  result.note_->note("it runs in the plain interpreter of loops: the same numbers, slowly");
  return result;
}

template <class Real>
std::size_t CompiledPlans<Real>::width(std::size_t part) const {
  std::int64_t width = 0;
  for (const BufferId id : parts_[part].streamed) width += parts_[part].plan[id].count();
  return static_cast<std::size_t>(width);
}

template <class Real>
bool CompiledPlans<Real>::ran(std::size_t part, std::span<Real> workspace, std::span<const Real> data,
                              std::int64_t steps) const {
  const Part& it = parts_[part];
  if (workspace.size() < static_cast<std::size_t>(it.plan.workspace) || steps < 0) return false;
  if (!it.streamed.empty() && data.size() / std::max<std::size_t>(1, width(part)) < static_cast<std::size_t>(steps))
    return false;
  const kernels::ThreadsHere here(threads_);
  const kernels::DenormalsAsZero as_zero;
  if (!executable_) {
    interpret(it, workspace, data, steps);
  } else if (it.streamed.empty()) {
    for (std::int64_t step = 0; step < steps; ++step)
      reinterpret_cast<void (*)(Real*)>(functions_[part])(workspace.data());
  } else {
    reinterpret_cast<void (*)(Real*, const Real*, long long)>(functions_[part])(workspace.data(), data.data(), steps);
  }
  return true;
}

template <class Real>
void CompiledPlans<Real>::interpret(const Part& part, std::span<Real> workspace, std::span<const Real> data,
                                    std::int64_t steps) const {
  std::vector<double> numbers(workspace.begin(), workspace.end());
  auto next = data.begin();
  for (std::int64_t step = 0; step < steps; ++step) {
    for (const BufferId id : part.streamed) {
      const Buffer& buffer = part.plan[id];
      std::copy_n(next, buffer.count(), numbers.begin() + buffer.offset);
      next += buffer.count();
    }
    interpreted(part.plan, numbers);
    for (double& x : numbers) x = static_cast<Real>(x);  // so many steps a call, or one: the same bits
  }
  std::transform(numbers.begin(), numbers.end(), workspace.begin(), [](double x) { return static_cast<Real>(x); });
}

template class CompiledPlans<float>;
template class CompiledPlans<double>;

}  // namespace gradwright
