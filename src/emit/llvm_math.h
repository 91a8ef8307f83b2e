// Scalar operations in LLVM's text, on numbers and on vectors of them.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "emit/llvm.h"
#include "emit/llvm_function.h"

namespace gradwright::emitting {

/// Writes arithmetic of one shape into one block.
struct Arithmetic {
  LlvmFunction& f;
  LlvmFunction::Block b;
  VectorType s;

  using V = std::string;
  [[nodiscard]] V k(double x) const { return s.number(x); }
  V binary(const char* op, const V& x, const V& y) const {
    return f.emit(b, fmt::format("{} {} {}, {}", op, s.type(), x, y));
  }
  V add(const V& x, const V& y) const { return binary("fadd contract", x, y); }
  V sub(const V& x, const V& y) const { return binary("fsub contract", x, y); }
  V mul(const V& x, const V& y) const { return binary("fmul contract", x, y); }
  V div(const V& x, const V& y) const { return binary("fdiv", x, y); }
  V neg(const V& x) const { return f.emit(b, fmt::format("fneg {} {}", s.type(), x)); }
  V unary(const char* intrinsic, const V& x) const {
    return f.emit(b, fmt::format("call {0} @llvm.{1}.{2}({0} {3})", s.type(), intrinsic, s.suffix(), x));
  }
  V fma(const V& x, const V& y, const V& z) const {
    return f.emit(b, fmt::format("call {0} @llvm.fma.{1}({0} {2}, {0} {3}, {0} {4})", s.type(), s.suffix(), x, y, z));
  }
  /// x with the sign of y.
  V signed_as(const V& x, const V& y) const {
    return f.emit(b, fmt::format("call {0} @llvm.copysign.{1}({0} {2}, {0} {3})", s.type(), s.suffix(), x, y));
  }
  /// `predicate` is a word of fcmp: ogt, uno …
  V compare(const char* predicate, const V& x, const V& y) const {
    return f.emit(b, fmt::format("fcmp {} {} {}, {}", predicate, s.type(), x, y));
  }
  V select(const V& condition, const V& x, const V& y) const {
    return f.emit(b, fmt::format("select {} {}, {} {}, {} {}", s.bit(), condition, s.type(), x, s.type(), y));
  }
  V bits(const V& x) const { return f.emit(b, fmt::format("bitcast {} {} to {}", s.type(), x, s.integer())); }
  V real_of_bits(const V& x) const { return f.emit(b, fmt::format("bitcast {} {} to {}", s.integer(), x, s.type())); }
  V whole(const char* op, const V& x, std::int64_t y) const {
    return f.emit(b, fmt::format("{} {} {}, {}", op, s.integer(), x, s.whole(y)));
  }
  V whole(const char* op, const V& x, const V& y) const {
    return f.emit(b, fmt::format("{} {} {}, {}", op, s.integer(), x, y));
  }
  /// c[0] + c[1]·x + …; of one number by pairs of pairs, which is more work and a shorter chain.
  V polynomial(const V& x, std::span<const double> c) const {
    if (s.lanes == 1) return polynomial_in_pairs(x, c);
    V value = k(c.back());
    for (std::size_t i = c.size() - 1; i-- > 0;) value = fma(value, x, k(c[i]));
    return value;
  }
  V polynomial_in_pairs(const V& x, std::span<const double> c) const {
    std::vector<V> terms;
    for (const double coefficient : c) terms.push_back(k(coefficient));
    for (V power = x; terms.size() > 1; power = terms.size() > 1 ? mul(power, power) : power) {
      std::vector<V> next;
      for (std::size_t i = 0; i + 1 < terms.size(); i += 2) next.push_back(fma(terms[i + 1], power, terms[i]));
      if (terms.size() % 2 == 1) next.push_back(terms.back());
      terms = std::move(next);
    }
    return terms[0];
  }
};

/// Spells operations in one precision and keeps which functions of the module they call.
class LlvmMath {
 public:
  explicit LlvmMath(const LlvmOptions& options) : options_(options) {}

  /// One operation on values of this shape; not for operations that read memory.
  std::string call(LlvmFunction&, LlvmFunction::Block, VectorType, Op, const std::string& x, const std::string& y,
                   const std::string& z);
  /// The larger or smaller one; nan where one of them is.
  std::string extremum(LlvmFunction&, LlvmFunction::Block, VectorType, Reduction, const std::string& total,
                       const std::string& x);
  /// One step of a reduction.
  std::string step(LlvmFunction&, LlvmFunction::Block, VectorType, Reduction, const std::string& total,
                   const std::string& x);
  /// What a reduction starts with.
  [[nodiscard]] static double start(Reduction);
  [[nodiscard]] const LlvmOptions& options() const { return options_; }
  [[nodiscard]] VectorType shape(int lanes) const { return {options_.precision, lanes}; }
  void declare(const std::string& declaration) { declarations_.insert(declaration); }
  /// Of all functions that were called.
  [[nodiscard]] std::string definitions() const;

 private:
  std::string lane_by_lane(Op, VectorType);
  LlvmOptions options_;
  std::map<std::string, std::string> functions_;  ///< by name
  std::set<std::string> declarations_;
};

/// The text of `name`, which computes the operation by a polynomial; empty where libm does it.
[[nodiscard]] std::string polynomial_function(Op, const std::string& name, VectorType, const VectorUnit&);

}  // namespace gradwright::emitting
