// The table of elementwise functions: one row each (value, derivative, LaTeX, NumPy, C, domain). Adding a function is adding a row.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "ir/pool.h"

namespace gradwright {

struct ScalarFunction {
  Function function;
  std::string_view name;  ///< as the worksheet language writes it
  std::size_t arity;
  double (*value)(double a, double b, double parameter);
  /// ∂node/∂operand[argument], elementwise, in the shape of the node; `node` is a Map of this function.
  Expr (*derivative)(Pool&, Expr node, std::size_t argument);
  std::string_view latex, numpy, c;  ///< `{0}` `{1}` stand for operands, `{p}` for the exponent
  std::string_view domain;           ///< in words: "x > 0"
  double low, high;                  ///< where random test points lie
  std::string_view kink;             ///< the convention at a kink ("relu'(0) = 0"); empty where smooth
};

[[nodiscard]] std::span<const ScalarFunction> scalar_functions();
[[nodiscard]] const ScalarFunction& scalar_function(Function);
[[nodiscard]] std::optional<Function> function_named(std::string_view name);

}  // namespace gradwright
