#include "emit/llvm_values.h"

#include <algorithm>
#include <limits>

#include "emit/c_stage.h"

namespace gradwright::emitting {
namespace {

std::uint64_t bit(std::size_t loop) { return std::uint64_t{1} << std::min<std::size_t>(loop, 63); }

/// Forms stay this small: lanes beyond the last turn do not leave 32 bits either.
constexpr std::int64_t narrow = std::int64_t{1} << 29;

}  // namespace

void StageValues::begin(const std::vector<std::size_t>& order, Block stage) {
  order_ = order;
  position_.assign(stage_.loops.size(), 0);
  for (std::size_t p = 0; p < order.size(); ++p) position_[order[p]] = p + 1;
  for (std::size_t l = 0; l < place_.outer; ++l) index_[l].name = place_.outer_index[l];
  blocks_.assign(order.size() + 1, stage);
  known_.resize(blocks_.size());
  forms_.resize(blocks_.size());
  for (const Body* body : {&stage_.body, &stage_.finish}) dependences_[body] = dependences(*body);
}

void StageValues::enter(std::size_t depth, const std::string& index, std::int64_t constant, std::int64_t repeats,
                        int lanes, std::int64_t rest, Block block) {
  const std::size_t l = order_[depth];
  index_[l] = {index, constant};
  repeats_[l] = repeats;
  if (l == schedule_.vector_loop) {
    lanes_ = lanes;
    rest_ = rest;
  }
  blocks_[depth + 1] = block;
  for (std::size_t d = depth + 1; d < blocks_.size(); ++d) {
    known_[d].clear();
    forms_[d].clear();
  }
}

std::vector<Parts> StageValues::repetitions(std::size_t loops) const {
  std::vector<Parts> all{Parts(stage_.loops.size(), 0)};
  for (std::size_t l = 0; l < loops; ++l) {
    std::vector<Parts> more;
    for (const Parts& parts : all) {
      for (std::int64_t k = 0; k < repeats_[l]; ++k) {
        more.push_back(parts);
        more.back()[l] = k;
      }
    }
    all = std::move(more);
  }
  return all;
}

std::string StageValues::mask_of_rest(const Parts& parts) const {
  if (!mask_.empty()) return mask_;
  const auto v = schedule_.vector_loop;
  if (!v || rest_ == 0 || parts[*v] + 1 != repeats_[*v]) return {};
  std::string text = "<";
  for (int lane = 0; lane < lanes_; ++lane)
    text += fmt::format("{}i1 {}", lane == 0 ? "" : ", ", lane < rest_ ? "true" : "false");
  return text + ">";
}

std::int64_t StageValues::stride_of_lanes(const Affine& form) const {
  return schedule_.vector_loop ? stride(form, *schedule_.vector_loop) : 0;
}

StageValues::Loops StageValues::loops_of(const Affine& form) const {
  Loops loops = 0;
  for (std::size_t l = 0; l < form.strides.size(); ++l) loops |= form.strides[l] == 0 ? 0 : bit(l);
  return loops;
}

std::vector<StageValues::Loops> StageValues::dependences(const Body& body) const {
  std::vector<Loops> all;
  for (const Instruction& it : body) {
    Loops loops = 0;
    if (it.op == Op::load || it.op == Op::gather || it.op == Op::index) loops |= loops_of(it.at);
    for (const Guard& guard : it.guards) loops |= loops_of(guard.form);
    for (std::size_t k = 0; k < arity(it.op); ++k) loops |= all[it.args[k]];
    if (it.op == Op::accumulator) {
      for (std::size_t l = 0; l < stage_.parallel; ++l) loops |= bit(l);
    }
    all.push_back(loops);
  }
  return all;
}

std::size_t StageValues::depth_of(Loops loops) const {
  std::size_t depth = 0;
  for (std::size_t l = 0; l < stage_.loops.size(); ++l) {
    if ((loops & bit(l)) != 0) depth = std::max(depth, position_[l]);
  }
  return depth;
}

bool StageValues::is_vector(Loops loops) const {
  return schedule_.vector_loop && (loops & bit(*schedule_.vector_loop)) != 0;
}

std::int64_t StageValues::constant_of(const Affine& form, const Parts& parts) const {
  std::int64_t value = form.offset;
  for (std::size_t l = 0; l < stage_.loops.size(); ++l) {
    const std::int64_t width = l == schedule_.vector_loop ? schedule_.lanes : 1;
    value += stride(form, l) * (index_[l].constant + parts[l] * width);
  }
  return value;
}

/// The sum over the loops whose index is not a constant; each partial sum is written where its last loop begins.
std::string StageValues::moving_part(const Affine& form) {
  std::vector<std::int64_t> key;
  std::string sum;
  const auto add = [&](std::size_t l, std::size_t depth) {
    const std::int64_t step = stride(form, l);
    if (step == 0 || index_[l].name.empty()) return;
    key.push_back(static_cast<std::int64_t>(l));
    key.push_back(step);
    std::string& known = forms_[depth][key];
    if (known.empty()) {
      known =
          step == 1 ? index_[l].name : f_.emit(blocks_[depth], fmt::format("mul nsw i64 {}, {}", index_[l].name, step));
      if (!sum.empty()) known = f_.emit(blocks_[depth], fmt::format("add nsw i64 {}, {}", sum, known));
    }
    sum = known;
  };
  for (std::size_t l = 0; l < place_.outer; ++l) add(l, 0);
  for (std::size_t p = 0; p < order_.size(); ++p) add(order_[p], p + 1);
  return sum;
}

std::string StageValues::whole_at(Block b, const Affine& form, const Parts& parts) {
  const std::string moving = moving_part(form);
  const std::int64_t constant = constant_of(form, parts);
  if (moving.empty()) return fmt::format("{}", constant);
  return constant == 0 ? moving : f_.emit(b, fmt::format("add nsw i64 {}, {}", moving, constant));
}

std::string StageValues::splat(Block b, const std::string& type, const std::string& x, int lanes) {
  if (lanes == 1) return x;
  if (x[0] != '%') return fmt::format("splat ({} {})", type, x);
  const std::string one = f_.emit(b, fmt::format("insertelement <{0} x {1}> poison, {1} {2}, i64 0", lanes, type, x));
  return f_.emit(b, fmt::format("shufflevector <{0} x {1}> {2}, <{0} x {1}> poison, <{0} x i32> zeroinitializer", lanes,
                                type, one));
}

/// The values of the form in the lanes of a vector, of 32 bits where those of the numbers have 32 and `is_narrow` allows it.
std::string StageValues::lanes_of(Block b, const Affine& form, const Parts& parts, bool& is_narrow) {
  const Range range = range_of(form, stage_.loops);
  is_narrow = is_narrow && math_.shape(1).is_single() && range.low > -narrow && range.high < narrow;
  const char* type = is_narrow ? "i32" : "i64";
  std::string first = whole_at(b, form, parts);
  if (is_narrow && first[0] == '%') first = f_.emit(b, fmt::format("trunc i64 {} to i32", first));
  std::string steps;
  for (int lane = 0; lane < lanes_; ++lane)
    steps += fmt::format("{}{} {}", lane == 0 ? "" : ", ", type, lane * stride_of_lanes(form));
  return f_.emit(b, fmt::format("add <{} x {}> {}, <{}>", lanes_, type, splat(b, type, first, lanes_), steps));
}

std::string StageValues::pointer(Block b, BufferId id, const Affine& form, const Parts& parts) {
  std::string at = place_.buffers[id.index()];
  const std::string real = math_.shape(1).scalar();
  if (const std::string moving = moving_part(form); !moving.empty())
    at = f_.emit(b, fmt::format("getelementptr {}, ptr {}, i64 {}", real, at, moving));
  const std::int64_t constant = constant_of(form, parts);
  return constant == 0 ? at : f_.emit(b, fmt::format("getelementptr {}, ptr {}, i64 {}", real, at, constant));
}

/// A pointer a lane; with `rows`, so many elements further.
std::string StageValues::pointers(Block b, BufferId id, const Affine& form, const Parts& parts,
                                  const std::string& rows) {
  bool is_narrow = rows.empty();
  std::string at = lanes_of(b, form, parts, is_narrow);
  if (!rows.empty()) at = f_.emit(b, fmt::format("add <{} x i64> {}, {}", lanes_, at, rows));
  return f_.emit(b, fmt::format("getelementptr {}, ptr {}, <{} x {}> {}", math_.shape(1).scalar(),
                                place_.buffers[id.index()], lanes_, is_narrow ? "i32" : "i64", at));
}

/// Whether all guards hold: a bit, or one a lane; no name: always.
Written StageValues::guard(Block b, const std::vector<Guard>& guards, const Parts& parts) {
  Written all;
  const std::string bits = fmt::format("<{} x i1>", lanes_);
  for (const Guard& guard : guards) {
    const Range range = range_of(guard.form, stage_.loops);
    if (range.low >= 0 && range.high < guard.count) continue;
    Written one{"", stride_of_lanes(guard.form) != 0};
    if (one.is_vector) {
      bool is_narrow = guard.count < narrow;
      const std::string value = lanes_of(b, guard.form, parts, is_narrow);
      one.name = f_.emit(b, fmt::format("icmp ult <{0} x {1}> {2}, splat ({1} {3})", lanes_, is_narrow ? "i32" : "i64",
                                        value, guard.count));
    } else {
      one.name = f_.emit(b, fmt::format("icmp ult i64 {}, {}", whole_at(b, guard.form, parts), guard.count));
    }
    if (all.name.empty()) {
      all = one;
      continue;
    }
    const bool is_wide = all.is_vector || one.is_vector;
    if (is_wide && !all.is_vector) all.name = splat(b, "i1", all.name, lanes_);
    if (is_wide && !one.is_vector) one.name = splat(b, "i1", one.name, lanes_);
    all = {f_.emit(b, fmt::format("and {} {}, {}", is_wide ? bits : "i1", all.name, one.name)), is_wide};
  }
  return all;
}

std::string StageValues::joined_masks(Block b, const Written& guard, const std::string& rest) {
  if (guard.name.empty()) return rest;
  const std::string wide = guard.is_vector ? guard.name : splat(b, "i1", guard.name, lanes_);
  return rest.empty() ? wide : f_.emit(b, fmt::format("and <{} x i1> {}, {}", lanes_, wide, rest));
}

std::string StageValues::widened(const Written& x, VectorType s) {
  if (x.is_vector || s.lanes == 1) return x.name;
  return splat(blocks_.back(), s.scalar(), x.name, s.lanes);
}

std::vector<Written> StageValues::of(const Body& body, const Parts& parts) {
  const std::vector<bool> live = live_values(stage_, body);
  const std::vector<Loops>& dependences = dependences_.at(&body);
  std::vector<Written> all(body.size());
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (!live[i]) continue;
    const std::size_t depth = depth_of(dependences[i]);
    std::vector<std::int64_t> key{&body == &stage_.body ? 0 : 1, static_cast<std::int64_t>(i)};
    for (std::size_t l = 0; l < parts.size(); ++l) key.push_back((dependences[i] & bit(l)) != 0 ? parts[l] : 0);
    Written& known = known_[depth][key];
    if (known.name.empty()) known = written(blocks_[depth], body[i], all, parts, is_vector(dependences[i]));
    all[i] = known;
  }
  return all;
}

