// Products with one vector: as fast as memory gives the matrix. And the other triangle of a symmetric result.
#include <algorithm>

#include "kernels/contract.h"
#include "kernels/scratch.h"
#include "kernels/threads.h"

namespace gradwright::kernels {
namespace {

constexpr Index rows_at_once = 768;
constexpr Index numbers_of_a_thread = 65536;  // of the matrix

template <class Real>
struct Product {
  const gradwright_contraction& it;
  const Micro<Real>& micro;
  Index batches = 1;
  Index pieces = 1;  ///< of a matrix

  static void run(void* context, std::int64_t index) {
    const Product& self = *static_cast<Product*>(context);
    const gradwright_contraction& it = self.it;
    const Index batch = index / self.pieces, piece = index % self.pieces;
    const Index units = (it.m + self.micro.lanes - 1) / self.micro.lanes;
    const Index begin = units * piece / self.pieces * self.micro.lanes;
    const Index end = std::min(it.m, units * (piece + 1) / self.pieces * self.micro.lanes);
    for (Index row = begin; row < end; row += rows_at_once) self.rows(batch, row, std::min(end, row + rows_at_once));
  }

  void rows(Index batch, Index row0, Index row1) const {
    const Real* a = static_cast<const Real*>(it.a) + batch * it.a_batch + row0 * it.a_m;
    const Real* b = static_cast<const Real*>(it.b) + batch * it.b_batch;
    const bool is_plain = it.epilogue == nullptr && it.c_m == 1 && it.accumulate == 0;
    Real* const c = static_cast<Real*>(it.c) + batch * it.c_batch + row0 * it.c_m;
    Real* const to = is_plain ? c : scratch<Real>(Slot::totals, rows_at_once);
    const Index m = row1 - row0;
    if (it.a_m == 1)
      micro.rows_times(m, it.k, a, it.a_k, b, it.b_k, to);
    else
      micro.dots(m, it.k, a, it.a_m, b, to);
    if (it.epilogue != nullptr) {
      it.epilogue(it.context, to, rows_at_once, batch, row0, m, 0, 1);
    } else if (!is_plain) {
      for (Index i = 0; i < m; ++i) c[i * it.c_m] = it.accumulate != 0 ? c[i * it.c_m] + to[i] : to[i];
    }
  }
};

}  // namespace

template <class Real>
bool contract_vector(const gradwright_contraction& it, const Micro<Real>& micro) {
  if (it.v != nullptr || it.symmetric != 0 || (it.a_m != 1 && (it.a_k != 1 || it.b_k != 1))) return false;
  const Index most = std::max<Index>(1, it.m * it.k * it.batch / numbers_of_a_thread);
  const Index count = std::min<Index>(threads(), most);
  Product<Real> product{it, micro, it.batch, it.batch >= count ? 1 : count};
  if (count <= 1) {
    for (Index batch = 0; batch < it.batch; ++batch) Product<Real>::run(&product, batch);
  } else {
    for_pieces(it.batch * product.pieces, Product<Real>::run, &product);
  }
  return true;
}

template <class Real>
void mirror(Real* c, Index n, Index c_m, Index c_n) {
  constexpr Index block = 16;
  struct Work {
    Real* c;
    Index n, c_m, c_n;
    static void run(void* context, std::int64_t strip) {
      const Work& w = *static_cast<Work*>(context);
      const Index j0 = strip * block, j1 = std::min(w.n, j0 + block);  // columns of the lower triangle
      for (Index i0 = j0; i0 < w.n; i0 += block) {
        const Index i1 = std::min(w.n, i0 + block);
        for (Index i = i0; i < i1; ++i) {
          const Index last = std::min(j1, i);
          for (Index j = j0; j < last; ++j) w.c[j * w.c_m + i * w.c_n] = w.c[i * w.c_m + j * w.c_n];
        }
      }
    }
  } work{c, n, c_m, c_n};
  const Index strips = (n + block - 1) / block;
  if (n >= 256) {
    for_pieces(strips, Work::run, &work);
  } else {
    for (Index strip = 0; strip < strips; ++strip) Work::run(&work, strip);
  }
}

template bool contract_vector(const gradwright_contraction&, const Micro<float>&);
template bool contract_vector(const gradwright_contraction&, const Micro<double>&);
template void mirror(float*, Index, Index, Index);
template void mirror(double*, Index, Index, Index);

}  // namespace gradwright::kernels
