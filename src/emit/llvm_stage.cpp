// The loops of a stage, opened from the outside in. A value is written into the block of the innermost loop that it depends on, once for
// all repetitions that share it. Where a loop does not divide by its vectors, the rest is written once more, under a mask.
#include "emit/llvm_stage.h"

#include <algorithm>
#include <bit>

#include "emit/c_stage.h"
#include "emit/llvm_values.h"

namespace gradwright::emitting {
namespace {

class StageWriter {
 public:
  using Block = LlvmFunction::Block;

  StageWriter(LlvmFunction& f, Block from, const StagePlace& place, LlvmMath& math)
      : f_(f),
        stage_(place.stage),
        math_(math),
        schedule_(schedule_of(place.stage, place.outer, math.options())),
        values_(f, place, math, schedule_),
        at_(f.block("stage")) {
    f_.jump(from, at_);
    const auto v = schedule_.vector_loop;
    for (std::size_t l = place.outer; l < stage_.loops.size(); ++l) {
      if (l != v || l >= stage_.parallel) order_.push_back(l);
      if (l + 1 == stage_.parallel && v && *v < stage_.parallel) order_.push_back(*v);
    }
    if (v && *v >= stage_.parallel) {
      std::erase(order_, *v);
      order_.push_back(*v);
    }
    parallel_ = stage_.parallel - place.outer;
    values_.begin(order_, at_);
  }

  Block written() {
    const auto is_empty = [&](std::size_t l) { return stage_.loops[l] <= 0; };
    const bool has_none =
        std::any_of(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(parallel_), is_empty);
    if (!has_none) open(0);
    return at_;
  }

 private:
  bool is_vector_loop(std::size_t l) const { return l == schedule_.vector_loop; }

  /// The turns of one loop: a loop of whole steps, and what is left over. `inside` writes what they hold.
  template <class Inside>
  void turns(std::size_t depth, const Inside& inside) {
    const std::size_t l = order_[depth];
    const int lanes = is_vector_loop(l) ? schedule_.lanes : 1;
    const std::int64_t repeats = is_vector_loop(l) ? schedule_.vectors : schedule_.repeats[l];
    const std::int64_t extent = stage_.loops[l], step = repeats * lanes, whole = extent / step;
    const auto once = [&](std::int64_t at, std::int64_t times, int width, std::int64_t rest) {
      values_.enter(depth, "", at, times, width, rest, next_block());
      inside();
    };
    if (whole == 1) once(0, repeats, lanes, 0);
    if (whole > 1) loop(depth, whole * step, step, repeats, inside);
    std::int64_t at = whole * step, rest = extent - at;
    if (rest == 0) return;
    if (!is_vector_loop(l) || !wants_pieces(extent, rest % lanes)) {
      once(at, (rest + lanes - 1) / lanes, lanes, rest % lanes);
      return;
    }
    if (rest >= lanes) once(at, rest / lanes, lanes, 0);
    at += rest / lanes * lanes;
    rest %= lanes;
    for (int width = lanes / 2; width > 1; width /= 2) {
      if (rest < width) continue;
      once(at, 1, width, 0);
      at += width;
      rest -= width;
    }
    if (rest > 0) once(at, 1, 2, 1);
  }

  /// Short rows are written in vectors of fewer lanes rather than under a mask: a masked store makes the load of the next row wait.
  bool wants_pieces(std::int64_t extent, std::int64_t rest) const {
    const bool is_stored = *schedule_.vector_loop < stage_.parallel;
    return is_stored && extent < 4 * schedule_.lanes && std::popcount(static_cast<std::uint64_t>(rest)) <= 3;
  }

  Block next_block() {
    const Block next = f_.block();
    f_.jump(at_, next);
    at_ = next;
    return next;
  }

