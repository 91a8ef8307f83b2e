// Which loop of a stage becomes vectors, and what is repeated inside: the cheapest by a count of what a turn costs.
#include <algorithm>
#include <bit>

#include "emit/c_stage.h"
#include "emit/llvm_stage.h"

namespace gradwright::emitting {
namespace {

/// Of an access, for `lanes` numbers along a loop; no lanes: of one number.
double access_cost(const Affine& form, std::optional<std::size_t> loop, int lanes) {
  if (!loop) return 1;
  const std::int64_t step = stride(form, *loop);
  return step == 0 ? 0.3 : step == 1 ? 1 : 2 + 0.7 * lanes;
}

double operation_cost(Op op, int lanes) {
  switch (op) {
    case Op::constant:
    case Op::index:
    case Op::load:
    case Op::gather:
    case Op::accumulator: return 0;
    case Op::exp:
    case Op::log:
    case Op::log1p:
    case Op::expm1:
    case Op::tanh:
    case Op::sigmoid:
    case Op::softplus: return 10;
    case Op::erf:
    case Op::sin:
    case Op::cos:
    case Op::tan:
    case Op::asin:
    case Op::acos:
    case Op::atan:
    case Op::sinh:
    case Op::cosh:
    case Op::pow: return 20 * lanes;
    case Op::div:
    case Op::sqrt: return 4;
    default: return 0.5;
  }
}

double body_cost(const Stage& stage, const Body& body, std::optional<std::size_t> loop, int lanes) {
  const std::vector<bool> live = live_values(stage, body);
  double cost = 0;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (!live[i]) continue;
    cost += operation_cost(body[i].op, lanes);
    if (body[i].op == Op::load) cost += access_cost(body[i].at, loop, lanes);
    if (body[i].op == Op::gather) cost += 2 + lanes;
  }
  return cost;
}

double total_cost(const Stage& stage, std::optional<std::size_t> loop, int lanes) {
  double inside = 1, outside = 1;  // turns of the body and of the finish
  for (std::size_t l = 0; l < stage.loops.size(); ++l) {
    const bool is_in_lanes = loop.has_value() && l == *loop;
    const auto turns = static_cast<double>(is_in_lanes ? (stage.loops[l] + lanes - 1) / lanes : stage.loops[l]);
    inside *= turns;
    if (l < stage.parallel) outside *= turns;
  }
  const bool is_reduced = loop && *loop >= stage.parallel;
  const std::optional<std::size_t> across = is_reduced ? std::nullopt : loop;
  double cost = outside * body_cost(stage, stage.finish, across, is_reduced ? 1 : lanes);
  for (const Store& store : stage.stores) cost += outside * access_cost(store.at, across, lanes);
  if (stage.accumulators.empty()) return cost;
  if (is_reduced) cost += outside * 10 * static_cast<double>(stage.accumulators.size());
  return cost + inside * (0.5 + body_cost(stage, stage.body, loop, lanes));
}

/// At most `most` turns side by side; fewer where that leaves no rest.
std::int64_t repeats_of(std::int64_t extent, std::int64_t most) {
  if (extent <= most) return std::max<std::int64_t>(extent, 1);
  for (std::int64_t n = most; n > 1 && n * 3 >= most * 2; --n) {
    if (extent % n == 0) return n;
  }
  return std::max<std::int64_t>(most, 1);
}

/// How many loads of the body stay the same along this loop though the vector loop moves them: they would be used again.
int used_again(const Stage& stage, std::size_t loop) {
  int count = 0;
  for (const Instruction& it : stage.body) {
    if (it.op == Op::load && stride(it.at, loop) == 0) ++count;
  }
  return count;
}

void repeat_inside(const Stage& stage, std::size_t outer, const LlvmOptions& options, Schedule& schedule) {
  const auto accumulators = static_cast<std::int64_t>(stage.accumulators.size());
  const std::int64_t registers = options.unit.has_masks ? 24 : 10;
  const std::size_t v = *schedule.vector_loop;
  const std::int64_t chunks = (stage.loops[v] + schedule.lanes - 1) / schedule.lanes;
  const bool is_light = body_cost(stage, stage.body, v, schedule.lanes) < 2 * schedule.lanes;
  std::vector<std::size_t> candidates;
  for (std::size_t l = outer; l < stage.parallel; ++l) {
    if (l != v && stage.loops[l] > 1 && is_light && used_again(stage, l) > 0) candidates.push_back(l);
  }
  std::stable_sort(candidates.begin(), candidates.end(), [&](std::size_t a, std::size_t b) {
    return used_again(stage, a) != used_again(stage, b) ? used_again(stage, a) > used_again(stage, b)
                                                        : stage.loops[a] > stage.loops[b];
  });
  if (v < stage.parallel) {
    schedule.vectors =
        repeats_of(chunks, std::max<std::int64_t>(1, std::min<std::int64_t>(4, registers / accumulators / 2)));
    if (candidates.empty()) return;
    const std::int64_t room = registers / (accumulators * schedule.vectors);
    schedule.repeats[candidates[0]] = repeats_of(stage.loops[candidates[0]], std::clamp<std::int64_t>(room, 1, 6));
    return;
  }
  std::int64_t room = registers / accumulators;
  for (std::size_t c = 0; c < candidates.size() && c < 2; ++c) {
    const std::int64_t most = std::min<std::int64_t>(room, c == 0 && candidates.size() == 1 ? 8 : 4);
    if (most < 2) break;
    schedule.repeats[candidates[c]] = repeats_of(stage.loops[candidates[c]], most);
    room /= schedule.repeats[candidates[c]];
  }
  schedule.vectors = std::clamp<std::int64_t>(std::min(chunks, std::min<std::int64_t>(room, 8) / 2), 1, 4);
}

}  // namespace

Schedule schedule_of(const Stage& stage, std::size_t outer, const LlvmOptions& options) {
  const int widest = options.unit.bits / (options.precision == Precision::float32 ? 32 : 64);
  Schedule best;
  best.repeats.assign(stage.loops.size(), 1);
  double least = total_cost(stage, std::nullopt, 1);
  for (std::size_t l = stage.loops.size(); l-- > outer;) {
    if (stage.loops[l] < 2) continue;
    const auto extent = static_cast<std::uint64_t>(stage.loops[l]);
    const int lanes =
        static_cast<int>(std::min<std::uint64_t>(static_cast<std::uint64_t>(widest), std::bit_ceil(extent)));
    const double cost = total_cost(stage, l, lanes);
    if (cost >= least) continue;
    least = cost;
    best.vector_loop = l;
    best.lanes = lanes;
  }
  if (!best.vector_loop) return best;
  if (!stage.accumulators.empty()) {
    repeat_inside(stage, outer, options, best);
    return best;
  }
  const std::int64_t chunks = (stage.loops[*best.vector_loop] + best.lanes - 1) / best.lanes;
  const double weight = body_cost(stage, stage.finish, best.vector_loop, best.lanes);
  best.vectors = repeats_of(chunks, weight < 8 ? 4 : weight < 60 ? 2 : 1);
  return best;
}

}  // namespace gradwright::emitting
