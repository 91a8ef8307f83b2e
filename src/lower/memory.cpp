// A place in the workspace for every buffer. Scratch is placed in the order of its first use, in the first gap that is free as long as it lives.
#include <algorithm>
#include <map>

#include "lower/schedule.h"

namespace gradwright::lowering {
namespace {

constexpr std::int64_t alignment = 16;  // elements: 64 bytes of float

std::int64_t aligned(std::int64_t count) {
  return (std::max<std::int64_t>(count, 1) + alignment - 1) / alignment * alignment;
}

struct Life {
  std::size_t first = static_cast<std::size_t>(-1);
  std::size_t last = 0;
};

std::vector<Life> lives(const Plan& plan) {
  std::vector<Life> all(plan.buffers.size());
  const auto touch = [&](BufferId id, std::size_t kernel) {
    Life& life = all[id.index()];
    life.first = std::min(life.first, kernel);
    life.last = std::max(life.last, kernel);
  };
  for (std::size_t k = 0; k < plan.kernels.size(); ++k) {
    const Kernel& kernel = plan.kernels[k];
    if (kernel.call) {
      for (const BufferId id : {kernel.call->in, kernel.call->out, kernel.call->work}) touch(id, k);
    }
    for (const Stage& stage : kernel.stages) {
      for (const Body* body : {&stage.body, &stage.finish}) {
        for (const Instruction& it : *body) {
          if (it.op == Op::load || it.op == Op::gather) touch(it.buffer, k);
        }
      }
      for (const Store& store : stage.stores) touch(store.buffer, k);
    }
  }
  return all;
}

}  // namespace

void place_buffers(Plan& plan) {
  const std::vector<Life> life = lives(plan);
  std::int64_t end = 0;
  std::vector<std::size_t> scratch;
  for (std::size_t i = 0; i < plan.buffers.size(); ++i) {
    Buffer& buffer = plan.buffers[i];
    if (buffer.storage == Storage::scratch) {
      if (life[i].first <= life[i].last) scratch.push_back(i);
      continue;
    }
    buffer.offset = end;
    end += aligned(buffer.count());
  }
  std::stable_sort(scratch.begin(), scratch.end(),
                   [&](std::size_t a, std::size_t b) { return life[a].first < life[b].first; });
  const std::int64_t base = end;
  std::map<std::int64_t, std::size_t> placed;  // by offset: who lives there now
  for (const std::size_t i : scratch) {
    Buffer& buffer = plan.buffers[i];
    std::int64_t offset = base;
    for (auto it = placed.begin(); it != placed.end();) {
      if (life[it->second].last < life[i].first) {
        it = placed.erase(it);
        continue;
      }
      if (it->first - offset >= aligned(buffer.count())) break;
      offset = it->first + aligned(plan.buffers[it->second].count());
      ++it;
    }
    buffer.offset = offset;
    placed.emplace(offset, i);
    end = std::max(end, offset + aligned(buffer.count()));
  }
  plan.workspace = end;
}

}  // namespace gradwright::lowering
