#include "check/edit_dense.h"

#include <algorithm>
#include <cmath>

namespace gradwright::check {

using formula::Operator;

double* Arena::take(std::size_t count) {
  if (used_ + count > block_size && !blocks_.empty()) {
    ++block_;
    used_ = 0;
  }
  while (block_ >= blocks_.size()) blocks_.push_back(std::make_unique<double[]>(block_size));
  double* found = blocks_[block_].get() + used_;
  used_ += count;
  return found;
}

Fresh fresh(Arena& arena, std::size_t rows, std::size_t cols) {
  if (rows == 0 || cols == 0 || rows > most_entries || cols > most_entries || rows * cols > most_entries) return {};
  double* at = arena.take(rows * cols);
  return {{static_cast<std::uint32_t>(rows), static_cast<std::uint32_t>(cols), at}, at};
}

Dense constant(Arena& arena, double value, std::size_t rows, std::size_t cols) {
  const Fresh made = fresh(arena, rows, cols);
  std::fill_n(made.at, made.dense.count(), value);
  return made.dense;
}

namespace {

/// f entry by entry; a scalar meets every entry.
template <class F>
Dense entrywise(Arena& arena, const Dense& a, const Dense& b, F f) {
  if (a.is_none() || b.is_none()) return {};
  if (!a.is_scalar() && !b.is_scalar() && !a.has_size_of(b)) return {};
  const Dense& shape = a.is_scalar() ? b : a;
  const Fresh made = fresh(arena, shape.rows, shape.cols);
  const std::size_t of_a = a.is_scalar() ? 0 : 1;
  const std::size_t of_b = b.is_scalar() ? 0 : 1;
  for (std::size_t i = 0; i < made.dense.count(); ++i) made.at[i] = f(a.at[i * of_a], b.at[i * of_b]);
  return made.dense;
}

Dense matrix_product(Arena& arena, const Dense& a, const Dense& b) {
  if (a.cols != b.rows) return {};
  const Fresh made = fresh(arena, a.rows, b.cols);
  if (made.dense.is_none()) return {};
  for (std::size_t j = 0; j < b.cols; ++j) {
    double* column = made.at + j * a.rows;
    std::fill_n(column, a.rows, 0.0);
    for (std::size_t k = 0; k < a.cols; ++k) {
      const double factor = b.at[k + j * b.rows];
      for (std::size_t i = 0; i < a.rows; ++i) column[i] += a.at[i + k * a.rows] * factor;
    }
  }
  return made.dense;
}

Dense kronecker(Arena& arena, const Dense& a, const Dense& b) {
  const Fresh made = fresh(arena, std::size_t{a.rows} * b.rows, std::size_t{a.cols} * b.cols);
  if (made.dense.is_none()) return {};
  for (std::size_t j = 0; j < made.dense.cols; ++j) {
    for (std::size_t i = 0; i < made.dense.rows; ++i) {
      made.at[i + j * made.dense.rows] =
          a.at[i / b.rows + (j / b.cols) * a.rows] * b.at[i % b.rows + (j % b.cols) * b.rows];
    }
  }
  return made.dense;
}

/// Rows of [A | B] brought to [U | …] with partial pivoting; the determinant of A. 0: singular.
double eliminated(std::vector<double>& a, std::vector<double>& b, std::size_t n, std::size_t columns) {
  double total = 1;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (std::fabs(a[i + k * n]) > std::fabs(a[pivot + k * n])) pivot = i;
    }
    if (std::fabs(a[pivot + k * n]) < 1e-12) return 0;
    if (pivot != k) {
      total = -total;
      for (std::size_t j = 0; j < n; ++j) std::swap(a[k + j * n], a[pivot + j * n]);
      for (std::size_t j = 0; j < columns; ++j) std::swap(b[k + j * n], b[pivot + j * n]);
    }
    total *= a[k + k * n];
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i + k * n] / a[k + k * n];
      for (std::size_t j = k; j < n; ++j) a[i + j * n] -= factor * a[k + j * n];
      for (std::size_t j = 0; j < columns; ++j) b[i + j * n] -= factor * b[k + j * n];
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t j = 0; j < columns; ++j) b[k + j * n] /= a[k + k * n];
  }
  return total;
}

}  // namespace

Dense scaled(Arena& arena, double factor, const Dense& a) {
  const Fresh made = fresh(arena, a.rows, a.cols);
  for (std::size_t i = 0; i < a.count(); ++i) made.at[i] = factor * a.at[i];
  return made.dense;
}

Dense inverse(Arena& arena, const Dense& a) {
  if (a.is_none() || a.rows != a.cols) return {};
  const std::size_t n = a.rows;
  std::vector<double> left(a.at, a.at + a.count());
  std::vector<double> right(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) right[i + i * n] = 1;
  if (eliminated(left, right, n, n) == 0) return {};
  const Fresh made = fresh(arena, n, n);
  std::copy(right.begin(), right.end(), made.at);
  return made.dense;
}

double determinant(const Dense& a) {
  std::vector<double> left(a.at, a.at + a.count());
  std::vector<double> none;
  return eliminated(left, none, a.rows, 0);
}