  template <class Inside>
  void loop(std::size_t depth, std::int64_t end, std::int64_t step, std::int64_t repeats, const Inside& inside) {
    const Block before = at_;
    const Block head = next_block();
    const std::string index = f_.fresh("i");
    const std::size_t line = f_.place_line(head);
    const std::vector<std::string> first = totals_;
    std::vector<std::size_t> lines;
    for (std::string& total : totals_) {
      lines.push_back(f_.place_line(head));
      total = f_.fresh("t");
    }
    const std::vector<std::string> merged = totals_;
    values_.enter(depth, index, 0, repeats, schedule_.lanes, 0, head);
    inside();
    const std::string next = f_.emit(at_, fmt::format("add nuw nsw i64 {}, {}", index, step));
    const std::string more = f_.emit(at_, fmt::format("icmp ult i64 {}, {}", next, end));
    const auto phi = [&](const std::string& name, const std::string& type, const std::string& a, const std::string& b) {
      return fmt::format("{} = phi {} [ {}, %{} ], [ {}, %{} ]", name, type, a, f_.label(before), b, f_.label(at_));
    };
    f_.replace(head, line, phi(index, "i64", "0", next));
    for (std::size_t i = 0; i < lines.size(); ++i)
      f_.replace(head, lines[i], phi(merged[i], values_.type_of_totals().type(), first[i], totals_[i]));
    const Block after = f_.block();
    f_.end(at_, fmt::format("br i1 {}, label %{}, label %{}", more, f_.label(head), f_.label(after)));
    at_ = after;
  }

  void open(std::size_t depth) {
    if (depth < parallel_) {
      turns(depth, [&] { open(depth + 1); });
      return;
    }
    if (!stage_.accumulators.empty()) reduce();
    values_.continue_at(parallel_, at_);
    for (const Parts& parts : values_.parallel_repetitions()) {
      const std::vector<Written> all = values_.of(stage_.finish, parts);
      for (const Store& store : stage_.stores) values_.store(store, all[store.value], parts);
    }
  }

  void reduce() {
    const bool in_lanes = schedule_.vector_loop && *schedule_.vector_loop >= stage_.parallel;
    if (in_lanes) values_.set_repeats(*schedule_.vector_loop, schedule_.vectors);
    const std::vector<Parts> slots = values_.repetitions();
    const VectorType s = values_.type_of_totals();
    totals_.clear();
    for (const Accumulator& accumulator : stage_.accumulators)
      totals_.insert(totals_.end(), slots.size(), s.number(LlvmMath::start(accumulator.reduction)));
    const auto is_empty = [&](std::size_t l) { return stage_.loops[l] <= 0; };
    if (std::none_of(order_.begin() + static_cast<std::ptrdiff_t>(parallel_), order_.end(), is_empty))
      reduced(parallel_, slots);
    if (in_lanes) gather_lanes(slots);
    values_.set_totals(std::move(totals_));
    totals_.clear();
  }

  void reduced(std::size_t depth, const std::vector<Parts>& slots) {
    if (depth < order_.size()) {
      turns(depth, [&] { reduced(depth + 1, slots); });
      return;
    }
    const VectorType s = values_.type_of_totals();
    for (const Parts& parts : values_.repetitions()) {
      const std::vector<Written> all = values_.of(stage_.body, parts);
      const auto slot = static_cast<std::size_t>(std::find(slots.begin(), slots.end(), parts) - slots.begin());
      for (std::size_t i = 0; i < stage_.accumulators.size(); ++i) {
        const Accumulator& accumulator = stage_.accumulators[i];
        std::string& total = totals_[i * slots.size() + slot];
        std::string x = values_.widened(all[accumulator.value], s);
        if (const std::string mask = values_.mask_of_rest(parts); !mask.empty() && s.lanes > 1 && values_.is_in_lanes())
          x = Arithmetic{f_, at_, s}.select(mask, x, s.number(LlvmMath::start(accumulator.reduction)));
        total = math_.step(f_, at_, s, accumulator.reduction, total, x);
      }
    }
  }

  /// The lanes and side by side vectors of each total become one number.
  void gather_lanes(const std::vector<Parts>& slots) {
    const std::size_t v = *schedule_.vector_loop;
    const VectorType s = values_.type_of_totals();
    values_.set_repeats(v, 1);
    std::vector<std::string> numbers;
    for (std::size_t i = 0; i < stage_.accumulators.size(); ++i) {
      const Reduction reduction = stage_.accumulators[i].reduction;
      for (const Parts& one : values_.repetitions()) {
        std::vector<std::string> vectors;
        for (std::size_t k = 0; k < slots.size(); ++k) {
          Parts same = slots[k];
          same[v] = 0;
          if (same == one) vectors.push_back(totals_[i * slots.size() + k]);
        }
        while (vectors.size() > 1) {
          std::vector<std::string> next;
          for (std::size_t k = 0; k + 1 < vectors.size(); k += 2)
            next.push_back(math_.step(f_, at_, s, reduction, vectors[k], vectors[k + 1]));
          if (vectors.size() % 2 == 1) next.push_back(vectors.back());
          vectors = std::move(next);
        }
        numbers.push_back(number_of(reduction, vectors[0], s));
      }
    }
    totals_ = std::move(numbers);
  }

