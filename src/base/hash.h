// Mixing of hash values, for the keys of the hash-consing tables.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gradwright {

/// Folds `value` into `seed` (the finaliser of splitmix64; Steele, Lea & Flood 2014).
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t seed, std::uint64_t value) {
  std::uint64_t z = seed ^ (value + 0x9e3779b97f4a7c15ULL + (seed << 6) + (seed >> 2));
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace gradwright
