// Stages that share their outer loop, and adjacent loops run as one.
#include <algorithm>

#include "lower/schedule.h"

namespace gradwright::lowering {
namespace {

struct Access {
  BufferId buffer;
  bool is_store = false;
  bool is_guarded = false;
  const Affine* at = nullptr;
};

std::vector<Access> accesses(const Stage& stage) {
  std::vector<Access> all;
  for (const Body* body : {&stage.body, &stage.finish}) {
    for (const Instruction& it : *body) {
      if (it.op == Op::load) all.push_back({it.buffer, false, !it.guards.empty(), &it.at});
      if (it.op == Op::gather) all.push_back({it.buffer, false, true, &it.at});
    }
  }
  for (const Store& store : stage.stores) all.push_back({store.buffer, true, false, &store.at});
  return all;
}

/// In each turn of loop 0 the access stays within elements [turn·step, (turn + 1)·step).
bool stays_in_slab(const Stage& stage, const Access& access, std::int64_t step) {
  if (access.is_guarded || access.at->strides.empty() || access.at->strides[0] != step) return false;
  Affine rest = *access.at;
  rest.strides[0] = 0;
  const Range range = range_of(rest, stage.loops);
  return range.low >= 0 && range.high < step;
}

bool is_product(const Stage& stage) {
  return stage.kind == StageClass::gemm || stage.kind == StageClass::batched_gemm || stage.kind == StageClass::gemv;
}

/// `next` may run in the turns of the outer loop of `kernel`: it reads something the kernel writes, and all that both touch is
/// touched slab by slab.
bool shares_outer_loop(const Kernel& kernel, const Stage& next) {
  if (kernel.call || next.parallel == 0 || is_product(next) || kernel.outer > 1) return false;
  bool reads = false;
  for (const Stage& stage : kernel.stages) {
    if (is_product(stage) || stage.parallel == 0 || stage.loops[0] != next.loops[0]) return false;
    for (const Access& mine : accesses(stage)) {
      for (const Access& theirs : accesses(next)) {
        if (mine.buffer != theirs.buffer || (!mine.is_store && !theirs.is_store)) continue;
        const std::int64_t step = mine.at->strides.empty() ? 0 : mine.at->strides[0];
        if (step <= 0 || !stays_in_slab(stage, mine, step) || !stays_in_slab(next, theirs, step)) return false;
        reads = reads || (mine.is_store && !theirs.is_store);
      }
    }
  }
  return reads;
}

/// Every form of the stage walks loops l and l + 1 as one loop walks both.
bool run_as_one(Stage& stage, std::size_t l) {
  bool result = true;
  for_each_form(stage, [&](Affine& form) {
    const auto stride = [&](std::size_t k) { return k < form.strides.size() ? form.strides[k] : 0; };
    result = result && stride(l) == stride(l + 1) * stage.loops[l + 1];
  });
  return result;
}

void erase_loop(Stage& stage, std::size_t l) {
  for_each_form(stage, [&](Affine& form) {
    if (l < form.strides.size()) form.strides.erase(form.strides.begin() + static_cast<std::ptrdiff_t>(l));
  });
  stage.loops.erase(stage.loops.begin() + static_cast<std::ptrdiff_t>(l));
  if (l < stage.parallel) --stage.parallel;
}

}  // namespace

std::vector<Kernel> kernels_of(std::vector<Piece> pieces, bool fuse) {
  std::vector<Kernel> kernels;
  for (Piece& piece : pieces) {
    if (piece.call) {
      kernels.push_back({0, {}, piece.call});
      continue;
    }
    if (fuse && !kernels.empty() && shares_outer_loop(kernels.back(), piece.stage)) {
      kernels.back().outer = 1;
      kernels.back().stages.push_back(std::move(piece.stage));
      continue;
    }
    kernels.push_back({0, {}, std::nullopt});
    kernels.back().stages.push_back(std::move(piece.stage));
  }
  return kernels;
}

void collapse_loops(Kernel& kernel) {
  for (Stage& stage : kernel.stages) {
    for (std::size_t l = stage.loops.size(); l-- > kernel.outer;) {
      if (stage.loops[l] == 1) erase_loop(stage, l);
    }
    for (std::size_t l = stage.loops.size(); l-- > kernel.outer + 1;) {
      if (l == stage.parallel || !run_as_one(stage, l - 1)) continue;
      stage.loops[l] *= stage.loops[l - 1];
      erase_loop(stage, l - 1);
    }
    classify(stage);
  }
}

}  // namespace gradwright::lowering