  std::string number_of(Reduction reduction, std::string x, VectorType s) {
    if (s.lanes == 1) return x;
    if (reduction == Reduction::sum || reduction == Reduction::prod) {
      const bool is_sum = reduction == Reduction::sum;
      return f_.emit(
          at_, fmt::format("call reassoc {0} @llvm.vector.reduce.{1}.{2}({0} {3}, {4} {5})", s.scalar(),
                           is_sum ? "fadd" : "fmul", s.suffix(), s.one().number(is_sum ? -0.0 : 1.0), s.type(), x));
    }
    for (int half = s.lanes / 2; half > 0; half /= 2) {
      std::string moved;
      for (int lane = 0; lane < s.lanes; ++lane)
        moved += fmt::format("{}i32 {}", lane == 0 ? "" : ", ", (lane + half) % s.lanes);
      const std::string other = f_.emit(
          at_, fmt::format("shufflevector {0} {1}, {0} poison, <{2} x i32> <{3}>", s.type(), x, s.lanes, moved));
      x = math_.extremum(f_, at_, s, reduction, x, other);
    }
    return f_.emit(at_, fmt::format("extractelement {} {}, i32 0", s.type(), x));
  }

  LlvmFunction& f_;
  const Stage& stage_;
  LlvmMath& math_;
  Schedule schedule_;
  StageValues values_;
  Block at_;
  std::vector<std::size_t> order_;  ///< the loops, outermost first
  std::size_t parallel_ = 0;        ///< so many of them are parallel
  std::vector<std::string> totals_;
};

}  // namespace

LlvmFunction::Block write_stage(LlvmFunction& f, LlvmFunction::Block from, const StagePlace& place, LlvmMath& math) {
  return StageWriter(f, from, place, math).written();
}

LlvmFunction::Block write_kernel(LlvmFunction& f, LlvmFunction::Block from, const KernelPlace& place, LlvmMath& math) {
  struct Open {
    LlvmFunction::Block head, before;
  };
  const Kernel& kernel = place.kernel;
  const auto& loops = kernel.stages[0].loops;
  std::vector<std::string> index = place.index;
  const std::size_t given = index.size();
  const auto is_empty = [](std::int64_t extent) { return extent <= 0; };
  if (std::any_of(loops.begin(), loops.begin() + static_cast<std::ptrdiff_t>(kernel.outer), is_empty)) return from;
  std::vector<Open> open;
  LlvmFunction::Block at = from;
  for (std::size_t l = given; l < kernel.outer; ++l) {
    const LlvmFunction::Block head = f.block("outer");
    f.jump(at, head);
    open.push_back({head, at});
    (void)f.place_line(head);
    index.push_back(f.fresh("i"));
    at = head;
  }
  for (const Stage& stage : kernel.stages) at = write_stage(f, at, {stage, kernel.outer, place.buffers, index}, math);
  for (std::size_t l = kernel.outer; l-- > given;) {
    const Open& it = open[l - given];
    const std::string next = f.emit(at, fmt::format("add nuw nsw i64 {}, 1", index[l]));
    const std::string more = f.emit(at, fmt::format("icmp ult i64 {}, {}", next, loops[l]));
    const LlvmFunction::Block after = f.block("after");
    f.end(at, fmt::format("br i1 {}, label %{}, label %{}", more, f.label(it.head), f.label(after)));
    f.replace(it.head, 0,
              fmt::format("{} = phi i64 [ 0, %{} ], [ {}, %{} ]", index[l], f.label(it.before), next, f.label(at)));
    at = after;
  }
  return at;
}

}  // namespace gradwright::emitting
