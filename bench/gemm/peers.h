// Libraries of linear algebra, loaded at run time, each in a scope of its own: several export the same names.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace gradwright::bench {

/// Column-major C = op(A)·op(B), or the lower triangle of C = op(A)·op(A)ᵀ where `is_syrk`.
struct Product {
  std::int64_t m = 0, n = 0, k = 0;
  bool a_is_transposed = false, b_is_transposed = false, is_syrk = false, is_double = false;
};

struct Operands {
  const void *a = nullptr, *b = nullptr;
  void* c = nullptr;
  /// Not null: C = max(C + bias, 0), a number for each row: ours within the product, others in a pass after it.
  const void* bias = nullptr;
};

struct Peer {
  std::string name;
  std::function<bool(const Product&)> can;
  std::function<void(const Product&, const Operands&)> run;
  std::function<void(int)> use_threads;
};

/// Ours first, then the libraries that this machine has.
std::vector<Peer> peers();

}  // namespace gradwright::bench
