#include "emit/c_stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "lower/print.h"

namespace gradwright::emitting {
namespace {

constexpr std::int64_t block_size = 256;  ///< totals of a block: they stay in the first cache

std::string guards_text(const std::vector<Guard>& guards, const std::vector<std::int64_t>& loops) {
  std::string text;
  const auto add = [&](const std::string& condition) { text += (text.empty() ? "" : " && ") + condition; };
  for (const Guard& guard : guards) {
    const Range range = range_of(guard.form, loops);
    const std::string form = affine_text(guard.form);
    if (range.low < 0) add(form + " >= 0");
    if (range.high >= guard.count) add(fmt::format("{} < {}", form, guard.count));
  }
  return text;
}

class StageText {
 public:
  StageText(StageSource source, std::string indent)
      : stage_(source.stage),
        outer_(source.outer),
        names_(source.names),
        scalars_(source.scalars),
        part_(source.part),
        indent_(std::move(indent)) {}

  std::string finish_only(const std::string& total) {
    total_ = total;
    finish("");
    return text_;
  }

  std::string totals() {
    accumulate();
    for (std::size_t i = 0; i < stage_.accumulators.size(); ++i)
      line(fmt::format("totals[part * {} + {}] = total{};", stage_.accumulators.size(), i, i));
    return text_;
  }

  std::string together(std::int64_t parts) {
    starts();
    begin(fmt::format("for (long part = 0; part < {}; ++part) {{\n", parts));
    for (std::size_t i = 0; i < stage_.accumulators.size(); ++i)
      line(step(stage_.accumulators[i].reduction, fmt::format("total{}", i),
                fmt::format("totals[part * {} + {}]", stage_.accumulators.size(), i)));
    close();
    finish("");
    return text_;
  }

  /// The parallel loops around what is innermost, in order.
  std::vector<std::size_t> around() const {
    std::vector<std::size_t> parallel;
    for (std::size_t l = outer_; l < stage_.parallel; ++l) parallel.push_back(l);
    if (const auto across = loop_of_totals()) std::erase(parallel, *across);
    return parallel;
  }
  std::optional<std::size_t> across() const { return loop_of_totals(); }
  std::size_t first_reduced() const { return reduced_loops(best_reduced()).front(); }

  std::string text() {
    const std::vector<std::size_t> parallel = around();
    const std::optional<std::size_t> across = loop_of_totals();
    for (const std::size_t l : parallel) {
      if (stage_.accumulators.empty() && l + 1 == stage_.parallel) simd("");
      open(l);
    }
    if (across) {
      blocked(*across);
    } else {
      if (parallel.empty()) begin_block();
      plain();
      if (parallel.empty()) end_block();
    }
    while (depth_ > 0) close();
    return text_;
  }

 private:
  void line(const std::string& text) { text_ += indent_ + text + "\n"; }
  void begin(const std::string& head) {
    text_ += indent_ + head;
    indent_ += "  ";
    ++depth_;
  }
  void open(std::size_t loop) { begin(loop == part_ ? part_head(loop) : loop_head(loop, stage_.loops[loop])); }
  void begin_block() { begin("{\n"); }
  void end_block() { close(); }
  void close() {
    indent_.resize(indent_.size() - 2);
    line("}");
    --depth_;
  }
  void simd(const std::string& clause) {
    line(clause.empty() ? "GW_SIMD" : fmt::format("GW_PRAGMA(omp simd {})", clause));
  }

  /// What a turn of the innermost loop costs for its loads: nothing where they stay, little where they walk, much where they jump.
  double cost_along(std::size_t loop) const {
    double cost = 0;
    for (const Instruction& it : stage_.body) {
      if (it.op == Op::gather) cost += 8;
      if (it.op != Op::load) continue;
      const std::int64_t step = stride(it.at, loop);
      cost += step == 0 ? 0 : step == 1 ? 1 : 8;
    }
    return cost;
  }

  std::size_t best_reduced() const {
    std::size_t best = stage_.loops.size() - 1;
    for (std::size_t l = stage_.parallel; l < stage_.loops.size(); ++l) {
      if (cost_along(l) < cost_along(best)) best = l;
    }
    return best;
  }

  /// The parallel loop to run innermost, over a block of totals; none: the reduced loop is the better one.
  std::optional<std::size_t> loop_of_totals() const {
    if (stage_.accumulators.empty() || stage_.parallel == stage_.loops.size()) return std::nullopt;
    std::optional<std::size_t> best;
    for (std::size_t l = outer_; l < stage_.parallel; ++l) {
      if (stage_.loops[l] >= 8 && (!best || cost_along(l) <= cost_along(*best))) best = l;
    }
    const std::size_t reduced = best_reduced();
    const bool is_sum = std::all_of(stage_.accumulators.begin(), stage_.accumulators.end(),
                                    [](const Accumulator& a) { return a.reduction == Reduction::sum; });
    if (best && is_sum && stage_.loops[reduced] >= 16 && cost_along(reduced) < cost_along(*best)) return std::nullopt;
    return best;
  }

