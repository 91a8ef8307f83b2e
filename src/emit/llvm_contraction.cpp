// Large products of matrices are calls of a kernel (kernels/abi.h); what the stage does with a total runs on each block that the kernel
// has finished, in vectors, while the block is in the first cache.
#include <algorithm>

#include "emit/c_stage.h"
#include "emit/kernel_call.h"
#include "emit/llvm_body.h"
#include "emit/llvm_values.h"

namespace gradwright::emitting {
namespace {

class ContractionWriter {
 public:
  explicit ContractionWriter(const ContractionPlace& place, LlvmMath& math)
      : place_(place), stage_(place.stage), c_(*stage_.contraction), math_(math), real_(math.shape(1).scalar()) {}

  std::string text() {
    LlvmFunction f(fmt::format("define internal void @{}({}) #0", place_.name, place_.parameters));
    const KernelCall call = kernel_call(stage_);
    const std::string it = f.emit(0, fmt::format("alloca [{} x i64], align 8", fields_));
    const std::string context =
        f.emit(0, fmt::format("alloca [{} x ptr], align 8", std::max<std::size_t>(1, place_.touched.size())));
    for (std::size_t k = 0; k < place_.touched.size(); ++k) {
      const std::string at = f.emit(0, fmt::format("getelementptr ptr, ptr {}, i64 {}", context, k));
      f.line(0, fmt::format("store ptr {}, ptr {}", place_.buffers[place_.touched[k]], at));
    }
    const auto set = [&](const std::string& type, const std::string& value) {
      const std::string at = f.emit(0, fmt::format("getelementptr i64, ptr {}, i64 {}", it, next_++));
      f.line(0, fmt::format("store {} {}, ptr {}", type, value, at));
    };
    const auto whole = [&](std::int64_t value) { set("i64", fmt::format("{}", value)); };
    const auto operand = [&](const std::optional<KernelOperand>& x, std::size_t strides) {
      set("ptr", x ? f.emit(0, fmt::format("getelementptr {}, ptr {}, i64 {}", real_, place_.buffers[x->buffer.index()],
                                           x->offset))
                   : "null");
      for (std::size_t k = 0; k < strides; ++k) whole(x ? x->strides[k] : 0);
    };
    for (const std::int64_t extent : {call.m, call.n, call.k, call.batch}) whole(extent);
    operand(call.a, 3);
    operand(call.b, 3);
    operand(call.v, 1);
    whole(call.v ? call.v->strides[2] : 0);
    operand(call.c, 3);
    whole(0);  // nothing is added to c
    whole(call.is_symmetric ? 1 : 0);
    set("ptr", call.has_epilogue ? fmt::format("@{}_block", place_.name) : "null");
    set("ptr", context);
    operand(call.near, 3);
    const std::string kernel = math_.shape(1).is_single() ? "gradwright_contract_f32" : "gradwright_contract_f64";
    math_.declare(fmt::format("declare void @{}(ptr)", kernel));
    f.line(0, fmt::format("call void @{}(ptr {})", kernel, it));
    f.end(0, "ret void");
    return (call.has_epilogue ? block_text() : "") + f.text();
  }

 private:
  using Block = LlvmFunction::Block;

