// Tiles for any processor: vectors of 16 bytes, which compilers have or imitate everywhere.
#define GRADWRIGHT_BYTES 16
#define GRADWRIGHT_VECTORS 3
#define GRADWRIGHT_COLUMNS 4
#include "kernels/micro_text.h"

namespace gradwright::kernels {
template <>
const Micro<float>& portable_micro() {
  return micro_of<float>;
}
template <>
const Micro<double>& portable_micro() {
  return micro_of<double>;
}
}  // namespace gradwright::kernels
