// What a sheet declares of a data input (`binary`, `pm1`, `prob`, `onehot_rows` …), looked for in each sample before training.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "train/samples.h"

namespace gradwright {

class Declared {
 public:
  /// Of an input whose samples lie in the slot. What is said across samples (rows of a batch that add up to 1 down its columns) is not looked for.
  Declared(const Pool&, Expr input, const Slot&, bool is_batched);

  /// There is something to look for.
  [[nodiscard]] bool says_something() const { return !words_.empty(); }
  /// The words of the declaration: `binary`.
  [[nodiscard]] const std::string& words() const { return words_; }
  [[nodiscard]] bool is_pm1() const { return has(properties_, Property::pm1); }
  [[nodiscard]] bool is_binary() const { return has(properties_, Property::binary); }
  /// G0543 where a value is not so, entries as in a sample.
  [[nodiscard]] std::optional<Diagnostic> broken(std::span<const double> value) const;
  /// G0543 where a sample is not so. `sample`: its entries, the first axis fastest; `row`: of the data, from 1.
  [[nodiscard]] std::optional<Diagnostic> broken(std::span<const double> sample, std::size_t row) const;

 private:
  [[nodiscard]] Diagnostic fault(const std::string& what, const char* help) const;
  [[nodiscard]] std::optional<std::string> what_breaks(std::span<const double> sample) const;
  [[nodiscard]] std::optional<std::string> entry_breaks(std::span<const double> sample) const;
  [[nodiscard]] std::optional<std::string> sum_breaks(std::span<const double> sample) const;
  [[nodiscard]] std::optional<std::string> structure_breaks(std::span<const double> sample) const;
  [[nodiscard]] std::optional<std::string> orthogonality_breaks(std::span<const double> sample) const;
  [[nodiscard]] std::string place(std::size_t entry) const;

  std::string name_, words_;
  Property properties_ = Property::none;
  std::size_t rows_ = 1, columns_ = 1;  ///< of a sample
  bool is_matrix_ = false;
  bool is_vector_ = false;  ///< as declared
};

/// n×1, 1×n or a number: there `onehot` and `simplex` are said, of a matrix `onehot_rows` and the like.
[[nodiscard]] bool is_declared_vector(const Pool&, const InputInfo&);

/// G0543 where a value given for an input, the first axis fastest, is not what the sheet declares of it: formulas use what is declared.
[[nodiscard]] std::optional<Diagnostic> undeclared(const Pool&, Expr input, const std::vector<std::int64_t>& extents,
                                                   std::span<const double> value);

}  // namespace gradwright
