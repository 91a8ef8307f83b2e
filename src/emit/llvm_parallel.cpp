#include "emit/llvm_parallel.h"

#include <algorithm>

#include "emit/llvm_stage.h"

namespace gradwright::emitting {
namespace {

/// Which parts: as many as are whole, or the last one, which is shorter.
struct PartsOfStage {
  const Split& split;
  std::int64_t count = 0;  ///< the index of a part is below it
  std::int64_t turns = 0;  ///< of one of them
};

/// The form where loop `split.loop` is two: a first one over parts, and one within a part in its old place.
Affine divided(const Affine& form, const Split& split) {
  Affine result = form;
  const std::int64_t stride = split.loop < form.strides.size() ? form.strides[split.loop] : 0;
  result.strides.insert(result.strides.begin(), stride * split.size);
  return result;
}

/// Every form of instructions and stores, by `change`.
template <class Change>
void change_forms(Stage& stage, const Change& change) {
  for (Body* body : {&stage.body, &stage.finish}) {
    for (Instruction& it : *body) {
      it.at = change(it.at);
      for (Guard& guard : it.guards) guard.form = change(guard.form);
    }
  }
  for (Store& store : stage.stores) store.at = change(store.at);
}

Stage divided(const Stage& stage, const PartsOfStage& parts) {
  Stage result = stage;
  result.contraction.reset();
  result.loops[parts.split.loop] = parts.turns;
  result.loops.insert(result.loops.begin(), parts.count);
  ++result.parallel;
  change_forms(result, [&](const Affine& form) { return divided(form, parts.split); });
  return result;
}

std::int64_t width_of(const Stage& stage) { return static_cast<std::int64_t>(stage.accumulators.size()); }

/// The totals of each part instead of what the stage does with them.
void keep_totals(Stage& stage, BufferId totals) {
  stage.finish.clear();
  stage.stores.clear();
  for (std::int64_t i = 0; i < width_of(stage); ++i) {
    Instruction total;
    total.op = Op::accumulator;
    total.rows = i;
    stage.finish.push_back(total);
    stage.stores.push_back({totals, {i, {width_of(stage)}}, static_cast<Value>(i)});
  }
}

/// The totals of all parts put together, and what the stage does with that.
Stage together(const Stage& stage, const Split& split, BufferId totals) {
  Stage result = stage;
  change_forms(result, [](const Affine& form) { return Affine{form.offset, {}}; });
  result.loops = {split.parts};
  result.contraction.reset();
  result.body.clear();
  for (std::int64_t i = 0; i < width_of(stage); ++i) {
    Instruction total;
    total.op = Op::load;
    total.buffer = totals;
    total.at = {i, {width_of(stage)}};
    result.body.push_back(total);
    result.accumulators[static_cast<std::size_t>(i)].value = static_cast<Value>(i);
  }
  return result;
}

class ParallelWriter {
 public:
  using Block = LlvmFunction::Block;

  ParallelWriter(const ParallelPlace& place, const Split& split, LlvmMath& math)
      : place_(place), split_(split), math_(math), buffers_(place.buffers), touched_(place.touched) {
    if (!split.is_reduced) return;
    totals_ = BufferId{static_cast<std::uint32_t>(buffers_.size())};
    touched_.push_back(buffers_.size());
    buffers_.emplace_back("%totals");
  }

  std::string text() {
    const Stage& stage = place_.kernel.stages[0];
    const std::int64_t extent = stage.loops[split_.loop], whole = extent / split_.size, rest = extent % split_.size;
    std::string text = part_function("part", {split_, whole, split_.size});
    if (rest > 0) text += part_function("rest", {split_, split_.parts, rest});
    text += range_function(whole, rest > 0);
    LlvmFunction f(fmt::format("define internal void @{}({}) #1", place_.name, place_.parameters));
    if (split_.is_reduced)
      f.line(0, fmt::format("%totals = alloca [{} x {}], align 64", split_.parts * width_of(stage), real()));
    const std::string context = f.emit(0, fmt::format("alloca [{} x ptr], align 8", touched_.size()));
    for (std::size_t k = 0; k < touched_.size(); ++k) {
      const std::string at = f.emit(0, fmt::format("getelementptr ptr, ptr {}, i64 {}", context, k));
      f.line(0, fmt::format("store ptr {}, ptr {}", buffers_[touched_[k]], at));
    }
    math_.declare("declare void @gradwright_parallel(i64, i64, ptr, ptr)");
    f.line(0, fmt::format("call void @gradwright_parallel(i64 {}, i64 1, ptr @{}_parts, ptr {})", split_.parts,
                          place_.name, context));
    Block at = 0;
    if (split_.is_reduced) {
      const std::vector<std::string> no_index;
      at = write_stage(f, at, {together(stage, split_, totals_), 0, buffers_, no_index}, math_);
    }
    f.end(at, "ret void");
    return text + f.text();
  }

