#include "lower/plan.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace gradwright {
namespace {

std::int64_t product(const std::vector<std::int64_t>& extents, std::size_t count) {
  return std::accumulate(extents.begin(), extents.begin() + static_cast<std::ptrdiff_t>(count), std::int64_t{1},
                         std::multiplies<>());
}

}  // namespace

std::int64_t Buffer::count() const { return product(extents, extents.size()); }

std::size_t arity(Op op) {
  switch (op) {
    case Op::constant:
    case Op::index:
    case Op::load:
    case Op::accumulator: return 0;
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::div:
    case Op::max:
    case Op::min:
    case Op::greater:
    case Op::greater_equal:
    case Op::equal:
    case Op::pow: return 2;
    case Op::select: return 3;
    default: return 1;
  }
}

std::string_view class_name(StageClass kind) {
  switch (kind) {
    case StageClass::elementwise: return "elementwise";
    case StageClass::reduction: return "reduction";
    case StageClass::dot: return "dot";
    case StageClass::outer: return "outer";
    case StageClass::gemv: return "gemv";
    case StageClass::gemm: return "gemm";
    case StageClass::batched_gemm: return "batched gemm";
  }
  return "";
}

std::int64_t work_of(const Plan& plan) {
  std::int64_t work = 0;
  for (const Kernel& kernel : plan.kernels) {
    if (kernel.call) work += 2 * kernel.call->n * kernel.call->n * kernel.call->n;
    for (const Stage& stage : kernel.stages) {
      work += product(stage.loops, stage.loops.size()) * static_cast<std::int64_t>(stage.body.size());
      work += product(stage.loops, stage.parallel) * static_cast<std::int64_t>(stage.finish.size());
    }
  }
  return work;
}

std::int64_t contraction_flops(const Plan& plan) {
  std::int64_t flops = 0;
  for (const Kernel& kernel : plan.kernels) {
    for (const Stage& stage : kernel.stages) {
      if (stage.contraction) flops += 2 * product(stage.loops, stage.loops.size());
    }
  }
  return flops;
}

std::int64_t value_at(const Affine& form, const std::vector<std::int64_t>& index) {
  std::int64_t value = form.offset;
  for (std::size_t l = 0; l < form.strides.size() && l < index.size(); ++l) value += form.strides[l] * index[l];
  return value;
}

bool holds(const std::vector<Guard>& guards, const std::vector<std::int64_t>& index) {
  return std::all_of(guards.begin(), guards.end(), [&](const Guard& guard) {
    const std::int64_t value = value_at(guard.form, index);
    return value >= 0 && value < guard.count;
  });
}

Range range_of(const Affine& form, const std::vector<std::int64_t>& loops) {
  Range range{form.offset, form.offset};
  for (std::size_t l = 0; l < form.strides.size() && l < loops.size(); ++l) {
    const std::int64_t reach = form.strides[l] * (loops[l] - 1);
    (reach < 0 ? range.low : range.high) += reach;
  }
  return range;
}

}  // namespace gradwright