Written StageValues::written(Block b, const Instruction& it, const std::vector<Written>& args, const Parts& parts,
                             bool is_vector) {
  const VectorType s = math_.shape(is_vector ? lanes_ : 1);
  const auto arg = [&](std::size_t k) {
    if (k >= arity(it.op)) return std::string();
    const Written& x = args[it.args[k]];
    return x.is_vector ? x.name : splat(b, s.scalar(), x.name, s.lanes);
  };
  switch (it.op) {
    case Op::constant: return {s.number(it.number), false};
    case Op::index: {
      if (!is_vector)
        return {f_.emit(b, fmt::format("sitofp i64 {} to {}", whole_at(b, it.at, parts), s.type())), false};
      bool is_narrow = true;
      const std::string value = lanes_of(b, it.at, parts, is_narrow);
      return {f_.emit(b, fmt::format("sitofp {} {} to {}", s.of(is_narrow ? "i32" : "i64"), value, s.type())), true};
    }
    case Op::load: return {loaded(b, it, parts, is_vector), is_vector};
    case Op::gather: return {gathered(b, it, args[it.args[0]], parts, is_vector), is_vector};
    case Op::mask: {
      const Written mask = guard(b, it.guards, parts);
      if (mask.name.empty()) return {arg(0), is_vector};
      const std::string wide = is_vector ? joined_masks(b, mask, "") : mask.name;
      return {Arithmetic{f_, b, s}.select(wide, arg(0), s.number(0)), is_vector};
    }
    case Op::accumulator: {
      const std::vector<Parts> slots = parallel_repetitions();
      const auto slot = static_cast<std::size_t>(std::find(slots.begin(), slots.end(), parts) - slots.begin());
      return {totals_[static_cast<std::size_t>(it.rows) * slots.size() + slot], is_vector};
    }
    default: return {math_.call(f_, b, s, it.op, arg(0), arg(1), arg(2)), is_vector};
  }
}

