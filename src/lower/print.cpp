#include "lower/print.h"

#include <fmt/format.h>

namespace gradwright {
namespace {

constexpr std::array<std::string_view, op_count> names = {
    "constant", "index", "load", "gather", "accumulator", "mask",          "add",     "sub",      "mul",
    "div",      "neg",   "max",  "min",    "greater",     "greater_equal", "equal",   "select",   "abs",
    "sqrt",     "exp",   "log",  "log1p",  "expm1",       "sin",           "cos",     "tan",      "asin",
    "acos",     "atan",  "sinh", "cosh",   "tanh",        "erf",           "sigmoid", "softplus", "pow"};

std::string_view storage_name(Storage storage) {
  switch (storage) {
    case Storage::input: return "input";
    case Storage::state: return "state";
    case Storage::output: return "output";
    case Storage::scratch: return "scratch";
  }
  return "";
}

std::string_view reduction_name(Reduction reduction) {
  switch (reduction) {
    case Reduction::sum: return "sum";
    case Reduction::prod: return "prod";
    case Reduction::max: return "max";
    case Reduction::min: return "min";
  }
  return "";
}

std::string guards_text(const std::vector<Guard>& guards) {
  std::string text;
  for (const Guard& guard : guards)
    text += fmt::format("{}0 <= {} < {}", text.empty() ? " where " : " and ", affine_text(guard.form), guard.count);
  return text;
}

std::string instruction_text(const Plan& plan, const Instruction& it, char prefix) {
  const auto arg = [&](std::size_t i) { return fmt::format("{}{}", prefix, it.args[i]); };
  switch (it.op) {
    case Op::constant: return fmt::format("{}", it.number);
    case Op::index: return affine_text(it.at);
    case Op::load: return fmt::format("{}[{}]{}", plan[it.buffer].name, affine_text(it.at), guards_text(it.guards));
    case Op::gather:
      return fmt::format("{}[{} + {} - 1]{}", plan[it.buffer].name, affine_text(it.at), arg(0), guards_text(it.guards));
    case Op::accumulator: return fmt::format("total{}", it.rows);
    case Op::mask: return arg(0) + guards_text(it.guards);
    default: break;
  }
  std::string text = std::string(op_name(it.op)) + " " + arg(0);
  for (std::size_t i = 1; i < arity(it.op); ++i) text += ", " + arg(i);
  return text;
}

std::string loop_list(const std::vector<std::int64_t>& loops, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t l = begin; l < end; ++l) text += fmt::format("{}i{} < {}", text.empty() ? "" : ", ", l, loops[l]);
  return text;
}

std::string stage_header(const Stage& stage, std::size_t outer) {
  std::string text(class_name(stage.kind));
  if (outer < stage.parallel) text += "  for " + loop_list(stage.loops, outer, stage.parallel);
  if (stage.parallel < stage.loops.size())
    text += "  over " + loop_list(stage.loops, stage.parallel, stage.loops.size());
  return text;
}

std::string targets(const Plan& plan, const Stage& stage) {
  std::string text;
  for (const Store& store : stage.stores) text += (text.empty() ? "" : ", ") + plan[store.buffer].name;
  return text;
}

std::string call_text(const Plan& plan, const MatrixCall& call) {
  const char* name = call.kind == MatrixKind::inverse       ? "inverse"
                     : call.kind == MatrixKind::determinant ? "determinant"
                                                            : "log|determinant|";
  return fmt::format("{} = {} {}  {}x{}", plan[call.out].name, name, plan[call.in].name, call.n, call.n);
}

std::string stage_text(const Plan& plan, const Stage& stage, std::size_t outer, const std::string& indent) {
  std::string text = indent + stage_header(stage, outer) + "\n";
  for (std::size_t i = 0; i < stage.body.size(); ++i)
    text += fmt::format("{}    r{} = {}\n", indent, i, instruction_text(plan, stage.body[i], 'r'));
  for (std::size_t i = 0; i < stage.accumulators.size(); ++i) {
    text += fmt::format("{}  total{} = {} r{}\n", indent, i, reduction_name(stage.accumulators[i].reduction),
                        stage.accumulators[i].value);
  }
  for (std::size_t i = 0; i < stage.finish.size(); ++i)
    text += fmt::format("{}  v{} = {}\n", indent, i, instruction_text(plan, stage.finish[i], 'v'));
  for (const Store& store : stage.stores)
    text += fmt::format("{}  {}[{}] = v{}\n", indent, plan[store.buffer].name, affine_text(store.at), store.value);
  return text;
}

}  // namespace

