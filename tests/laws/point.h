// Point: numbers for the variables of a sheet, which have the facts they are declared with; values and slopes there by the evaluator alone.
// The sheet is read without its facts: what is compared with is what the text says, before any fact or rewriting, and directions move
// freely.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ir/evaluate.h"
#include "read/formula/program.h"
#include "sheet.h"

namespace gradwright::laws {

struct Point {
  DimValues sizes;
  std::map<std::string, std::vector<double>> values;  ///< column by column
};
[[nodiscard]] Point point_of(const Sheet&, std::uint64_t seed);

/// A text that was read, and what it says at a point.
class Reading {
 public:
  explicit Reading(const std::string& text);
  [[nodiscard]] const std::string& fault() const { return fault_; }  ///< the first error; empty where it is well
  [[nodiscard]] const Pool& pool() const { return pool_; }
  [[nodiscard]] const Program& program() const { return program_; }
  [[nodiscard]] Bindings bindings(const Point&) const;
  /// Of a definition or variable; nothing where it has none there.
  [[nodiscard]] std::optional<std::vector<double>> value(const std::string& name, const Point&) const;
  [[nodiscard]] Expr expr(const std::string& name) const;
  /// As written: {rows, cols}; {} for a scalar.
  [[nodiscard]] std::vector<std::string> size_texts(const std::string& name) const;
  [[nodiscard]] std::vector<std::int64_t> surface(const std::string& name, const Point&) const;

 private:
  [[nodiscard]] Shape shape(const std::string& name) const;
  Pool pool_;
  Program program_;
  std::string fault_;
};

/// Everything on the way has a value of moderate size, also what a comparison or a maximum would hide; powers are within their domain.
[[nodiscard]] bool is_moderate(const Pool&, Expr root, const Bindings&);

/// One number a place, along a variable.
using Direction = std::vector<double>;

struct Slope {
  std::vector<double> values;
  double error = 0;  ///< how far it may be off
};
/// d/dt of a definition, the variable at x + t·direction. Nothing at a kink, or where numbers do not settle.
[[nodiscard]] std::optional<Slope> slope(const Reading& bare, const std::string& of, const Point&,
                                         const std::string& wrt, const Direction&);
/// d²/ds dt of a scalar, the one variable at x + s·first, the other at y + t·second.
[[nodiscard]] std::optional<Slope> second_slope(const Reading& bare, const std::string& of, const Point&,
                                                const std::string& first_wrt, const Direction& first,
                                                const std::string& wrt, const Direction& second);

/// Whether every function between the variables and a definition has a slope at its argument, and the slope one too where `order` is 2.
/// sqrt has none at 0: there the chain rule says nothing, and a formula made by it need not have a value. Judged by dual numbers. The slope of
/// a determinant is written by the inverse: none at a singular matrix.
[[nodiscard]] bool has_slopes(const Reading& bare, const std::string& of, const Point&,
                              const std::vector<std::string>& wrt, int order);

[[nodiscard]] bool is_finite(const std::vector<double>&);

/// |a − b| is no more than rounding and `error` explain.
[[nodiscard]] bool agree(const std::vector<double>& a, const std::vector<double>& b, double error);

}  // namespace gradwright::laws