std::string StageValues::masked_read(Block b, const std::string& from, const std::string& mask, bool is_gather) {
  const VectorType s = math_.shape(lanes_);
  const int align = s.is_single() ? 4 : 8;
  if (is_gather)
    return f_.emit(
        b, fmt::format(
               "call {0} @llvm.masked.gather.{1}.v{2}p0(<{2} x ptr> {3}, i32 {4}, <{2} x i1> {5}, {0} zeroinitializer)",
               s.type(), s.suffix(), s.lanes, from, align, mask));
  return f_.emit(b,
                 fmt::format("call {0} @llvm.masked.load.{1}.p0(ptr {2}, i32 {3}, <{4} x i1> {5}, {0} zeroinitializer)",
                             s.type(), s.suffix(), from, align, s.lanes, mask));
}

std::string StageValues::read(Block b, const std::string& pointer, const std::string& mask) {
  const VectorType s = math_.shape(lanes_);
  if (!mask.empty()) return masked_read(b, pointer, mask, false);
  return f_.emit(b, fmt::format("load {}, ptr {}, align {}", s.type(), pointer, s.is_single() ? 4 : 8));
}

std::string StageValues::loaded(Block b, const Instruction& it, const Parts& parts, bool is_vector) {
  const VectorType s = math_.shape(is_vector ? lanes_ : 1);
  const Written holds = guard(b, it.guards, parts);
  const int align = s.is_single() ? 4 : 8;
  if (!is_vector) {
    std::string at = pointer(b, it.buffer, it.at, parts);
    if (!holds.name.empty())
      at = f_.emit(b, fmt::format("select i1 {}, ptr {}, ptr {}", holds.name, at, place_.buffers[it.buffer.index()]));
    const std::string value = f_.emit(b, fmt::format("load {}, ptr {}, align {}", s.type(), at, align));
    return holds.name.empty() ? value : Arithmetic{f_, b, s}.select(holds.name, value, s.number(0));
  }
  const std::string mask = joined_masks(b, holds, mask_of_rest(parts));
  const std::int64_t step = stride_of_lanes(it.at);
  if (step == 1) return read(b, pointer(b, it.buffer, it.at, parts), mask);
  return masked_read(b, pointers(b, it.buffer, it.at, parts, ""), mask.empty() ? all_lanes() : mask, true);
}

