// Builtins: what the makers of built-in functions may use of the Elaborator. A maker elaborates its arguments itself.
#pragma once

#include "read/formula/builtins.h"
#include "read/formula/elaborate.h"

namespace gradwright::formula {

struct Builtins {
  using E = Elaborator;
  /// Values of all arguments; empty where one is poisoned.
  [[nodiscard]] static std::vector<Value> arguments(E&, Ast call);
  /// The one argument, no tensor.
  [[nodiscard]] static Value matrix_argument(E&, Ast call, std::size_t which = 0);
  static void wrong_shape(E&, Ast call, std::size_t which, const Value&, const char* wanted);
  [[nodiscard]] static bool equal_shapes(E&, Ast call, const Value& a, const Value& b);

  // functions_reduce.cpp
  static Value sum(E&, Ast), mean(E&, Ast), prod(E&, Ast), max(E&, Ast), min(E&, Ast), var(E&, Ast), norm1(E&, Ast),
      norm2(E&, Ast);
  static Value dot(E&, Ast), tr(E&, Ast), det(E&, Ast), logdet(E&, Ast), logsumexp(E&, Ast);
  static std::optional<Value> det_of_power(E&, Ast call);
  static Value prod_others(E&, Ast);  ///< prod_others, rowprod_others, colprod_others
  static Value along(E&, Ast);        ///< rowsum … colmax, logsumexp_rows, logsumexp_cols
  static Value softmax(E&, Ast);      ///< softmax, softmax_rows, softmax_cols and log_…

  // functions_structure.cpp
  /// A size that an argument names, 1 at least.
  [[nodiscard]] static std::optional<Dim> size_at(E&, Ast argument);
  static Value eye(E&, Ast), ones(E&, Ast), diag(E&, Ast), vec(E&, Ast), reshape(E&, Ast), hcat(E&, Ast), vcat(E&, Ast);
  static Value outer(E&, Ast), inv(E&, Ast), kron(E&, Ast), solve(E&, Ast), commutation(E&, Ast), rot180(E&, Ast),
      flip(E&, Ast);
  static Value transpose(E&, Ast), triangle(E&, Ast), size(E&, Ast), delta(E&, Ast), square(E&, Ast), pow(E&, Ast);

  // functions_window.cpp
  static Value conv(E&, Ast), conv_full(E&, Ast), maxpool(E&, Ast), maxpool_mask(E&, Ast), conv2d(E&, Ast);
  /// The windows of a pooling: shape is {indices of x…, how many along each side, their size along each side}, without sides of extent 1.
  struct Windows {
    Expr expr;
    Shape shape;
    Shape counts, covered;              ///< of both sides: how many, and how far they reach
    std::vector<std::uint16_t> folded;  ///< axes of the size
  };
  [[nodiscard]] static std::optional<Windows> windows(E&, Ast call, const Value& x);

  // functions_derivative.cpp
  static Value grad(E&, Ast), jacobian(E&, Ast), hessian(E&, Ast);

  // access for the free functions of the makers' files
  static Pool& pool(E& e) { return e.pool_; }
  static Value value_with(E&, Ast of, const std::string& name, Expr input);
  static Value differentiated(E&, Ast call, Ast of, const Value& value, Ast wrt);
  static Value turned(E&, const Value&, bool rows, bool cols);
  static Value reduced_mean(E&, const Value&, bool rows, bool cols);
};

}  // namespace gradwright::formula
