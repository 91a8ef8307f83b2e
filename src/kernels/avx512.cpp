// Tiles for processors with AVX-512: 24 sums of 16 float or 8 double.
#if defined(__x86_64__) && defined(__GNUC__)
#define GRADWRIGHT_BYTES 64
#define GRADWRIGHT_VECTORS 3
#define GRADWRIGHT_COLUMNS 8
#define GRADWRIGHT_MASKS
#include "kernels/micro_text.h"

namespace gradwright::kernels {
template <>
const Micro<float>& avx512_micro() {
  return micro_of<float>;
}
template <>
const Micro<double>& avx512_micro() {
  return micro_of<double>;
}
}  // namespace gradwright::kernels
#endif