 private:
  std::string real() const { return math_.shape(1).scalar(); }

  /// One part: its index is the last parameter.
  std::string part_function(const char* what, const PartsOfStage& parts) {
    Kernel kernel;
    kernel.outer = place_.kernel.outer + 1;
    for (const Stage& stage : place_.kernel.stages) {
      kernel.stages.push_back(divided(stage, parts));
      if (split_.is_reduced) keep_totals(kernel.stages.back(), totals_);
    }
    std::string parameters;
    for (const std::size_t id : touched_) parameters += fmt::format("ptr noalias {}, ", buffers_[id]);
    LlvmFunction f(fmt::format("define internal void @{}_{}({}i64 %part) #1", place_.name, what, parameters));
    f.end(write_kernel(f, 0, {kernel, buffers_, {"%part"}}, math_), "ret void");
    return f.text();
  }

  /// The parts of a range, one after another.
  std::string range_function(std::int64_t whole, bool has_rest) {
    LlvmFunction f(fmt::format("define internal void @{}_parts(ptr %context, i64 %begin, i64 %end) #0", place_.name));
    std::string arguments;
    for (std::size_t k = 0; k < touched_.size(); ++k) {
      const std::string at = f.emit(0, fmt::format("getelementptr ptr, ptr %context, i64 {}", k));
      arguments += fmt::format("ptr {}, ", f.emit(0, fmt::format("load ptr, ptr {}", at)));
    }
    const Block head = f.block("head"), next = f.block("next"), done = f.block("done");
    const auto branch = [&](Block from, const std::string& condition, Block yes, Block no) {
      f.end(from, fmt::format("br i1 {}, label %{}, label %{}", condition, f.label(yes), f.label(no)));
    };
    const auto call = [&](Block b, const char* what) {
      f.line(b, fmt::format("call void @{}_{}({}i64 %part)", place_.name, what, arguments));
      f.jump(b, next);
    };
    branch(0, f.emit(0, "icmp slt i64 %begin, %end"), head, done);
    f.line(head, fmt::format("%part = phi i64 [ %begin, %entry ], [ %after, %{} ]", f.label(next)));
    if (has_rest) {
      const Block part = f.block("part"), rest = f.block("rest");
      branch(head, f.emit(head, fmt::format("icmp slt i64 %part, {}", whole)), part, rest);
      call(part, "part");
      call(rest, "rest");
    } else {
      call(head, "part");
    }
    f.line(next, "%after = add nsw i64 %part, 1");
    branch(next, f.emit(next, "icmp slt i64 %after, %end"), head, done);
    f.end(done, "ret void");
    return f.text();
  }

  const ParallelPlace& place_;
  const Split& split_;
  LlvmMath& math_;
  std::vector<std::string> buffers_;
  std::vector<std::size_t> touched_;
  BufferId totals_{};
};

}  // namespace

std::optional<Split> llvm_split_of(const Kernel& kernel, const LlvmOptions& options) {
  return split_of(kernel, options.least_parallel, options.precision, [&](const Stage& stage) {
    constexpr std::int64_t long_enough = 16;
    const Schedule schedule = schedule_of(stage, 0, options);
    const std::size_t end = stage.parallel > 0 ? stage.parallel : stage.loops.size();
    std::optional<std::size_t> best;
    for (std::size_t l = 0; l < end; ++l) {
      if (l == schedule.vector_loop) continue;
      if (!best || (stage.loops[*best] < long_enough && stage.loops[l] > stage.loops[*best])) best = l;
    }
    const auto v = schedule.vector_loop;
    const bool is_short = best && v && *v < end && stage.loops[*best] < 4 && stage.loops[*v] > 4 * step_of_vectors;
    if (!best || is_short) return Cut{v.value_or(0), step_of_vectors};
    return Cut{*best, schedule.repeats[*best]};
  });
}

std::string llvm_parallel_functions(const ParallelPlace& place, const Split& split, LlvmMath& math) {
  return ParallelWriter(place, split, math).text();
}

}  // namespace gradwright::emitting