  std::vector<std::size_t> reduced_loops(std::optional<std::size_t> innermost) const {
    std::vector<std::size_t> loops;
    for (std::size_t l = stage_.parallel; l < stage_.loops.size(); ++l) {
      if (l != innermost) loops.push_back(l);
    }
    if (innermost) loops.push_back(*innermost);
    return loops;
  }

  std::string start(Reduction reduction) const {
    return scalars_.number(reduction == Reduction::sum    ? 0
                           : reduction == Reduction::prod ? 1
                           : reduction == Reduction::max  ? -INFINITY
                                                          : INFINITY);
  }

  static std::string step(Reduction reduction, const std::string& total, const std::string& x) {
    if (reduction == Reduction::sum) return fmt::format("{} += {};", total, x);
    if (reduction == Reduction::prod) return fmt::format("{} *= {};", total, x);
    const char sign = reduction == Reduction::max ? '>' : '<';
    return fmt::format("{0} = {1} {2} {0} || {1} != {1} ? {1} : {0};", total, x, sign);
  }

  void starts() {
    for (std::size_t i = 0; i < stage_.accumulators.size(); ++i)
      line(fmt::format("{} total{} = {};", scalars_.real(), i, start(stage_.accumulators[i].reduction)));
  }

  /// One total an accumulator.
  void plain() {
    accumulate();
    finish("");
  }

  void accumulate() {
    starts();
    if (!stage_.accumulators.empty()) {
      const std::size_t before = depth_;
      const bool has_loops = stage_.parallel < stage_.loops.size();
      const std::vector<std::size_t> loops = reduced_loops(has_loops ? std::optional(best_reduced()) : std::nullopt);
      for (const std::size_t l : loops) {
        if (l == loops.back()) sums_in_lanes();
        open(l);
      }
      if (loops.empty()) begin_block();
      body(stage_.body, 'r', "");
      for (std::size_t i = 0; i < stage_.accumulators.size(); ++i)
        line(step(stage_.accumulators[i].reduction, fmt::format("total{}", i),
                  fmt::format("r{}", stage_.accumulators[i].value)));
      while (depth_ > before) close();
    }
  }

  void sums_in_lanes() {
    std::string totals;
    for (std::size_t i = 0; i < stage_.accumulators.size(); ++i) {
      if (stage_.accumulators[i].reduction != Reduction::sum) return;
      totals += fmt::format("{}total{}", totals.empty() ? "" : ", ", i);
    }
    simd(fmt::format("reduction(+ : {})", totals));
  }

  /// Totals of a block of the parallel loop `across`, which runs innermost.
  void blocked(std::size_t across) {
    const std::int64_t all = stage_.loops[across];
    const std::int64_t size = std::min(all, block_size);
    const bool is_whole = all == size && across != part_;
    const bool has_rest = all % size != 0 || across == part_;  // a part may end within a block
    if (is_whole) {
      begin_block();
    } else if (across == part_) {
      begin(fmt::format("for (long block = first; block < last; block += {}) {{\n", size));
      line(fmt::format("const long count = last - block < {0} ? last - block : {0};", size));
    } else {
      begin(fmt::format("for (long block = 0; block < {}; block += {}) {{\n", all, size));
      if (all % size != 0) line(fmt::format("const long count = {0} - block < {1} ? {0} - block : {1};", all, size));
    }
    const std::string count = has_rest ? "count" : fmt::format("{}", size);
    const auto over_block = [&] {
      simd("");
      begin(fmt::format("for (long b = 0; b < {}; ++b) {{\n", count));
      line(fmt::format("const long i{} = {};", across, is_whole ? "b" : "block + b"));
      line(fmt::format("(void)i{};", across));
    };
    for (std::size_t i = 0; i < stage_.accumulators.size(); ++i)
      line(fmt::format("{} total{}[{}];", scalars_.real(), i, size));
    begin(fmt::format("for (long b = 0; b < {}; ++b) {{\n", count));
    for (std::size_t i = 0; i < stage_.accumulators.size(); ++i)
      line(fmt::format("total{}[b] = {};", i, start(stage_.accumulators[i].reduction)));
    close();
    const std::size_t before = depth_;
    for (const std::size_t l : reduced_loops(std::nullopt)) open(l);
    over_block();
    body(stage_.body, 'r', "");
    for (std::size_t i = 0; i < stage_.accumulators.size(); ++i)
      line(step(stage_.accumulators[i].reduction, fmt::format("total{}[b]", i),
                fmt::format("r{}", stage_.accumulators[i].value)));
    while (depth_ > before) close();
    over_block();
    finish("[b]");
  }

  void finish(const std::string& subscript) {
    body(stage_.finish, 'v', subscript);
    for (const Store& store : stage_.stores)
      line(fmt::format("{}[{}] = v{};", names_[store.buffer.index()], affine_text(store.at), store.value));
  }

  void body(const Body& body, char prefix, const std::string& subscript) {
    const std::vector<bool> live = live_values(stage_, body);
    for (std::size_t i = 0; i < body.size(); ++i) {
      if (live[i])
        line(fmt::format("const {} {}{} = {};", scalars_.real(), prefix, i, value(body[i], prefix, subscript)));
    }
  }