Dense multiplied(Arena& arena, const Dense& a, Operator op, const Dense& b) {
  if (a.is_none() || b.is_none()) return {};
  switch (op) {
    case Operator::times:
      if (a.is_scalar()) return scaled(arena, *a.at, b);
      if (b.is_scalar()) return scaled(arena, *b.at, a);
      return matrix_product(arena, a, b);
    case Operator::dot_times: return entrywise(arena, a, b, [](double x, double y) { return x * y; });
    case Operator::dot_over: return entrywise(arena, a, b, [](double x, double y) { return x / y; });
    case Operator::over: return b.is_scalar() && *b.at != 0 ? scaled(arena, 1 / *b.at, a) : Dense{};
    case Operator::under: return multiplied(arena, inverse(arena, a), Operator::times, b);
    case Operator::kron: return kronecker(arena, a, b);
    default: return {};
  }
}

Dense size_of_result(const Dense& a, Operator op, const Dense& b) {
  if (a.is_none() || b.is_none()) return {};
  switch (op) {
    case Operator::times:
      if (a.is_scalar()) return {b.rows, b.cols, nullptr};
      if (b.is_scalar()) return {a.rows, a.cols, nullptr};
      return a.cols == b.rows ? Dense{a.rows, b.cols, nullptr} : Dense{};
    case Operator::over: return b.is_scalar() ? Dense{a.rows, a.cols, nullptr} : Dense{};
    case Operator::under:
    case Operator::kron: return {};
    default:
      if (a.is_scalar()) return {b.rows, b.cols, nullptr};
      return b.is_scalar() || a.has_size_of(b) ? Dense{a.rows, a.cols, nullptr} : Dense{};
  }
}

Dense added(Arena& arena, const Dense& a, double factor, const Dense& b) {
  return entrywise(arena, a, b, [factor](double x, double y) { return x + factor * y; });
}

Dense transposed(Arena& arena, const Dense& a) {
  if (a.is_none() || a.is_vector()) return {a.cols, a.rows, a.at};
  const Fresh made = fresh(arena, a.cols, a.rows);
  for (std::size_t j = 0; j < a.cols; ++j) {
    for (std::size_t i = 0; i < a.rows; ++i) made.at[j + i * a.cols] = a.at[i + j * a.rows];
  }
  return made.dense;
}

Dense raised(Arena& arena, const Dense& base, Operator op, const Dense& exponent) {
  if (base.is_none() || exponent.is_none()) return {};
  const auto power = [](double x, double y) { return y == 2 ? x * x : y == -1 ? 1 / x : std::pow(x, y); };
  if (op == Operator::dot_power || base.is_vector()) return entrywise(arena, base, exponent, power);
  if (!exponent.is_scalar() || base.rows != base.cols) return {};
  double count = *exponent.at;
  if (count != std::floor(count) || std::fabs(count) > 16) return {};
  Dense factor = base;
  if (count < 0) factor = inverse(arena, base);
  count = std::fabs(count);
  if (count == 0) return diagonal(arena, constant(arena, 1, base.rows));
  Dense total = factor;
  for (int i = 1; i < static_cast<int>(count); ++i) total = multiplied(arena, total, Operator::times, factor);
  return total;
}

Dense compared(Arena& arena, const Dense& a, Operator op, const Dense& b) {
  switch (op) {
    case Operator::less: return entrywise(arena, a, b, [](double x, double y) { return x < y ? 1.0 : 0.0; });
    case Operator::less_equal: return entrywise(arena, a, b, [](double x, double y) { return x <= y ? 1.0 : 0.0; });
    case Operator::greater: return entrywise(arena, a, b, [](double x, double y) { return x > y ? 1.0 : 0.0; });
    case Operator::greater_equal: return entrywise(arena, a, b, [](double x, double y) { return x >= y ? 1.0 : 0.0; });
    default: return entrywise(arena, a, b, [](double x, double y) { return x == y ? 1.0 : 0.0; });
  }
}

Dense block_of(Arena& arena, const Dense& a, std::size_t row, std::size_t last_row, std::size_t col,
               std::size_t last_col) {
  if (row < 1 || col < 1 || row > last_row || col > last_col || last_row > a.rows || last_col > a.cols) return {};
  const Fresh made = fresh(arena, last_row - row + 1, last_col - col + 1);
  double* to = made.at;
  for (std::size_t j = col - 1; j < last_col; ++j) {
    for (std::size_t i = row - 1; i < last_row; ++i) *to++ = a.at[i + j * a.rows];
  }
  return made.dense;
}

Dense diagonal(Arena& arena, const Dense& a) {
  if (a.is_none() || a.is_scalar()) return a;
  if (a.is_vector()) {
    const std::size_t n = a.count();
    const Fresh made = fresh(arena, n, n);
    std::fill_n(made.at, made.dense.count(), 0.0);
    for (std::size_t i = 0; i < n && !made.dense.is_none(); ++i) made.at[i + i * n] = a.at[i];
    return made.dense;
  }
  if (a.rows != a.cols) return {};
  const Fresh made = fresh(arena, a.rows, 1);
  for (std::size_t i = 0; i < a.rows; ++i) made.at[i] = a.at[i + i * a.rows];
  return made.dense;
}

bool agree(const Dense& a, const Dense& b) {
  if (a.is_none() || !a.has_size_of(b)) return false;
  double largest = 1;
  for (std::size_t i = 0; i < b.count(); ++i) largest = std::max(largest, std::fabs(b.at[i]));
  for (std::size_t i = 0; i < b.count(); ++i) {
    if (!(std::fabs(a.at[i] - b.at[i]) <= 1e-7 * largest)) return false;
  }
  return true;
}

}  // namespace gradwright::check
