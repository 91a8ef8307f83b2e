// Contractions by strides (abi.h) with the micro-kernels of one processor.
#pragma once

#include "kernels/abi.h"
#include "kernels/micro.h"

namespace gradwright::kernels {

template <class Real>
void contract(const gradwright_contraction&, const Micro<Real>&);

/// A product with one vector (n = 1), in pieces of rows; false, and nothing is done, where its strides are not those of one.
template <class Real>
[[nodiscard]] bool contract_vector(const gradwright_contraction&, const Micro<Real>&);

/// c[j, i] = c[i, j] for i > j.
template <class Real>
void mirror(Real* c, Index n, Index c_m, Index c_n);

extern template void contract(const gradwright_contraction&, const Micro<float>&);
extern template void contract(const gradwright_contraction&, const Micro<double>&);
extern template bool contract_vector(const gradwright_contraction&, const Micro<float>&);
extern template bool contract_vector(const gradwright_contraction&, const Micro<double>&);
extern template void mirror(float*, Index, Index, Index);
extern template void mirror(double*, Index, Index, Index);

}  // namespace gradwright::kernels
