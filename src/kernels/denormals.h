// Numbers too small to have all their digits (below 1.2e-38 in float32, 2.2e-308 in float64) count as zero while compiled programs run. Where
// averages of gradients fade out, most numbers would soon be such ones, and processors take a hundred times as long for each.
#pragma once

#include <cstdint>

namespace gradwright::kernels {

/// How this thread rounds, and what it does with such numbers.
[[nodiscard]] inline std::uint64_t arithmetic() {
#if defined(__x86_64__)
  return __builtin_ia32_stmxcsr();
#elif defined(__aarch64__)
  std::uint64_t word = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(word));
  return word;
#else
  return 0;
#endif
}

inline void set_arithmetic([[maybe_unused]] std::uint64_t word) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr(static_cast<unsigned>(word));
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(word));
#endif
}

/// While it lives, they are zero on the thread that made it, and in the pool's work for it.
class DenormalsAsZero {
 public:
  DenormalsAsZero() : before_(arithmetic()) { set_arithmetic(before_ | as_zero); }
  ~DenormalsAsZero() { set_arithmetic(before_); }
  DenormalsAsZero(const DenormalsAsZero&) = delete;
  DenormalsAsZero& operator=(const DenormalsAsZero&) = delete;

 private:
#if defined(__x86_64__)
  static constexpr std::uint64_t as_zero = 0x8040;  ///< of results, of operands
#else
  static constexpr std::uint64_t as_zero = 1U << 24U;
#endif
  std::uint64_t before_;
};

}  // namespace gradwright::kernels