std::string_view op_name(Op op) { return names[static_cast<std::size_t>(op)]; }

std::string affine_text(const Affine& form) {
  std::string text;
  for (std::size_t l = 0; l < form.strides.size(); ++l) {
    const std::int64_t stride = form.strides[l];
    if (stride == 0) continue;
    if (!text.empty())
      text += stride < 0 ? " - " : " + ";
    else if (stride < 0)
      text += "-";
    const std::int64_t size = stride < 0 ? -stride : stride;
    text += size == 1 ? fmt::format("i{}", l) : fmt::format("i{}*{}", l, size);
  }
  if (text.empty()) return fmt::format("{}", form.offset);
  if (form.offset != 0)
    text += fmt::format(" {} {}", form.offset < 0 ? '-' : '+', form.offset < 0 ? -form.offset : form.offset);
  return text;
}

std::string plan_text(const Plan& plan) {
  std::string text =
      fmt::format("plan {}: {} kernels, {} numbers in the workspace, {} operations a run, {} of them in contractions\n",
                  plan.name, plan.kernels.size(), plan.workspace, work_of(plan), contraction_flops(plan));
  for (const Buffer& buffer : plan.buffers) {
    text += fmt::format("  {:<8} @{:<8} {} [{}]\n", storage_name(buffer.storage), buffer.offset, buffer.name,
                        fmt::join(buffer.extents, ", "));
  }
  for (std::size_t k = 0; k < plan.kernels.size(); ++k) {
    const Kernel& kernel = plan.kernels[k];
    text += fmt::format("kernel {}", k);
    if (kernel.outer > 0) text += "  for " + loop_list(kernel.stages[0].loops, 0, kernel.outer);
    if (kernel.call) text += "  " + call_text(plan, *kernel.call);
    const bool is_one = kernel.stages.size() == 1;
    for (const Stage& stage : kernel.stages) {
      text += (is_one ? "  " : "\n    ") + targets(plan, stage) + "  " + stage_header(stage, kernel.outer);
    }
    text += "\n";
  }
  return text;
}

std::string loops_text(const Plan& plan) {
  std::string text;
  for (std::size_t k = 0; k < plan.kernels.size(); ++k) {
    const Kernel& kernel = plan.kernels[k];
    text += fmt::format("kernel {}", k);
    if (kernel.outer > 0) text += "  for " + loop_list(kernel.stages[0].loops, 0, kernel.outer);
    text += "\n";
    if (kernel.call) text += "  " + call_text(plan, *kernel.call) + "\n";
    for (const Stage& stage : kernel.stages) text += stage_text(plan, stage, kernel.outer, "  ");
  }
  return text;
}

std::string passes_text(const std::vector<lowering::PassReport>& reports) {
  std::string text =
      fmt::format("{:<20}{:<10}{:>10}{:>10}  {:<9}{:>10}\n", "pass", "leads to", "before", "after", "of", "time");
  for (const lowering::PassReport& one : reports) {
    text +=
        fmt::format("{:<20}{:<10}{:>10}{:>10}  {:<9}{:>7.2f} ms{}\n", one.pass, dialect_name(one.dialect), one.before,
                    one.after, one.counted, 1e3 * one.seconds, one.has_changed ? "" : "  nothing changed");
  }
  return text;
}

}  // namespace gradwright