std::string StageValues::gathered(Block b, const Instruction& it, Written row, const Parts& parts, bool is_vector) {
  const VectorType s = math_.shape(is_vector ? lanes_ : 1);
  const Arithmetic a{f_, b, s};
  const Written holds = guard(b, it.guards, parts);
  if (!row.is_vector) row.name = splat(b, s.scalar(), row.name, s.lanes);
  const auto both = [&](const std::string& x, const std::string& y) {
    return f_.emit(b, fmt::format("and {} {}, {}", s.bit(), x, y));
  };
  const std::string inside =
      both(a.compare("oge", row.name, a.k(1)), a.compare("ole", row.name, a.k(static_cast<double>(it.rows))));
  const std::string wide = s.of("i64");
  const std::string whole =
      f_.emit(b, fmt::format("fptosi {} {} to {}", s.type(), a.select(inside, row.name, a.k(1)), wide));
  const std::string rows =
      f_.emit(b, fmt::format("add {} {}, {}", wide, whole, s.lanes == 1 ? "-1" : "splat (i64 -1)"));
  std::string value;
  if (is_vector) {
    const std::string rest = mask_of_rest(parts);
    const std::string mask = joined_masks(b, holds, rest.empty() ? inside : both(inside, rest));
    value = masked_read(b, pointers(b, it.buffer, it.at, parts, rows), mask, true);
  } else {
    const std::string taken = holds.name.empty() ? inside : both(inside, holds.name);
    const std::string first = pointer(b, it.buffer, it.at, parts);
    const std::string at = f_.emit(b, fmt::format("getelementptr {}, ptr {}, i64 {}", s.scalar(), first, rows));
    const std::string safe =
        f_.emit(b, fmt::format("select i1 {}, ptr {}, ptr {}", taken, at, place_.buffers[it.buffer.index()]));
    value = a.select(taken, f_.emit(b, fmt::format("load {}, ptr {}", s.type(), safe)), a.k(0));
  }
  return a.select(inside, value, a.k(std::numeric_limits<double>::quiet_NaN()));
}

