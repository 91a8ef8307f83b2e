#include "peers.h"

#include <dlfcn.h>

#include <cstdlib>

#include "kernels/abi.h"
#include "kernels/threads.h"

namespace gradwright::bench {
namespace {

#if defined(__x86_64__)
#define GRADWRIGHT_WIDEST gnu::target_clones("avx512f", "avx2", "default"), gnu::optimize("O3")
#else
#define GRADWRIGHT_WIDEST gnu::optimize("O3")
#endif

[[GRADWRIGHT_WIDEST]] void finish_float(const float* bias, const float* from, std::int64_t ld, float* to,
                                        std::int64_t to_ld, std::int64_t rows, std::int64_t cols) {
  for (std::int64_t j = 0; j < cols; ++j) {
#pragma GCC ivdep
    for (std::int64_t i = 0; i < rows; ++i) {
      const float x = from[i + j * ld] + bias[i];
      to[i + j * to_ld] = x > 0 ? x : 0;
    }
  }
}
[[GRADWRIGHT_WIDEST]] void finish_double(const double* bias, const double* from, std::int64_t ld, double* to,
                                         std::int64_t to_ld, std::int64_t rows, std::int64_t cols) {
  for (std::int64_t j = 0; j < cols; ++j) {
#pragma GCC ivdep
    for (std::int64_t i = 0; i < rows; ++i) {
      const double x = from[i + j * ld] + bias[i];
      to[i + j * to_ld] = x > 0 ? x : 0;
    }
  }
}

void finish_all(const Product& p, const Operands& o) {
  if (o.bias == nullptr) return;
  if (p.is_double) {
    auto* c = static_cast<double*>(o.c);
    finish_double(static_cast<const double*>(o.bias), c, p.m, c, p.m, p.m, p.n);
  } else {
    auto* c = static_cast<float*>(o.c);
    finish_float(static_cast<const float*>(o.bias), c, p.m, c, p.m, p.m, p.n);
  }
}

struct Finishing {
  const Product& product;
  const Operands& operands;
};
void finish_block(void* context, void* tile, std::int64_t ld, std::int64_t, std::int64_t row0, std::int64_t rows,
                  std::int64_t col0, std::int64_t cols) {
  const auto& [p, o] = *static_cast<const Finishing*>(context);
  if (p.is_double)
    finish_double(static_cast<const double*>(o.bias) + row0, static_cast<const double*>(tile), ld,
                  static_cast<double*>(o.c) + row0 + col0 * p.m, p.m, rows, cols);
  else
    finish_float(static_cast<const float*>(o.bias) + row0, static_cast<const float*>(tile), ld,
                 static_cast<float*>(o.c) + row0 + col0 * p.m, p.m, rows, cols);
}

template <class Function>
Function* function(void* library, const char* name) {
  return reinterpret_cast<Function*>(dlsym(library, name));
}

template <class Real>
using Gemm = void(const char*, const char*, const int*, const int*, const int*, const Real*, const Real*, const int*,
                  const Real*, const int*, const Real*, Real*, const int*);
template <class Real>
using Syrk = void(const char*, const char*, const int*, const int*, const Real*, const Real*, const int*, const Real*,
                  Real*, const int*);

template <class Real>
void call(Gemm<Real>* gemm, Syrk<Real>* syrk, const Product& p, const Operands& o) {
  const int m = static_cast<int>(p.m), n = static_cast<int>(p.n), k = static_cast<int>(p.k);
  const int lda = p.a_is_transposed ? k : m, ldb = p.b_is_transposed ? n : k;
  const Real one = 1, zero = 0;
  const char* ta = p.a_is_transposed ? "T" : "N";
  const char* tb = p.b_is_transposed ? "T" : "N";
  if (p.is_syrk)
    syrk("L", ta, &n, &k, &one, static_cast<const Real*>(o.a), &lda, &zero, static_cast<Real*>(o.c), &n);
  else
    gemm(ta, tb, &m, &n, &k, &one, static_cast<const Real*>(o.a), &lda, static_cast<const Real*>(o.b), &ldb, &zero,
         static_cast<Real*>(o.c), &m);
}

void add_blas(std::vector<Peer>& all, const char* name, const char* file, const char* set_threads) {
  void* library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return;
  auto* sgemm = function<Gemm<float>>(library, "sgemm_");
  auto* dgemm = function<Gemm<double>>(library, "dgemm_");
  auto* ssyrk = function<Syrk<float>>(library, "ssyrk_");
  auto* dsyrk = function<Syrk<double>>(library, "dsyrk_");
  auto* threads = function<void(int)>(library, set_threads);
  if (sgemm == nullptr || dgemm == nullptr || ssyrk == nullptr || dsyrk == nullptr || threads == nullptr) return;
  all.push_back({name, [](const Product&) { return true; },
                 [=](const Product& p, const Operands& o) {
                   if (p.is_double)
                     call<double>(dgemm, dsyrk, p, o);
                   else
                     call<float>(sgemm, ssyrk, p, o);
                 },
                 [=](int count) { threads(count); }});
}

/// Its matrices are row-major: Cᵀ = op(B)ᵀ·op(A)ᵀ.
void add_onednn(std::vector<Peer>& all) {
  for (const char* file : {"libdnnl.so.2", "libdnnl.so.3"}) {
    void* library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) continue;
    using Sgemm = int(char, char, std::int64_t, std::int64_t, std::int64_t, float, const float*, std::int64_t,
                      const float*, std::int64_t, float, float*, std::int64_t);
    auto* sgemm = function<Sgemm>(library, "dnnl_sgemm");
    auto* threads = function<void(int)>(library, "omp_set_num_threads");
    if (sgemm == nullptr || threads == nullptr) continue;
    all.push_back({"oneDNN", [](const Product& p) { return !p.is_double && !p.is_syrk; },
                   [=](const Product& p, const Operands& o) {
                     sgemm(p.b_is_transposed ? 'T' : 'N', p.a_is_transposed ? 'T' : 'N', p.n, p.m, p.k, 1,
                           static_cast<const float*>(o.b), p.b_is_transposed ? p.n : p.k,
                           static_cast<const float*>(o.a), p.a_is_transposed ? p.k : p.m, 0, static_cast<float*>(o.c),
                           p.m);
                   },
                   [=](int count) { threads(count); }});
    return;
  }
}

/// Debian has it as an archive only; LIBXSMM names a shared library made of it:
/// gcc -shared -o libxsmm.so -Wl,--whole-archive libxsmm.a libxsmmnoblas.a -Wl,--no-whole-archive -lpthread -ldl -lm
void add_libxsmm(std::vector<Peer>& all) {
  const char* named = std::getenv("LIBXSMM");
  void* library = dlopen(named == nullptr ? "libxsmm.so" : named, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return;
  auto* sgemm = function<Gemm<float>>(library, "libxsmm_sgemm");
  auto* dgemm = function<Gemm<double>>(library, "libxsmm_dgemm");
  if (sgemm == nullptr || dgemm == nullptr) return;
  all.push_back({"libxsmm",
                 [](const Product& p) { return !p.is_syrk && !p.a_is_transposed && p.m * p.n * p.k <= 64 * 64 * 64; },
                 [=](const Product& p, const Operands& o) {
                   if (p.is_double)
                     call<double>(dgemm, nullptr, p, o);
                   else
                     call<float>(sgemm, nullptr, p, o);
                 },
                 [](int) {}});
}

void run_own(const Product& p, const Operands& o) {
  gradwright_contraction it{};
  it.m = p.m;
  it.n = p.n;
  it.k = p.k;
  it.batch = 1;
  it.a = o.a;
  it.a_m = p.a_is_transposed ? p.k : 1;
  it.a_k = p.a_is_transposed ? 1 : p.m;
  it.b = o.b;
  it.b_k = p.b_is_transposed ? p.n : 1;
  it.b_n = p.b_is_transposed ? 1 : p.k;
  it.c = o.c;
  it.c_m = 1;
  it.c_n = p.m;
  if (p.is_syrk) {
    it.symmetric = 1;
    it.b = o.a;
    it.b_k = it.a_k;
    it.b_n = it.a_m;
  }
  Finishing finishing{p, o};
  if (o.bias != nullptr) {
    it.epilogue = finish_block;
    it.context = &finishing;
  }
  (p.is_double ? kernel_table().contract_f64 : kernel_table().contract_f32)(&it);
}

}  // namespace

std::vector<Peer> peers() {
  // What these libraries choose by the processor's model, which may be masked: the widest kernels instead.
  if (__builtin_cpu_supports("avx512f")) {
    setenv("OPENBLAS_CORETYPE", "SKYLAKEX", 0);
    setenv("BLIS_ARCH_TYPE", "skx", 0);
  }
  setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
  std::vector<Peer> all{
      {"own", [](const Product&) { return true; }, run_own, [](int count) { kernels::use_threads(count); }}};
  add_blas(all, "OpenBLAS", "libopenblas.so.0", "openblas_set_num_threads");
  add_blas(all, "BLIS", "libblis.so.4", "bli_thread_set_num_threads");
  add_onednn(all);
  add_libxsmm(all);
  for (std::size_t i = 1; i < all.size(); ++i) {
    all[i].run = [product = all[i].run](const Product& p, const Operands& o) {
      product(p, o);
      finish_all(p, o);
    };
  }
  return all;
}

}  // namespace gradwright::bench