  /// The finish of the stage over one block of totals.
  std::string block_text() {
    LlvmFunction f(
        fmt::format("define internal void @{}_block(ptr %context, ptr %tile, i64 %ld, i64 %batch, i64 %row0, "
                    "i64 %rows, i64 %col0, i64 %cols) #0",
                    place_.name));
    std::vector<std::string> buffers(place_.buffers.size());
    for (std::size_t k = 0; k < place_.touched.size(); ++k) {
      const std::string at = f.emit(0, fmt::format("getelementptr ptr, ptr %context, i64 {}", k));
      buffers[place_.touched[k]] = f.emit(0, fmt::format("load ptr, ptr {}", at));
    }
    Schedule schedule;
    schedule.vector_loop = c_.m[0];
    schedule.lanes = math_.options().unit.bits / (math_.shape(1).is_single() ? 32 : 64);
    schedule.repeats.assign(stage_.loops.size(), 1);
    const VectorType s = math_.shape(schedule.lanes);
    const std::vector<std::string> no_outer;
    StageValues values(f, {stage_, 0, buffers, no_outer}, math_, schedule);
    std::vector<std::size_t> order;
    if (!c_.batch.empty()) order.push_back(c_.batch[0]);
    if (!c_.n.empty()) order.push_back(c_.n[0]);
    order.push_back(c_.m[0]);
    values.begin(order, 0);
    std::size_t depth = 0;
    if (!c_.batch.empty()) values.enter(depth++, "%batch", 0, 1, 1, 0, 0);

    const std::string full = f.emit(0, fmt::format("and i64 %rows, {}", -s.lanes));
    const std::string has_full = f.emit(0, fmt::format("icmp sgt i64 {}, 0", full));
    const std::string has_rest = f.emit(0, fmt::format("icmp slt i64 {}, %rows", full));
    const Block column = f.block("column"), row = f.block("row"), check = f.block("check"), rest = f.block("rest"),
                next = f.block("next"), done = f.block("done");
    f.jump(0, column);
    const auto branch = [&](Block from, const std::string& condition, Block yes, Block no) {
      f.end(from, fmt::format("br i1 {}, label %{}, label %{}", condition, f.label(yes), f.label(no)));
    };
    f.line(column, fmt::format("%j = phi i64 [ 0, %entry ], [ %j_next, %{} ]", f.label(next)));
    if (!c_.n.empty()) values.enter(depth++, f.emit(column, "add nsw i64 %col0, %j"), 0, 1, 1, 0, column);
    const std::string down = f.emit(column, "mul nsw i64 %j, %ld");
    const std::string from = f.emit(column, fmt::format("getelementptr {}, ptr %tile, i64 {}", real_, down));
    branch(column, has_full, row, check);

    const auto finish = [&](Block b, const std::string& i, const std::string& mask) {
      values.enter(depth, f.emit(b, fmt::format("add nsw i64 %row0, {}", i)), 0, 1, s.lanes, 0, b);
      values.set_mask(mask);
      const std::string at = f.emit(b, fmt::format("getelementptr {}, ptr {}, i64 {}", real_, from, i));
      values.set_totals({values.read(b, at, mask)});
      const Parts parts(stage_.loops.size(), 0);
      const std::vector<Written> all = values.of(stage_.finish, parts);
      for (const Store& store : stage_.stores) values.store(store, all[store.value], parts);
    };
    f.line(row, fmt::format("%i = phi i64 [ 0, %{} ], [ %i_next, %{} ]", f.label(column), f.label(row)));
    finish(row, "%i", "");
    f.line(row, fmt::format("%i_next = add nuw nsw i64 %i, {}", s.lanes));
    branch(row, f.emit(row, fmt::format("icmp slt i64 %i_next, {}", full)), row, check);
    branch(check, has_rest, rest, next);
    finish(rest, full, mask_below_rows(f, rest, full, s.lanes));
    f.jump(rest, next);
    f.line(next, "%j_next = add nuw nsw i64 %j, 1");
    branch(next, f.emit(next, "icmp slt i64 %j_next, %cols"), column, done);
    f.end(done, "ret void");
    return f.text();
  }

  static std::string mask_below_rows(LlvmFunction& f, Block b, const std::string& from, int lanes) {
    const std::string left = f.emit(b, fmt::format("sub i64 %rows, {}", from));
    const std::string narrow = f.emit(b, fmt::format("trunc i64 {} to i32", left));
    const std::string one = f.emit(b, fmt::format("insertelement <{} x i32> poison, i32 {}, i64 0", lanes, narrow));
    const std::string all = f.emit(
        b, fmt::format("shufflevector <{0} x i32> {1}, <{0} x i32> poison, <{0} x i32> zeroinitializer", lanes, one));
    std::string steps;
    for (int lane = 0; lane < lanes; ++lane) steps += fmt::format("{}i32 {}", lane == 0 ? "" : ", ", lane);
    return f.emit(b, fmt::format("icmp slt <{} x i32> <{}>, {}", lanes, steps, all));
  }

  const ContractionPlace& place_;
  const Stage& stage_;
  const Contraction& c_;
  LlvmMath& math_;
  std::string real_;
  static constexpr int fields_ = 27;  ///< of gradwright_contraction
  int next_ = 0;
};

}  // namespace

bool is_kernel_call(const Stage& stage, std::int64_t least_work) {
  return is_for_kernel(stage, least_work) && std::all_of(stage.stores.begin(), stage.stores.end(), [&](const Store& s) {
           const std::size_t rows = stage.contraction->m[0];
           return rows < s.at.strides.size() &&
                  s.at.strides[rows] != 0;  // the lanes of a vector go to places of their own
         });
}

std::string llvm_contraction_function(const ContractionPlace& place, LlvmMath& math) {
  return ContractionWriter(place, math).text();
}

}  // namespace gradwright::emitting
