// Loops: a function a kernel. Where a stage reduces, the loop that walks memory one by one becomes the innermost: a parallel one over a
// block of totals, or the reduced one itself.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "emit/c_body.h"
#include "emit/c_contraction.h"
#include "emit/c_parallel.h"
#include "emit/c_stage.h"
#include "emit/kernel_call.h"
#include "lower/print.h"

namespace gradwright::emitting {
namespace {

/// Taken by loops and values: i0, r1, v2, total3.
bool is_local(const std::string& name) {
  const std::size_t digits = name.find_first_of("0123456789");
  if (digits == std::string::npos || name.find_first_not_of("0123456789", digits) != std::string::npos) return false;
  const std::string stem = name.substr(0, digits);
  return stem == "i" || stem == "r" || stem == "v" || stem == "total";
}

/// Identifiers of the buffers, each its own.
std::vector<std::string> names_of(const Plan& plan) {
  std::set<std::string> taken{"w",       "data",   "steps", "block", "count", "b",     "it",   "buffers",
                              "context", "tile",   "ld",    "batch", "row0",  "rows",  "col0", "cols",
                              "column",  "totals", "part",  "first", "last",  "begin", "end",  "gw_kernels"};
  std::vector<std::string> names;
  for (const Buffer& buffer : plan.buffers) {
    std::string name = c_identifier(buffer.name);
    while (is_local(name) || !taken.insert(name).second) name += "_";
    names.push_back(name);
  }
  return names;
}

class CLoops {
 public:
  CLoops(const CFunction& function, CScalars& scalars, const COptions& options)
      : function_(function), plan_(*function.plan), scalars_(scalars), options_(options), names_(names_of(plan_)) {}

  std::string text() {
    const bool has_steps = !function_.streamed.empty();
    const std::string indent = has_steps ? "    " : "  ";
    std::string kernels = constants();
    std::string calls;
    for (std::size_t k = 0; k < plan_.kernels.size(); ++k) {
      const Kernel& kernel = plan_.kernels[k];
      if (kernel.call) {
        calls += indent + matrix(*kernel.call);
        continue;
      }
      kernels += this->kernel(kernel, k);
      std::string arguments;
      for (const auto& [id, is_written] : touched(kernel.stages))
        arguments += (arguments.empty() ? "" : ", ") + place(id);
      calls += fmt::format("{}{}_{}({});\n", indent, function_.name, k, arguments);
    }
    std::string text = kernels + "\n" + head_of(function_, scalars_) + " {\n";
    if (has_steps) text += fmt::format("  for (; steps > 0; --steps, data += {}) {{\n", stream_width(function_));
    text += calls;
    if (has_steps) text += "  }\n";
    if (calls.find("w +") == std::string::npos) text += "  (void)w;\n";
    return text + "}\n";
  }

 private:
  std::string constant_name(BufferId id) const { return fmt::format("{}_c{}", function_.name, id.index()); }

  std::string constants() const {
    std::string text;
    for (const CConstant& constant : function_.constants) {
      std::string numbers;
      for (const double value : constant.values) numbers += (numbers.empty() ? "" : ", ") + scalars_.number(value);
      text +=
          fmt::format("\nstatic const {} {}[] = {{{}}};\n", scalars_.real(), constant_name(constant.input), numbers);
    }
    return text;
  }

  /// Where a buffer begins: in the text, in the workspace or among the data of this step.
  std::string place(BufferId id) const {
    for (const CConstant& constant : function_.constants) {
      if (constant.input == id) return constant_name(id);
    }
    std::int64_t offset = 0;
    for (const BufferId streamed : function_.streamed) {
      if (streamed == id) return fmt::format("data + {}", offset);
      offset += plan_[streamed].count();
    }
    return fmt::format("w + {}", plan_[id].offset);
  }

  std::string matrix(const MatrixCall& call) {
    scalars_.need_matrix_algorithm();
    const int kind = call.kind == MatrixKind::inverse ? 0 : call.kind == MatrixKind::determinant ? 1 : 2;
    return fmt::format("gw_matrix({}, {}, {}, {}, {});\n", kind, call.n, place(call.in), place(call.out),
                       place(call.work));
  }

  std::string kernel(const Kernel& kernel, std::size_t number) {
    std::string parameters;
    for (const auto& [id, is_written] : touched(kernel.stages)) {
      parameters += fmt::format("{}{}{} *restrict {}", parameters.empty() ? "" : ", ", is_written ? "" : "const ",
                                scalars_.real(), names_[id.index()]);
    }
    if (parameters.empty()) parameters = "void";
    const std::string name = fmt::format("{}_{}", function_.name, number);
    if (options_.kernels && kernel.outer == 0 && kernel.stages.size() == 1 &&
        is_for_kernel(kernel.stages[0], options_.least_work))
      return contraction_text({kernel.stages[0], names_, scalars_, name, parameters});
    if (const auto split =
            options_.kernels ? c_split_of(kernel, options_.least_parallel, options_.precision) : std::nullopt)
      return parallel_text({kernel, names_, scalars_, name, parameters, touched(kernel.stages)}, *split);
    std::string text = fmt::format("\nstatic void {}({}) {{\n", name, parameters);
    std::string indent = "  ";
    for (std::size_t l = 0; l < kernel.outer; ++l) {
      text += indent + loop_head(l, kernel.stages[0].loops[l]);
      indent += "  ";
    }
    for (const Stage& stage : kernel.stages) text += stage_text({stage, kernel.outer, names_, scalars_}, indent);
    for (std::size_t l = 0; l < kernel.outer; ++l) {
      indent.resize(indent.size() - 2);
      text += indent + "}\n";
    }
    return text + "}\n";
  }

  const CFunction& function_;
  const Plan& plan_;
  CScalars& scalars_;
  const COptions& options_;
  std::vector<std::string> names_;
};

}  // namespace

std::string loop_functions(const CFunction& function, CScalars& scalars, const COptions& options) {
  return CLoops(function, scalars, options).text();
}

}  // namespace gradwright::emitting
