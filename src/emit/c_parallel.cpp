// Which loop of a kernel is divided among threads, and the functions that do it.
#include "emit/c_parallel.h"

#include <fmt/format.h>

#include <algorithm>

#include "emit/c_stage.h"

namespace gradwright::emitting {
namespace {

constexpr std::int64_t least_part = 16384;  ///< scalar operations: some microseconds
constexpr std::int64_t most_parts = 64;
constexpr std::int64_t step_of_parts = 256;  ///< of a loop that becomes vectors or blocks of totals

std::int64_t stride(const Affine& form, std::size_t loop) {
  return loop < form.strides.size() ? form.strides[loop] : 0;
}

bool is_memory(const Instruction& it) { return it.op == Op::load || it.op == Op::gather; }

/// Scalar operations; a function of libm counts as sixteen.
std::int64_t work_of(const Stage& stage) {
  const auto operations = [&](const Body& body) {
    const std::vector<bool> live = live_values(stage, body);
    std::int64_t count = 0;
    for (std::size_t i = 0; i < body.size(); ++i) {
      if (live[i]) count += body[i].op >= Op::exp ? 16 : 1;
    }
    return count;
  };
  std::int64_t inside = stage.accumulators.empty() ? 0 : operations(stage.body), all = 1;
  for (std::size_t l = stage.loops.size(); l-- > stage.parallel;) inside *= stage.loops[l];
  for (std::size_t l = 0; l < stage.parallel; ++l) all *= stage.loops[l];
  return all * (inside + operations(stage.finish));
}

/// Turn i of `loop` stays within [i·s, (i+1)·s), for the stride s along it.
bool is_within_band(const Affine& form, std::size_t loop, const std::vector<std::int64_t>& loops) {
  Affine rest = form;
  if (loop < rest.strides.size()) rest.strides[loop] = 0;
  const Range range = range_of(rest, loops);
  return range.low >= 0 && range.high < stride(form, loop);
}

/// No turn of the loop meets what another one writes.
bool is_independent(const Kernel& kernel, std::size_t loop) {
  std::vector<std::pair<const Store*, const Stage*>> stores;
  for (const Stage& stage : kernel.stages) {
    for (const Store& store : stage.stores) stores.emplace_back(&store, &stage);
  }
  for (const auto& [store, writer] : stores) {
    if (stride(store->at, loop) == 0) return false;
    const auto is_apart = [&](const Affine& form, const Stage& stage) {
      if (&stage == writer && form == store->at) return true;
      return stride(form, loop) == stride(store->at, loop) && is_within_band(form, loop, stage.loops) &&
             is_within_band(store->at, loop, writer->loops);
    };
    for (const Stage& stage : kernel.stages) {
      for (const Body* body : {&stage.body, &stage.finish}) {
        for (const Instruction& it : *body) {
          if (is_memory(it) && it.buffer == store->buffer && (it.op == Op::gather || !is_apart(it.at, stage)))
            return false;
        }
      }
    }
    for (const auto& [other, stage] : stores) {
      if (other != store && other->buffer == store->buffer && !is_apart(other->at, *stage)) return false;
    }
  }
  return true;
}

bool is_read_by_body(const Stage& stage, BufferId id) {
  const std::vector<bool> live = live_values(stage, stage.body);
  for (std::size_t i = 0; i < stage.body.size(); ++i) {
    if (live[i] && is_memory(stage.body[i]) && stage.body[i].buffer == id) return true;
  }
  return false;
}

}  // namespace

std::optional<Split> split_of(const Kernel& kernel, std::int64_t least) {
  if (kernel.call || kernel.stages.empty()) return std::nullopt;
  if (kernel.outer == 0 && kernel.stages.size() > 1) return std::nullopt;
  std::int64_t work = 0;
  for (const Stage& stage : kernel.stages) {
    if (std::any_of(stage.loops.begin(), stage.loops.end(), [](std::int64_t n) { return n <= 0; })) return std::nullopt;
    work += work_of(stage);
  }
  if (work < least) return std::nullopt;
  const Stage& stage = kernel.stages[0];
  Split split;
  bool is_fine = true;  // parts may begin anywhere
  if (kernel.outer == 0 && stage.parallel == 0) {
    if (stage.loops.empty()) return std::nullopt;
    split.is_reduced = true;
    split.loop = first_reduced_loop(stage);
    is_fine = stage.loops.size() > 1;
  } else {
    split.loop = kernel.outer > 0 ? 0 : first_parallel_loop(stage);
    if (!is_independent(kernel, split.loop)) return std::nullopt;
    is_fine = kernel.outer > 0 || !is_innermost(stage, split.loop);
  }
  const std::int64_t extent = stage.loops[split.loop];
  const std::int64_t a_turn = std::max<std::int64_t>(1, work / extent);
  const std::int64_t part = std::clamp<std::int64_t>(least / 3, 1, least_part);
  const std::int64_t step = is_fine ? 1 : std::clamp<std::int64_t>(least, 1, step_of_parts);
  const std::int64_t wanted = std::max((part + a_turn - 1) / a_turn, (extent + most_parts - 1) / most_parts);
  split.size = (wanted + step - 1) / step * step;
  split.parts = (extent + split.size - 1) / split.size;
  return split.parts > 1 ? std::optional(split) : std::nullopt;
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
