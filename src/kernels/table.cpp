// The kernels of this processor, chosen by what it can do, never by its model: models are masked in virtual machines.
#include <algorithm>

#include "kernels/contract.h"
#include "kernels/threads.h"

namespace gradwright {
namespace kernels {
namespace {

template <class Real>
const Micro<Real>& best_micro() {
  const Micro<Real>* best = &portable_micro<Real>();
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) best = &avx2_micro<Real>();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl"))
    best = &avx512_micro<Real>();
#endif
  return *best;
}

template <class Real>
void contract_best(const gradwright_contraction* it) {
  static const Micro<Real>& micro = best_micro<Real>();
  contract(*it, micro);
}

struct Range {
  std::int64_t count, pieces;
  gradwright_body body;
  void* context;
  static void run(void* self, std::int64_t piece) {
    const Range& range = *static_cast<Range*>(self);
    range.body(range.context, range.count * piece / range.pieces, range.count * (piece + 1) / range.pieces);
  }
};

void parallel(std::int64_t count, std::int64_t grain, gradwright_body body, void* context) {
  if (count <= 0) return;
  // Several pieces a thread: one that is late leaves less to wait for.
  const int many = threads() > 1 ? 4 * threads() : 1;
  const std::int64_t pieces = std::min<std::int64_t>(many, count / std::max<std::int64_t>(1, grain));
  if (pieces <= 1) return body(context, 0, count);
  Range range{count, pieces, body, context};
  for_pieces(pieces, Range::run, &range);
}

}  // namespace
}  // namespace kernels

const gradwright_kernels& kernel_table() {
  static const gradwright_kernels table{gradwright_kernels_version, kernels::contract_best<float>,
                                        kernels::contract_best<double>, kernels::parallel};
  return table;
}

}  // namespace gradwright
