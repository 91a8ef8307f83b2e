// A function a kernel, and one that calls them in order.
#include <algorithm>
#include <set>

#include "emit/c_stage.h"
#include "emit/llvm_body.h"
#include "emit/llvm_parallel.h"
#include "emit/llvm_stage.h"

namespace gradwright::emitting {
namespace {

/// The buffers that a kernel touches, in order.
std::vector<std::size_t> touched(const Kernel& kernel) {
  std::set<std::size_t> all;
  for (const Stage& stage : kernel.stages) {
    for (const Body* body : {&stage.body, &stage.finish}) {
      for (const Instruction& it : *body) {
        if (it.op == Op::load || it.op == Op::gather) all.insert(it.buffer.index());
      }
    }
    for (const Store& store : stage.stores) all.insert(store.buffer.index());
  }
  return {all.begin(), all.end()};
}

class LlvmLoops {
 public:
  LlvmLoops(const CFunction& function, LlvmMath& math)
      : function_(function),
        plan_(*function.plan),
        math_(math),
        real_(math.shape(1).scalar()),
        main_(llvm_head(function)) {}

  std::string text() {
    const bool has_steps = !function_.streamed.empty();
    LlvmFunction::Block body = 0;
    std::string left;
    const LlvmFunction::Block done = main_.block("done");
    if (has_steps) {
      body = main_.block("step");
      const std::string any = main_.emit(0, "icmp sgt i64 %steps, 0");
      main_.end(0, fmt::format("br i1 {}, label %{}, label %{}", any, main_.label(body), main_.label(done)));
      left = main_.emit(body, fmt::format("phi i64 [ %steps, %entry ], [ %left_next, %{} ]", main_.label(body)));
      data_ = main_.emit(body, fmt::format("phi ptr [ %data, %entry ], [ %data_next, %{} ]", main_.label(body)));
    }
    std::string kernels = constants();
    for (std::size_t k = 0; k < plan_.kernels.size(); ++k) {
      const Kernel& kernel = plan_.kernels[k];
      if (kernel.call) {
        matrix(body, *kernel.call);
        continue;
      }
      kernels += this->kernel(kernel, k);
      std::string arguments;
      for (const std::size_t id : touched(kernel))
        arguments += (arguments.empty() ? "ptr " : ", ptr ") + place(body, BufferId{static_cast<std::uint32_t>(id)});
      main_.line(body, fmt::format("call void @{}_{}({})", function_.name, k, arguments));
    }
    main_.end(done, "ret void");
    if (!has_steps) {
      main_.jump(body, done);
      return kernels + main_.text();
    }
    main_.line(body, "%left_next = add nsw i64 " + left + ", -1");
    main_.line(body,
               fmt::format("%data_next = getelementptr {}, ptr {}, i64 {}", real_, data_, stream_width(function_)));
    const std::string more = main_.emit(body, "icmp sgt i64 %left_next, 0");
    main_.end(body, fmt::format("br i1 {}, label %{}, label %{}", more, main_.label(body), main_.label(done)));
    return kernels + main_.text();
  }

 private:
  std::string constants() const {
    std::string text;
    for (const CConstant& constant : function_.constants) {
      std::string numbers;
      for (const double value : constant.values)
        numbers += fmt::format("{}{} {}", numbers.empty() ? "" : ", ", real_, math_.shape(1).number(value));
      text += fmt::format("\n@{}_c{} = internal constant [{} x {}] [{}], align 64\n", function_.name,
                          constant.input.index(), constant.values.size(), real_, numbers);
    }
    return text;
  }

  /// Where a buffer begins: in the module, in the workspace or among the data of this step.
  std::string place(LlvmFunction::Block b, BufferId id) {
    for (const CConstant& constant : function_.constants) {
      if (constant.input == id) return fmt::format("@{}_c{}", function_.name, id.index());
    }
    const auto at = [&](const std::string& base, std::int64_t offset) {
      return main_.emit(b, fmt::format("getelementptr {}, ptr {}, i64 {}", real_, base, offset));
    };
    std::int64_t offset = 0;
    for (const BufferId streamed : function_.streamed) {
      if (streamed == id) return at(data_, offset);
      offset += plan_[streamed].count();
    }
    return at("%w", plan_[id].offset);
  }

  void matrix(LlvmFunction::Block b, const MatrixCall& call) {
    const std::string name = math_.shape(1).is_single() ? "gradwright_matrix_f32" : "gradwright_matrix_f64";
    math_.declare(fmt::format("declare void @{}(i32, i64, ptr, ptr, ptr)", name));
    const int kind = call.kind == MatrixKind::inverse ? 0 : call.kind == MatrixKind::determinant ? 1 : 2;
    const std::string in = place(b, call.in), out = place(b, call.out), work = place(b, call.work);
    main_.line(b,
               fmt::format("call void @{}(i32 {}, i64 {}, ptr {}, ptr {}, ptr {})", name, kind, call.n, in, out, work));
  }

  std::string kernel(const Kernel& kernel, std::size_t number) {
    std::string parameters, comment;
    std::vector<std::string> buffers(plan_.buffers.size());
    for (const std::size_t id : touched(kernel)) {
      buffers[id] = fmt::format("%b{}", id);
      parameters += fmt::format("{}ptr noalias {}", parameters.empty() ? "" : ", ", buffers[id]);
      comment += fmt::format("{}b{} {}", comment.empty() ? "; " : ", ", id, c_identifier(plan_.buffers[id].name));
    }
    const std::string name = fmt::format("{}_{}", function_.name, number);
    if (math_.options().kernels && kernel.outer == 0 && kernel.stages.size() == 1 &&
        is_kernel_call(kernel.stages[0], math_.options().least_work)) {
      const std::vector<std::size_t> all = touched(kernel);
      return "\n" + comment + llvm_contraction_function({kernel.stages[0], buffers, all, name, parameters}, math_);
    }
    const std::vector<std::size_t> all = touched(kernel);
    const auto split = math_.options().kernels ? llvm_split_of(kernel, math_.options()) : std::nullopt;
    if (split) return "\n" + comment + llvm_parallel_functions({kernel, buffers, all, name, parameters}, *split, math_);
    LlvmFunction f(fmt::format("define internal void @{}({}) #0", name, parameters));
    const LlvmFunction::Block at = write_kernel(f, 0, {kernel, buffers, {}}, math_);
    f.end(at, "ret void");
    return "\n" + comment + f.text();
  }

  const CFunction& function_;
  const Plan& plan_;
  LlvmMath& math_;
  std::string real_;
  LlvmFunction main_;
  std::string data_ = "%data";
};

}  // namespace

std::string llvm_loop_functions(const CFunction& function, LlvmMath& math) { return LlvmLoops(function, math).text(); }

}  // namespace gradwright::emitting