  std::string value(const Instruction& it, char prefix, const std::string& subscript) {
    const auto arg = [&](std::size_t i) {
      return i < arity(it.op) ? fmt::format("{}{}", prefix, it.args[i]) : std::string();
    };
    const std::string condition = guards_text(it.guards, stage_.loops);
    const auto guarded = [&](const std::string& text) {
      return condition.empty() ? text : fmt::format("{} ? {} : {}", condition, text, scalars_.number(0));
    };
    switch (it.op) {
      case Op::constant: return scalars_.number(it.number);
      case Op::index: return fmt::format("({})({})", scalars_.real(), affine_text(it.at));
      case Op::load: return guarded(fmt::format("{}[{}]", names_[it.buffer.index()], affine_text(it.at)));
      case Op::gather:
        return fmt::format(
            "{0} >= 1 && {0} <= {1} ? ({2}) : ({3})NAN", arg(0), it.rows,
            guarded(fmt::format("{}[{} + (long){} - 1]", names_[it.buffer.index()], affine_text(it.at), arg(0))),
            scalars_.real());
      case Op::mask: return guarded(arg(0));
      case Op::accumulator: return total_.empty() ? fmt::format("total{}{}", it.rows, subscript) : total_;
      default: return scalars_.call(it.op, arg(0), arg(1), arg(2));
    }
  }

  const Stage& stage_;
  std::size_t outer_;
  const std::vector<std::string>& names_;
  CScalars& scalars_;
  std::optional<std::size_t> part_;
  std::string indent_;
  std::string text_;
  std::size_t depth_ = 0;
  std::string total_;  ///< instead of total0
};

}  // namespace

std::string stage_text(StageSource source, const std::string& indent) { return StageText(source, indent).text(); }
std::string totals_text(StageSource source, const std::string& indent) { return StageText(source, indent).totals(); }
std::string together_text(StageSource source, const std::string& indent, std::int64_t parts) {
  return StageText(source, indent).together(parts);
}

namespace {
/// To ask which loop runs where; nothing is written.
template <class Ask>
auto asked(const Stage& stage, Ask ask) {
  const std::vector<std::string> names;
  CScalars scalars(Precision::float64);
  return ask(StageText({stage, 0, names, scalars}, ""));
}
}  // namespace

std::size_t first_parallel_loop(const Stage& stage) {
  return asked(stage, [](const StageText& text) {
    const std::vector<std::size_t> loops = text.around();
    return loops.empty() ? text.across().value_or(0) : loops[0];
  });
}
std::size_t first_reduced_loop(const Stage& stage) {
  return asked(stage, [](const StageText& text) { return text.first_reduced(); });
}
bool is_innermost(const Stage& stage, std::size_t loop) {
  if (asked(stage, [](const StageText& text) { return text.across(); }) == loop) return true;
  return stage.accumulators.empty() && loop + 1 == stage.parallel;
}

std::string finish_text(const Stage& stage, const std::vector<std::string>& names, CScalars& scalars,
                        const std::string& indent, const std::string& total) {
  return StageText({stage, 0, names, scalars}, indent).finish_only(total);
}

std::vector<std::pair<BufferId, bool>> touched(std::span<const Stage> stages, bool by_finish_alone) {
  std::map<std::uint32_t, bool> all;
  for (const Stage& stage : stages) {
    for (const Body* body : {&stage.body, &stage.finish}) {
      if (by_finish_alone && body == &stage.body) continue;
      const std::vector<bool> live = live_values(stage, *body);
      for (std::size_t i = 0; i < body->size(); ++i) {
        const Instruction& it = (*body)[i];
        if (live[i] && (it.op == Op::load || it.op == Op::gather))
          all.emplace(static_cast<std::uint32_t>(it.buffer.index()), false);
      }
    }
    for (const Store& store : stage.stores) all[static_cast<std::uint32_t>(store.buffer.index())] = true;
  }
  std::vector<std::pair<BufferId, bool>> list;
  for (const auto& [id, is_written] : all) list.emplace_back(BufferId{id}, is_written);
  return list;
}

std::string loop_head(std::size_t loop, std::int64_t count) {
  return fmt::format("for (long i{0} = 0; i{0} < {1}; ++i{0}) {{\n", loop, count);
}

std::string part_head(std::size_t loop) {
  return fmt::format("for (long i{0} = first; i{0} < last; ++i{0}) {{\n", loop);
}

std::vector<bool> live_values(const Stage& stage, const Body& body) {
  std::vector<bool> live(body.size(), false);
  if (&body == &stage.body) {
    for (const Accumulator& accumulator : stage.accumulators) live[accumulator.value] = true;
  } else {
    for (const Store& store : stage.stores) live[store.value] = true;
  }
  for (std::size_t i = body.size(); i-- > 0;) {
    for (std::size_t k = 0; live[i] && k < arity(body[i].op); ++k) live[body[i].args[k]] = true;
  }
  return live;
}

}  // namespace gradwright::emitting
