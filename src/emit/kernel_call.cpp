#include "emit/kernel_call.h"

#include <algorithm>

namespace gradwright::emitting {
namespace {

using LoopList = std::vector<std::uint16_t>;

/// Along one loop, or none.
std::int64_t stride_along(const Affine& form, const LoopList& loops) {
  return loops.empty() || loops[0] >= form.strides.size() ? 0 : form.strides[loops[0]];
}

bool is_forward(const Affine& form) {
  return std::all_of(form.strides.begin(), form.strides.end(), [](std::int64_t s) { return s >= 0; });
}

std::int64_t extent(const Stage& stage, const LoopList& loops) { return loops.empty() ? 1 : stage.loops[loops[0]]; }

KernelOperand operand(BufferId buffer, const Affine& at, const LoopList& first, const LoopList& second,
                      const LoopList& batch) {
  return {buffer, at.offset, {stride_along(at, first), stride_along(at, second), stride_along(at, batch)}};
}

/// Its totals are what it stores.
bool is_bare(const Stage& stage) {
  return stage.stores.size() == 1 && stage.finish[stage.stores[0].value].op == Op::accumulator;
}

}  // namespace

bool is_for_kernel(const Stage& stage, std::int64_t least_work) {
  if (!stage.contraction || stage.accumulators.size() != 1) return false;
  const Contraction& c = *stage.contraction;
  if (c.m.size() != 1 || c.n.size() > 1 || c.k.size() != 1 || c.batch.size() > 1) return false;
  if (stage.parallel != c.m.size() + c.n.size() + c.batch.size()) return false;
  std::int64_t work = 1;
  for (const std::int64_t extent : stage.loops) work *= extent;
  if (work < least_work) return false;
  std::vector<Value> operands{c.a, c.b};
  if (c.scale) operands.push_back(*c.scale);
  for (const Value operand : operands) {
    const Instruction& load = stage.body[operand];
    if (!is_forward(load.at)) return false;
    for (const Store& store : stage.stores) {
      if (store.buffer == load.buffer) return false;
    }
  }
  return !c.is_symmetric || is_forward(stage.stores[0].at);
}

KernelCall kernel_call(const Stage& stage) {
  const Contraction& c = *stage.contraction;
  KernelCall call;
  call.m = extent(stage, c.m);
  call.n = extent(stage, c.n);
  call.k = extent(stage, c.k);
  call.batch = extent(stage, c.batch);
  const Instruction &a = stage.body[c.a], &b = stage.body[c.b];
  call.a = operand(a.buffer, a.at, c.m, c.k, c.batch);
  call.b = operand(b.buffer, b.at, c.k, c.n, c.batch);
  if (c.scale) call.v = operand(stage.body[*c.scale].buffer, stage.body[*c.scale].at, c.k, {}, c.batch);
  call.is_symmetric = c.is_symmetric;
  call.has_epilogue = !is_bare(stage) || !is_forward(stage.stores[0].at);
  if (!call.has_epilogue || c.is_symmetric)
    call.c = operand(stage.stores[0].buffer, stage.stores[0].at, c.m, c.n, c.batch);
  for (const Instruction& it : stage.finish) {
    if (!call.has_epilogue || call.near) break;
    if (it.op == Op::load && it.guards.empty() && stride_along(it.at, c.m) == 1 && stride_along(it.at, c.n) > 0 &&
        is_forward(it.at))
      call.near = operand(it.buffer, it.at, c.m, c.n, c.batch);
  }
  return call;
}

}  // namespace gradwright::emitting
