// The functions that run the parts of a loop on all threads.
#include "emit/c_parallel.h"

#include <fmt/format.h>

#include <algorithm>

#include "emit/c_stage.h"

namespace gradwright::emitting {
namespace {

bool is_read_by_body(const Stage& stage, BufferId id) {
  const std::vector<bool> live = live_values(stage, stage.body);
  for (std::size_t i = 0; i < stage.body.size(); ++i) {
    if (live[i] && is_memory(stage.body[i]) && stage.body[i].buffer == id) return true;
  }
  return false;
}

/// The loop that runs outermost.
Cut cut_of(const Stage& stage) {
  if (stage.parallel == 0) return {first_reduced_loop(stage), stage.loops.size() > 1 ? 1 : step_of_vectors};
  const std::size_t loop = first_parallel_loop(stage);
  return {loop, is_innermost(stage, loop) ? step_of_vectors : 1};
}

}  // namespace

std::optional<Split> c_split_of(const Kernel& kernel, std::int64_t least, Precision precision) {
  return split_of(kernel, least, precision, cut_of);
}

std::string parallel_text(const ParallelSource& source, const Split& split) {
  const Kernel& kernel = source.kernel;
  const Stage& stage = kernel.stages[0];
  const std::string real = source.scalars.real();
  std::string members, values, locals;
  for (const auto& [id, is_written] : source.buffers) {
    const std::string &name = source.names[id.index()], constant = is_written ? "" : "const ";
    if (split.is_reduced && !is_read_by_body(stage, id)) continue;
    locals += fmt::format("  {0}{1} *restrict {2} = ((const struct {3} *)context)->{2};\n", constant, real, name,
                          source.function);
    members += fmt::format("  {}{} *{};\n", constant, real, name);
    values += (values.empty() ? "" : ", ") + name;
  }
  if (split.is_reduced) {
    locals += fmt::format("  {} *restrict totals = ((const struct {} *)context)->totals;\n", real, source.function);
    members += fmt::format("  {} *totals;\n", real);
    values += values.empty() ? "totals" : ", totals";
  }
  const std::int64_t extent = stage.loops[split.loop];
  std::string body = fmt::format("    const long first = part * {0}, last = {1} - first < {0} ? {1} : first + {0};\n",
                                 split.size, extent);
  std::string indent = "    ";
  if (kernel.outer > 0) {
    for (std::size_t l = 0; l < kernel.outer; ++l, indent += "  ")
      body += indent + (l == split.loop ? part_head(l) : loop_head(l, stage.loops[l]));
  }
  const std::optional<std::size_t> within = kernel.outer > 0 ? std::nullopt : std::optional(split.loop);
  for (const Stage& one : kernel.stages) {
    const StageSource what{one, kernel.outer, source.names, source.scalars, within};
    body += split.is_reduced ? totals_text(what, indent) : stage_text(what, indent);
  }
  for (std::size_t l = 0; l < kernel.outer; ++l) {
    indent.resize(indent.size() - 2);
    body += indent + "}\n";
  }
  std::string text = fmt::format(
      "\nstruct {0} {{\n{1}}};\nstatic void {0}_parts(void *context, int64_t begin, int64_t end) {{\n{2}  for (long "
      "part = begin; part < end; ++part) {{\n{3}  }}\n}}\n",
      source.function, members, locals, body);
  text += fmt::format("static void {}({}) {{\n", source.function, source.parameters);
  if (split.is_reduced)
    text += fmt::format("  {} totals[{}];\n", real, split.parts * static_cast<std::int64_t>(stage.accumulators.size()));
  text += fmt::format("  struct {0} buffers = {{{1}}};\n  gw_kernels->parallel({2}, 1, {0}_parts, &buffers);\n",
                      source.function, values, split.parts);
  if (split.is_reduced) text += together_text({stage, 0, source.names, source.scalars}, "  ", split.parts);
  return text + "}\n";
}

}  // namespace gradwright::emitting
