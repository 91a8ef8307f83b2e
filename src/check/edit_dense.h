// Dense: small column-major matrices in an arena, and the operators of the worksheet language over them. A product that does not
// conform has no value. 1×1 is a scalar. The operators mean what read/formula/elaborate_product.cpp and elaborate_sum.cpp say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "read/formula/ast.h"

namespace gradwright::check {

struct Dense {
  std::uint32_t rows = 0, cols = 0;  ///< 0×0: no value
  const double* at = nullptr;
  [[nodiscard]] bool is_none() const { return rows == 0; }
  [[nodiscard]] bool is_scalar() const { return rows == 1 && cols == 1; }
  [[nodiscard]] bool is_vector() const { return rows == 1 || cols == 1; }
  [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(rows) * cols; }
  [[nodiscard]] bool has_size_of(const Dense& other) const { return rows == other.rows && cols == other.cols; }
};

/// Memory that is given back down to a mark.
class Arena {
 public:
  [[nodiscard]] double* take(std::size_t count);
  struct Mark {
    std::size_t block = 0, used = 0;
  };
  [[nodiscard]] Mark mark() const { return {block_, used_}; }
  void release(Mark mark) {
    block_ = mark.block;
    used_ = mark.used;
  }

 private:
  static constexpr std::size_t block_size = 1U << 15U;
  std::vector<std::unique_ptr<double[]>> blocks_;
  std::size_t block_ = 0, used_ = 0;
};

constexpr std::size_t most_entries = 2048;

/// Entries unset; no value where it would be empty or too large.
struct Fresh {
  Dense dense;
  double* at = nullptr;
};
[[nodiscard]] Fresh fresh(Arena&, std::size_t rows, std::size_t cols);
[[nodiscard]] Dense constant(Arena&, double value, std::size_t rows = 1, std::size_t cols = 1);

[[nodiscard]] Dense multiplied(Arena&, const Dense&, formula::Operator, const Dense&);
/// Only the size of a product or sum: rows and cols.
[[nodiscard]] Dense size_of_result(const Dense&, formula::Operator, const Dense&);
[[nodiscard]] Dense added(Arena&, const Dense&, double factor, const Dense&);
[[nodiscard]] Dense scaled(Arena&, double factor, const Dense&);
[[nodiscard]] Dense transposed(Arena&, const Dense&);
[[nodiscard]] Dense raised(Arena&, const Dense& base, formula::Operator, const Dense& exponent);
[[nodiscard]] Dense compared(Arena&, const Dense&, formula::Operator, const Dense&);
[[nodiscard]] Dense inverse(Arena&, const Dense&);
[[nodiscard]] double determinant(const Dense&);
/// Rows and columns from, to, counted from 1.
[[nodiscard]] Dense block_of(Arena&, const Dense&, std::size_t row, std::size_t last_row, std::size_t col,
                             std::size_t last_col);
[[nodiscard]] Dense diagonal(Arena&, const Dense&);

/// Largest |a − b| within 1e-7 of the larger of 1 and the largest |b|; false for no value or one that is not finite.
[[nodiscard]] bool agree(const Dense& a, const Dense& b);

}  // namespace gradwright::check
