// Laws of the kernels: the numbers of three plain loops, whatever the shape, the strides and the processor; the same bits with one thread
// and with many; nothing written outside the result.
#include "kernels/contract.h"

#include <doctest/doctest.h>

#include <cmath>
#include <mutex>
#include <random>
#include <vector>

#include "kernels/threads.h"

using namespace gradwright;
using namespace gradwright::kernels;

namespace {

/// An operand with strides: transposed or not, padded or not, or the same number everywhere along an axis.
struct Laid {
  Index rows, cols, row_step, col_step, batch_step, count;
};

template <class Random>
Laid laid(Index rows, Index cols, Index batch, Random& random) {
  const Index pad = random() % 3 == 0 ? static_cast<Index>(random() % 5) : 0;
  Laid l{rows, cols, 0, 0, 0, 0};
  switch (random() % 8) {
    case 0:  // neither is 1
      l.row_step = 2;
      l.col_step = 2 * rows + pad;
      break;
    case 1:
    case 2:
    case 3:
      l.row_step = cols + pad;
      l.col_step = 1;
      break;
    default: l.row_step = 1; l.col_step = rows + pad;
  }
  l.batch_step = std::max<Index>(1, rows * l.row_step + cols * l.col_step);
  l.count = batch * l.batch_step + 8;
  return l;
}

template <class Real>
struct Problem {
  gradwright_contraction it{};
  std::vector<Real> a, b, v, c, expected;
  std::vector<double> slack;  ///< Σ|a·v·b|: what a rounding error is measured by
};

template <class Real>
std::vector<Real> numbers(Index count, std::mt19937_64& random) {
  std::uniform_real_distribution<Real> some(-1, 1);
  std::vector<Real> all(static_cast<std::size_t>(count));
  for (Real& x : all) x = some(random);
  return all;
}

/// The plain loops.
template <class Real>
void expect(Problem<Real>& p) {
  const gradwright_contraction& it = p.it;
  p.expected = p.c;
  p.slack.assign(p.c.size(), 0);
  for (Index z = 0; z < it.batch; ++z) {
    for (Index i = 0; i < it.m; ++i) {
      for (Index j = 0; j < it.n; ++j) {
        double total = 0, size = 1;
        for (Index k = 0; k < it.k; ++k) {
          const double scale =
              p.v.empty() ? 1 : static_cast<double>(p.v[static_cast<std::size_t>(z * it.v_batch + k * it.v_k)]);
          const double term =
              static_cast<double>(p.a[static_cast<std::size_t>(z * it.a_batch + i * it.a_m + k * it.a_k)]) * scale *
              static_cast<double>(p.b[static_cast<std::size_t>(z * it.b_batch + k * it.b_k + j * it.b_n)]);
          total += term;
          size += std::fabs(term);
        }
        const auto at = static_cast<std::size_t>(z * it.c_batch + i * it.c_m + j * it.c_n);
        if (it.accumulate != 0) total += static_cast<double>(p.c[at]);
        p.expected[at] = static_cast<Real>(total);
        p.slack[at] = size;
      }
    }
  }
}

enum class Shapes { small, large, flat };

template <class Real>
Problem<Real> problem(std::mt19937_64& random, Shapes shapes) {
  const bool is_large = shapes == Shapes::large, is_flat = shapes == Shapes::flat;
  Problem<Real> p;
  gradwright_contraction& it = p.it;
  const auto extent = [&](Index most) { return static_cast<Index>(random() % static_cast<std::uint64_t>(most)) + 1; };
  const bool is_symmetric = random() % 6 == 0 && !is_flat;
  it.m = extent(is_large ? 300 : 70);
  it.n = random() % 6 == 0 ? 1 : extent(is_large ? 300 : 70);
  it.k = random() % 20 == 0 ? 0 : random() % 4 == 0 ? extent(is_large ? 2600 : 300) : extent(60);
  it.batch = random() % 4 == 0 ? extent(4) : 1;
  if (random() % 8 == 0) it.m = 1;
  if (is_flat) it.m = extent(15), it.n = 60 + extent(140);
  if (is_symmetric) it.n = it.m;
  const Laid a = laid(it.m, it.k, it.batch, random), b = laid(it.k, it.n, it.batch, random),
             c = laid(it.m, it.n, it.batch, random);
  it.a_m = a.row_step, it.a_k = a.col_step, it.a_batch = a.batch_step;
  it.b_k = b.row_step, it.b_n = b.col_step, it.b_batch = b.batch_step;
  it.c_m = c.row_step, it.c_n = c.col_step, it.c_batch = c.batch_step;
  p.a = numbers<Real>(a.count, random);
  p.b = numbers<Real>(b.count, random);
  p.c = numbers<Real>(c.count, random);
  if (random() % 3 == 0) {
    it.v_k = extent(2);
    it.v_batch = it.k * it.v_k;
    p.v = numbers<Real>(it.batch * it.v_batch + 1, random);
  }
  it.accumulate = is_symmetric ? 0 : static_cast<std::int64_t>(random() % 2);
  it.symmetric = is_symmetric ? 1 : 0;
  if (is_symmetric) {
    it.b_k = it.a_k, it.b_n = it.a_m, it.b_batch = it.a_batch;
    p.b = p.a;
  }
  expect(p);
  return p;
}

template <class Real>
struct Result {
  std::vector<Real> c;
  Index entries = 0;  ///< that the epilogue saw
};

/// With an epilogue: what it was given, stored by it.
template <class Real>
Result<Real> result(const Problem<Real>& p, const Micro<Real>& micro, bool has_epilogue) {
  struct Context {
    const gradwright_contraction* it;
    std::vector<Real> c;
    std::vector<char> seen;
    std::mutex mutex;
    Index entries = 0;
    bool twice = false;
  } context;
  context.c = p.c;
  context.seen.assign(p.c.size(), 0);
  gradwright_contraction it = p.it;
  context.it = &it;
  it.a = p.a.data();
  it.b = p.b.data();
  it.v = p.v.empty() ? nullptr : p.v.data();
  it.c = context.c.data();
  if (has_epilogue) {
    it.context = &context;
    it.near = it.c;
    it.near_m = it.c_m;
    it.near_n = it.c_n;
    it.near_batch = it.c_batch;
    it.epilogue = [](void* self, void* tile, std::int64_t ld, std::int64_t batch, std::int64_t row0, std::int64_t rows,
                     std::int64_t col0, std::int64_t cols) {
      Context& to = *static_cast<Context*>(self);
      const std::lock_guard lock(to.mutex);
      for (Index j = 0; j < cols; ++j) {
        for (Index i = 0; i < rows; ++i) {
          const Real x = static_cast<Real*>(tile)[i + j * ld];
          const auto at =
              static_cast<std::size_t>(batch * to.it->c_batch + (row0 + i) * to.it->c_m + (col0 + j) * to.it->c_n);
          to.c[at] = to.it->accumulate != 0 ? to.c[at] + x : x;
          to.twice = to.twice || to.seen[at] != 0;
          to.seen[at] = 1;
        }
      }
      to.entries += rows * cols;
    };
  }
  contract(it, micro);
  CHECK_FALSE(context.twice);
  return {std::move(context.c), context.entries};
}

template <class Real>
void check(const Problem<Real>& p, const std::vector<Real>& found) {
  double largest = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (p.slack[i] == 0) {
      if (found[i] != p.c[i]) largest = INFINITY;  // written where nothing is to be written
      continue;
    }
    const double apart = std::fabs(static_cast<double>(found[i]) - static_cast<double>(p.expected[i])) / p.slack[i];
    largest = std::isnan(apart) ? INFINITY : std::max(largest, apart);
  }
  const double epsilon = std::is_same_v<Real, float> ? 1.2e-7 : 2.3e-16;
  CHECK(largest < 16 * epsilon * std::sqrt(static_cast<double>(p.it.k + 1)));
}

