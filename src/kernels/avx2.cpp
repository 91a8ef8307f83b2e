// Tiles for processors with AVX2 and FMA.
#if defined(__x86_64__) && defined(__GNUC__)
#define GRADWRIGHT_BYTES 32
#define GRADWRIGHT_VECTORS 3
#define GRADWRIGHT_COLUMNS 4
#include "kernels/micro_text.h"

namespace gradwright::kernels {
template <>
const Micro<float>& avx2_micro() {
  return micro_of<float>;
}
template <>
const Micro<double>& avx2_micro() {
  return micro_of<double>;
}
}  // namespace gradwright::kernels
#endif
