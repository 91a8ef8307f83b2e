// Which arguments of NumPy's functions are understood: one that may change the result and is not understood is refused by name.
#pragma once

#include <string_view>

#include "read/numpy/python.h"

namespace gradwright::numpy {

struct Understood {
  std::string_view function;
  std::size_t positional = 1;       ///< the array of a method included
  std::string_view keywords;        ///< `axis`: whatever its value; `k=0`: with this value only
  std::size_t element_type_at = 0;  ///< the place of a dtype among the positional ones; 0: none
};

/// Null where the function is none of NumPy's that are read.
[[nodiscard]] const Understood* understood(std::string_view function);
[[nodiscard]] bool understands(const Understood&, std::string_view keyword, Py value);

/// What astype, dtype and np.float32 make of entries. `other`: uint8, complex … are not read.
enum class ElementType : std::uint8_t { none, real, whole, truth, other };
/// `float`, `np.int64`, `torch.float32`, `W.dtype`, 'float32' (where a type is expected).
[[nodiscard]] ElementType element_type(Py);
[[nodiscard]] ElementType element_type(std::string_view name);

}  // namespace gradwright::numpy
