// Numbers and scalar operations in C.
#pragma once

#include <set>
#include <string>

#include "emit/c.h"

namespace gradwright::emitting {

/// Spells operations in one precision and keeps what of <math.h> and of the file's own functions they call.
class CScalars {
 public:
  explicit CScalars(Precision precision) : precision_(precision) {}

  [[nodiscard]] std::string number(double) const;
  /// An expression of one operation; the arguments are names or numbers. Not for operations that read memory.
  [[nodiscard]] std::string call(Op, const std::string& x, const std::string& y, const std::string& z);
  [[nodiscard]] std::string real() const { return precision_ == Precision::float32 ? "float" : "double"; }
  /// exp → expf in float32
  [[nodiscard]] std::string math(const std::string& function) const {
    return precision_ == Precision::float32 ? function + "f" : function;
  }
  /// The functions of its own that the file needs, in order.
  [[nodiscard]] std::string functions() const;
  void need_matrix_algorithm() { needs_matrix_ = true; }

 private:
  Precision precision_;
  std::set<Op> polynomials_;
  bool needs_matrix_ = false;
};

}  // namespace gradwright::emitting