void StageValues::store(const Store& store, const Written& x, const Parts& parts) {
  std::size_t depth = 0;
  for (std::size_t l = 0; l < stage_.parallel; ++l) depth = std::max(depth, position_[l]);
  const Block b = blocks_[depth];
  const bool has_lanes = schedule_.vector_loop && !is_in_lanes();
  const VectorType s = math_.shape(has_lanes ? lanes_ : 1);
  const int align = s.is_single() ? 4 : 8;
  const std::int64_t step = has_lanes ? stride_of_lanes(store.at) : 0;
  const std::string rest = has_lanes ? mask_of_rest(parts) : "";
  const auto plain = [&](VectorType type, const std::string& value) {
    f_.line(b, fmt::format("store {} {}, ptr {}, align {}", type.type(), value,
                           pointer(b, store.buffer, store.at, parts), align));
  };
  if (step == 0) {  // one place: the last lane is what stays there
    const std::int64_t last = rest.empty() ? lanes_ - 1 : rest_ - 1;
    plain(s.one(),
          x.is_vector ? f_.emit(b, fmt::format("extractelement {} {}, i64 {}", s.type(), x.name, last)) : x.name);
    return;
  }
  const std::string value = x.is_vector ? x.name : splat(b, s.scalar(), x.name, s.lanes);
  if (step == 1 && rest.empty()) return plain(s, value);
  if (step == 1) {
    f_.line(b, fmt::format("call void @llvm.masked.store.{}.p0({} {}, ptr {}, i32 {}, <{} x i1> {})", s.suffix(),
                           s.type(), value, pointer(b, store.buffer, store.at, parts), align, s.lanes, rest));
    return;
  }
  const std::string to = pointers(b, store.buffer, store.at, parts, "");
  f_.line(b, fmt::format("call void @llvm.masked.scatter.{0}.v{1}p0({2} {3}, <{1} x ptr> {4}, i32 {5}, <{1} x i1> {6})",
                         s.suffix(), s.lanes, s.type(), value, to, align, rest.empty() ? all_lanes() : rest));
}

}  // namespace gradwright::emitting
