#include "lower/cut.h"

#include <algorithm>

#include "lower/schedule.h"

namespace gradwright {
namespace {

struct Touched {
  std::vector<BufferId> read, written;
};

Touched touched_by(const Kernel& kernel) {
  Touched all;
  if (kernel.call) {
    all.read = {kernel.call->in};
    all.written = {kernel.call->out, kernel.call->work};
  }
  for (const Stage& stage : kernel.stages) {
    for (const Body* body : {&stage.body, &stage.finish}) {
      for (const Instruction& it : *body) {
        if (it.op == Op::load || it.op == Op::gather) all.read.push_back(it.buffer);
      }
    }
    for (const Store& store : stage.stores) all.written.push_back(store.buffer);
  }
  return all;
}

class Cutter {
 public:
  explicit Cutter(Plan plan) : whole_(std::move(plan)) {
    std::vector<std::vector<std::size_t>> writers(whole_.buffers.size()), readers(whole_.buffers.size());
    for (std::size_t k = 0; k < whole_.kernels.size(); ++k) {
      const Touched touched = touched_by(whole_.kernels[k]);
      std::vector<std::size_t>& before = before_.emplace_back();
      const auto after = [&](const std::vector<std::size_t>& them) {
        before.insert(before.end(), them.begin(), them.end());
      };
      for (const BufferId id : touched.read) after(writers[id.index()]);
      for (const BufferId id : touched.written) {
        after(writers[id.index()]);
        after(readers[id.index()]);
      }
      for (const BufferId id : touched.read) readers[id.index()].push_back(k);
      for (const BufferId id : touched.written) writers[id.index()].push_back(k);
      std::erase(before, k);
    }
    for (const BufferId id : whole_.outputs) makers_.push_back(writers[id.index()]);
  }

  std::vector<Cut> parts(std::int64_t least) {
    std::vector<std::size_t> waiting(whole_.outputs.size());
    for (std::size_t i = 0; i < waiting.size(); ++i) waiting[i] = waiting.size() - 1 - i;
    std::vector<std::vector<std::size_t>> kernels(1);
    std::vector<Cut> cuts(1);
    std::int64_t made = 0;
    std::vector<bool> is_done(whole_.kernels.size(), false);
    while (!waiting.empty()) {
      std::vector<std::vector<std::size_t>> needs;
      for (const std::size_t output : waiting) needs.push_back(needed(makers_[output], is_done));
      const auto least_needed = std::min_element(
          needs.begin(), needs.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
      const auto at = waiting.begin() + (least_needed - needs.begin());
      if (made >= least && !least_needed->empty()) {
        cuts.emplace_back();
        kernels.emplace_back();
        made = 0;
      }
      for (const std::size_t k : *least_needed) {
        is_done[k] = true;
        kernels.back().push_back(k);
      }
      cuts.back().outputs.push_back(*at);
      made += whole_[whole_.outputs[*at]].count();
      waiting.erase(at);
    }
    return with_kernels(std::move(cuts), kernels);
  }

 private:
  /// Kernels still to be run, in the order of the plan.
  std::vector<std::size_t> needed(std::vector<std::size_t> open, const std::vector<bool>& is_done) const {
    std::vector<bool> is_needed(whole_.kernels.size(), false);
    std::vector<std::size_t> found;
    while (!open.empty()) {
      const std::size_t k = open.back();
      open.pop_back();
      if (is_done[k] || is_needed[k]) continue;
      is_needed[k] = true;
      found.push_back(k);
      open.insert(open.end(), before_[k].begin(), before_[k].end());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  /// Places in the workspace follow from the new order, and are the same in all parts.
  std::vector<Cut> with_kernels(std::vector<Cut> cuts, const std::vector<std::vector<std::size_t>>& chosen) {
    std::vector<Kernel> old = std::move(whole_.kernels);
    whole_.kernels.clear();
    for (const auto& part : chosen) {
      for (const std::size_t k : part) whole_.kernels.push_back(std::move(old[k]));
    }
    lowering::place_buffers(whole_);
    std::vector<Kernel> ordered = std::move(whole_.kernels);
    whole_.kernels.clear();
    std::size_t next = 0;
    for (std::size_t part = 0; part < cuts.size(); ++part) {
      cuts[part].plan = whole_;
      for (std::size_t i = 0; i < chosen[part].size(); ++i)
        cuts[part].plan.kernels.push_back(std::move(ordered[next++]));
    }
    hand_over(cuts);
    return cuts;
  }

  /// What one part writes and a later one reads is an output of the one and an input of the other.
  static void hand_over(std::vector<Cut>& cuts) {
    const std::size_t count = cuts[0].plan.buffers.size();
    std::vector<std::size_t> last_read(count, 0), first_written(count, cuts.size());
    std::vector<std::vector<bool>> is_read(cuts.size()), is_written(cuts.size());
    for (std::size_t part = 0; part < cuts.size(); ++part) {
      is_read[part].resize(count);
      is_written[part].resize(count);
      for (const Kernel& kernel : cuts[part].plan.kernels) {
        const Touched touched = touched_by(kernel);
        for (const BufferId id : touched.read) is_read[part][id.index()] = true;
        for (const BufferId id : touched.written) is_written[part][id.index()] = true;
      }
      for (std::size_t id = 0; id < count; ++id) {
        if (is_read[part][id]) last_read[id] = part;
        if (is_written[part][id]) first_written[id] = std::min(first_written[id], part);
      }
    }
    for (std::size_t part = 0; part < cuts.size(); ++part) {
      Plan& plan = cuts[part].plan;
      for (std::size_t id = 0; id < count; ++id) {
        if (first_written[id] >= last_read[id]) continue;
        if (first_written[id] == part) plan.buffers[id].storage = Storage::output;
        if (first_written[id] >= part || !is_read[part][id]) continue;
        plan.buffers[id].storage = is_written[part][id] ? Storage::state : Storage::input;
        plan.inputs.push_back(BufferId{static_cast<std::uint32_t>(id)});
      }
    }
  }

  Plan whole_;
  std::vector<std::vector<std::size_t>> before_;  ///< of each kernel: those that must have run
  std::vector<std::vector<std::size_t>> makers_;  ///< of each output: kernels that write it
};

}  // namespace

std::vector<Cut> cut_by_outputs(Plan plan, std::int64_t least) { return Cutter(std::move(plan)).parts(least); }

}  // namespace gradwright
