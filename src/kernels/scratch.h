// Memory of each thread for packed operands and for totals; it grows once and stays.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gradwright::kernels {

enum class Slot : std::uint8_t { a, b, totals };

/// At least so many bytes, at a multiple of 64; what was there before may be gone.
[[nodiscard]] void* scratch_bytes(Slot, std::size_t bytes);

template <class Real>
[[nodiscard]] Real* scratch(Slot slot, std::int64_t count) {
  return static_cast<Real*>(scratch_bytes(slot, static_cast<std::size_t>(count) * sizeof(Real)));
}

}  // namespace gradwright::kernels
