// Hashes: of the keys of the hash-consing tables, and of what is to be told apart again in another process.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace gradwright {

/// Folds `value` into `seed` (the finaliser of splitmix64; Steele, Lea & Flood 2014).
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t seed, std::uint64_t value) {
  std::uint64_t z = seed ^ (value + 0x9e3779b97f4a7c15ULL + (seed << 6) + (seed >> 2));
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

/// The same on every machine.
[[nodiscard]] inline std::uint64_t hash_of(std::uint64_t seed, std::string_view text) {
  std::uint64_t hash = mixed(seed, text.size());
  for (std::size_t i = 0; i < text.size(); i += 8) {
    std::uint64_t word = 0;
    for (std::size_t k = i; k < std::min(i + 8, text.size()); ++k)
      word |= std::uint64_t{static_cast<unsigned char>(text[k])} << (8 * (k - i));
    hash = mixed(hash, word);
  }
  return hash;
}
/// With more of the numbers whose hash `mixed(seed, count)` begins: `hash_of` by parts.
template <class Real>
[[nodiscard]] std::uint64_t hash_on(std::uint64_t hash, std::span<Real> numbers) {
  for (const Real number : numbers) hash = mixed(hash, std::bit_cast<std::uint64_t>(static_cast<double>(number)));
  return hash;
}
/// Of the bits: 0 and -0 differ. A float counts as the double that it is.
template <class Real>
[[nodiscard]] std::uint64_t hash_of(std::uint64_t seed, std::span<const Real> numbers) {
  return hash_on(mixed(seed, numbers.size()), numbers);
}

}  // namespace gradwright
