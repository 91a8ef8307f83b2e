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
  explicit Cutter(Plan plan) : whole_(std::move(plan)), is_done_(whole_.kernels.size(), false) {
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

  OutputGroups groups(std::int64_t least) {
    std::vector<std::size_t> waiting(whole_.outputs.size());
    for (std::size_t i = 0; i < waiting.size(); ++i) waiting[i] = waiting.size() - 1 - i;
    OutputGroups found(1);
    std::int64_t made = 0;
    while (!waiting.empty()) {
      std::vector<std::size_t> counts;
      for (const std::size_t output : waiting) counts.push_back(needed(output).size());
      const auto fewest = std::min_element(counts.begin(), counts.end());
      const auto at = waiting.begin() + (fewest - counts.begin());
      if (made >= least && *fewest > 0) {
        found.emplace_back();
        made = 0;
      }
      (void)taken(*at);
      found.back().push_back(*at);
      made += whole_[whole_.outputs[*at]].count();
      waiting.erase(at);
    }
    return found;
  }

  /// Places in the workspace follow from the new order, and are the same in all parts.
  std::vector<Plan> parts(const OutputGroups& groups) {
    std::vector<std::vector<Kernel>> chosen;
    std::vector<Kernel> order;
    for (const auto& group : groups) {
      std::vector<Kernel>& kernels = chosen.emplace_back();
      for (const std::size_t output : group) {
        for (const std::size_t k : taken(output)) kernels.push_back(whole_.kernels[k]);
      }
      order.insert(order.end(), kernels.begin(), kernels.end());
    }
    whole_.kernels = std::move(order);
    lowering::place_buffers(whole_);
    whole_.kernels.clear();
    std::vector<Plan> plans(groups.size(), whole_);
    for (std::size_t part = 0; part < plans.size(); ++part) plans[part].kernels = std::move(chosen[part]);
    hand_over(plans);
    return plans;
  }

 private:
  /// Kernels still to be run for an output, in the order of the plan.
  std::vector<std::size_t> needed(std::size_t output) const {
    std::vector<std::size_t> open = makers_[output], found;
    std::vector<bool> is_needed(whole_.kernels.size(), false);
    while (!open.empty()) {
      const std::size_t k = open.back();
      open.pop_back();
      if (is_done_[k] || is_needed[k]) continue;
      is_needed[k] = true;
      found.push_back(k);
      open.insert(open.end(), before_[k].begin(), before_[k].end());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  std::vector<std::size_t> taken(std::size_t output) {
    std::vector<std::size_t> kernels = needed(output);
    for (const std::size_t k : kernels) is_done_[k] = true;
    return kernels;
  }

  /// What one part writes and a later one reads is an output of the one and an input of the other.
  static void hand_over(std::vector<Plan>& plans) {
    const std::size_t count = plans[0].buffers.size();
    std::vector<std::size_t> last_read(count, 0), first_written(count, plans.size());
    std::vector<std::vector<bool>> is_read(plans.size()), is_written(plans.size());
    for (std::size_t part = 0; part < plans.size(); ++part) {
      is_read[part].resize(count);
      is_written[part].resize(count);
      for (const Kernel& kernel : plans[part].kernels) {
        const Touched touched = touched_by(kernel);
        for (const BufferId id : touched.read) is_read[part][id.index()] = true;
        for (const BufferId id : touched.written) is_written[part][id.index()] = true;
      }
      for (std::size_t id = 0; id < count; ++id) {
        if (is_read[part][id]) last_read[id] = part;
        if (is_written[part][id]) first_written[id] = std::min(first_written[id], part);
      }
    }
    for (std::size_t part = 0; part < plans.size(); ++part) {
      Plan& plan = plans[part];
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
  std::vector<bool> is_done_;
  std::vector<std::vector<std::size_t>> before_;  ///< of each kernel: those that must have run
  std::vector<std::vector<std::size_t>> makers_;  ///< of each output: kernels that write it
};

}  // namespace

OutputGroups output_groups(const Plan& plan, std::int64_t least) { return Cutter(plan).groups(least); }

std::vector<Plan> cut(Plan plan, const OutputGroups& groups) { return Cutter(std::move(plan)).parts(groups); }

}  // namespace gradwright
