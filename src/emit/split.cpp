#include "emit/split.h"

#include <algorithm>

#include "emit/c_polynomials.h"
#include "emit/c_stage.h"

namespace gradwright::emitting {
namespace {

constexpr std::int64_t least_part = 16384;  ///< scalar operations: half a microsecond or more
constexpr std::int64_t most_parts = 64;

/// In simple operations of vectors: a polynomial, or a call of libm for each lane.
std::int64_t weight_of(Op op, Precision precision) {
  if (op < Op::exp) return 1;
  return polynomial_name(op, precision).empty() ? 200 : 16;
}

std::int64_t work_of(const Stage& stage, Precision precision) {
  const auto operations = [&](const Body& body) {
    const std::vector<bool> live = live_values(stage, body);
    std::int64_t count = 0;
    for (std::size_t i = 0; i < body.size(); ++i) {
      if (live[i]) count += weight_of(body[i].op, precision);
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

/// The size, or one that is up to a half larger and leaves no smaller last part.
std::int64_t without_rest(std::int64_t extent, std::int64_t size, std::int64_t step) {
  for (std::int64_t larger = size; larger <= size + size / 2 && extent / larger >= 4; larger += step) {
    if (extent % larger == 0) return larger;
  }
  return size;
}

}  // namespace

std::optional<Split> split_of(const Kernel& kernel, std::int64_t least, Precision precision, const CutOf& cut_of) {
  if (kernel.call || kernel.stages.empty()) return std::nullopt;
  if (kernel.outer == 0 && kernel.stages.size() > 1) return std::nullopt;
  std::int64_t work = 0;
  for (const Stage& stage : kernel.stages) {
    if (std::any_of(stage.loops.begin(), stage.loops.end(), [](std::int64_t n) { return n <= 0; })) return std::nullopt;
    work += work_of(stage, precision);
  }
  if (work < least) return std::nullopt;
  const Stage& stage = kernel.stages[0];
  if (stage.loops.empty()) return std::nullopt;
  Split split;
  const Cut cut = kernel.outer > 0 ? Cut{} : cut_of(stage);
  split.loop = cut.loop;
  split.is_reduced = kernel.outer == 0 && stage.parallel == 0;
  if (!split.is_reduced && !is_independent(kernel, split.loop)) return std::nullopt;
  const std::int64_t extent = stage.loops[split.loop];
  const std::int64_t a_turn = std::max<std::int64_t>(1, work / extent);
  const std::int64_t part = std::clamp<std::int64_t>(least / 3, 1, least_part);
  const std::int64_t step = std::clamp<std::int64_t>(least, 1, cut.step);
  const std::int64_t wanted = std::max((part + a_turn - 1) / a_turn, (extent + most_parts - 1) / most_parts);
  split.size = (wanted + step - 1) / step * step;
  split.size = without_rest(extent, split.size, step);
  split.parts = (extent + split.size - 1) / split.size;
  return split.parts > 1 ? std::optional(split) : std::nullopt;
}

}  // namespace gradwright::emitting