template <class Real>
std::vector<const Micro<Real>*> micros() {
  std::vector<const Micro<Real>*> all{&portable_micro<Real>()};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) all.push_back(&avx2_micro<Real>());
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) all.push_back(&avx512_micro<Real>());
#endif
  return all;
}

template <class Real>
void law(int problems, Shapes shapes) {
  std::mt19937_64 random(shapes == Shapes::large ? 7 : shapes == Shapes::small ? 11 : 13);
  for (int number = 0; number < problems; ++number) {
    const Problem<Real> p = problem<Real>(random, shapes);
    CAPTURE(number);
    CAPTURE(p.it.m);
    CAPTURE(p.it.n);
    CAPTURE(p.it.k);
    CAPTURE(p.it.batch);
    CAPTURE(p.it.symmetric);
    CAPTURE(p.it.a_m);
    CAPTURE(p.it.b_k);
    CAPTURE(p.it.c_m);
    for (const Micro<Real>* micro : micros<Real>()) {
      CAPTURE(micro->lanes);
      for (const bool has_epilogue : {false, true}) {
        CAPTURE(has_epilogue);
        use_threads(1);
        const Result<Real> one = result(p, *micro, has_epilogue);
        check(p, one.c);
        if (has_epilogue && p.it.symmetric == 0) CHECK(one.entries == p.it.m * p.it.n * p.it.batch);
        for (const int count : {2, 3}) {
          use_threads(count);
          const Result<Real> many = result(p, *micro, has_epilogue);
          CHECK(one.c == many.c);
        }
      }
    }
  }
  use_threads(0);
}

}  // namespace

TEST_CASE("small contractions have the numbers of plain loops") {
  law<float>(300, Shapes::small);
  law<double>(300, Shapes::small);
}

TEST_CASE("contractions of few rows and many columns have the numbers of plain loops") {
  law<float>(100, Shapes::flat);
  law<double>(100, Shapes::flat);
}

TEST_CASE("large contractions have the numbers of plain loops, and the same bits on many threads") {
  law<float>(25, Shapes::large);
  law<double>(25, Shapes::large);
}
