// Plan: a compiled computation as plain data. One workspace holds every buffer; kernels run in order.
//   Stage: for each index of the parallel loops: { for each index of the reduced loops: body → accumulators }; finish → stores
// The loops are the meaning; `Contraction` is a hint for back-ends that have something faster than loops.
// Read next: plan_text (print.h) shows a plan, `interpreted` (interpret.h) is its meaning in a hundred lines.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ir/expr.h"

namespace gradwright {

/// offset + Σ strides[l]·index[l] over the loops of a stage.
struct Affine {
  std::int64_t offset = 0;
  std::vector<std::int64_t> strides;
  friend bool operator==(const Affine&, const Affine&) = default;
};

/// Holds where 0 ≤ form < count.
struct Guard {
  Affine form;
  std::int64_t count = 0;
  friend bool operator==(const Guard&, const Guard&) = default;
};

struct BufferTag;
using BufferId = Id<BufferTag>;

enum class Storage : std::uint8_t {
  input,    ///< written by the caller, never by the plan
  state,    ///< an input that an update overwrites
  output,   ///< written by the plan, read by the caller
  scratch,  ///< shares its place with others that live at other times
};

/// Column-major and contiguous.
struct Buffer {
  std::string name;
  std::vector<std::int64_t> extents;
  Storage storage = Storage::scratch;
  std::int64_t offset = 0;  ///< in the workspace, in elements
  [[nodiscard]] std::int64_t count() const;
};

/// What one instruction does to scalars. x, y, z are args[0], args[1], args[2].
enum class Op : std::uint8_t {
  constant,     ///< number
  index,        ///< the value of `at`
  load,         ///< buffer[at], 0 where a guard fails
  gather,       ///< buffer[at + ⌊x⌋ − 1] for 1 ≤ x ≤ `rows`, else nan
  accumulator,  ///< in finish: the reduced value of accumulator `rows`
  mask,         ///< x, 0 where a guard fails
  add,
  sub,
  mul,
  div,
  neg,
  max,
  min,  ///< x > y ? x : y;  x < y ? x : y
  greater,
  greater_equal,
  equal,   ///< 1 or 0
  select,  ///< x ≠ 0 ? y : z
  abs,
  sqrt,
  exp,
  log,
  log1p,
  expm1,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  erf,
  sigmoid,
  softplus,
  pow,  ///< x^y
};
constexpr std::size_t op_count = static_cast<std::size_t>(Op::pow) + 1;
/// How many args an operation has.
[[nodiscard]] std::size_t arity(Op);

/// A value of the scalar body; later instructions name it by its place in the list.
using Value = std::uint32_t;
struct Instruction {
  Op op = Op::constant;
  std::array<Value, 3> args{};
  double number = 0;
  BufferId buffer{};
  Affine at{};
  std::int64_t rows = 0;
  std::vector<Guard> guards{};
  friend bool operator==(const Instruction&, const Instruction&) = default;
};
using Body = std::vector<Instruction>;

enum class Reduction : std::uint8_t { sum, prod, max, min };
struct Accumulator {
  Reduction reduction = Reduction::sum;
  Value value = 0;  ///< of the body
};
struct Store {
  BufferId buffer;
  Affine at;
  Value value = 0;  ///< of finish
};

/// Where a stage is Σ_k a·b, or Σ_k a·v·b with one factor that only k (and batch) moves, all plain loads: which of its loops play
/// which part.
/// m: only a moves; n: only b moves; batch: both, parallel; k: both, reduced. The stores have stride 1 along m where they can.
struct Contraction {
  std::vector<std::uint16_t> m, n, k, batch;
  Value a = 0, b = 0;          ///< loads of the body
  std::optional<Value> scale;  ///< v, a third one
  bool is_symmetric =
      false;  ///< b is a with m and n exchanged, and what finish does keeps the symmetry: one triangle is enough
};

enum class StageClass : std::uint8_t { elementwise, reduction, dot, outer, gemv, gemm, batched_gemm };
[[nodiscard]] std::string_view class_name(StageClass);

struct Stage {
  std::vector<std::int64_t> loops;  ///< extents; later loops are inner
  std::size_t parallel = 0;         ///< the first so many loops are parallel, the rest reduced
  Body body;                        ///< empty where nothing is reduced
  std::vector<Accumulator> accumulators;
  Body finish;
  std::vector<Store> stores;
  StageClass kind = StageClass::elementwise;
  std::optional<Contraction> contraction;
};

/// An algorithm on an n×n matrix; nan as in the evaluator where it is singular.
struct MatrixCall {
  MatrixKind kind = MatrixKind::inverse;
  BufferId in, out;
  BufferId work;  ///< n·n elements
  std::int64_t n = 0;
};

struct Kernel {
  std::size_t outer = 0;  ///< the first so many loops are the same in all stages and run around them
  std::vector<Stage> stages;
  std::optional<MatrixCall> call;  ///< instead of stages
};

struct Plan {
  std::string name;
  std::vector<Buffer> buffers;
  std::vector<Kernel> kernels;
  std::vector<BufferId> inputs;   ///< in the order of the computation; states too
  std::vector<BufferId> outputs;  ///< parallel to the outputs of the computation
  std::int64_t workspace = 0;     ///< elements
  [[nodiscard]] const Buffer& operator[](BufferId id) const { return buffers[id.index()]; }
};

/// Scalar operations of one run; decides between straight-line code and loops.
[[nodiscard]] std::int64_t work_of(const Plan&);
/// Additions and multiplications of all contractions: 2·m·n·k each.
[[nodiscard]] std::int64_t contraction_flops(const Plan&);

/// The value of a form, and whether guards hold, at an index of the loops.
[[nodiscard]] std::int64_t value_at(const Affine&, const std::vector<std::int64_t>& index);
[[nodiscard]] bool holds(const std::vector<Guard>&, const std::vector<std::int64_t>& index);

/// The smallest and largest value of a form over loops of these extents.
struct Range {
  std::int64_t low = 0, high = 0;
};
[[nodiscard]] Range range_of(const Affine&, const std::vector<std::int64_t>& loops);

}  // namespace gradwright
