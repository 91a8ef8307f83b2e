// Expr: mathematics as a closed set of ten node kinds over positional axes, hash-consed in a Pool.
// Everything that looks like matrix notation (products, transposes, traces, diag, sums, broadcasts, outer products, the identity,
// the vector of ones) is one kind, Einsum. Order of a vector is 1: whether it stands as a column or a row is a matter of `present`.
// Read next: ir/make.h (the constructors and the canonical form they keep).
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/rational.h"
#include "ir/dim.h"

namespace gradwright {

struct ExprTag;
using Expr = Id<ExprTag>;
using Label = std::uint16_t;
using Labels = std::vector<Label>;

enum class Kind : std::uint8_t { input, literal, einsum, add, map, fold, window, reshape, gather, matrix };

enum class Role : std::uint8_t { data, parameter, constant, cut };

/// Facts about an Input; a set of bits.
enum class Property : std::uint32_t {
  none = 0,
  symmetric = 1,
  diagonal = 2,
  spd = 4,
  orthogonal = 8,
  invertible = 16,
  lower = 32,
  upper = 64,
  positive = 128,
  prob = 256,
  binary = 512,
  pm1 = 1024,
  onehot_rows = 2048,
  onehot_cols = 4096,
  simplex_rows = 8192,
  simplex_cols = 16384,
  unconstrained = 32768,  ///< no fact is used: how the derivative by it, entry by entry, is taken
};
[[nodiscard]] constexpr Property operator|(Property a, Property b) {
  return static_cast<Property>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
[[nodiscard]] constexpr bool has(Property set, Property fact) {
  return (static_cast<std::uint32_t>(set) & static_cast<std::uint32_t>(fact)) != 0;
}

/// A named leaf. `surface` is the size as written: {} for a scalar, {rows, cols}, or three and more axes.
struct InputInfo {
  std::string name;
  Role role = Role::data;
  Property properties = Property::none;
  Shape surface;
  friend bool operator==(const InputInfo&, const InputInfo&) = default;
};

/// out[…] = Σ over the labels not in `out` of Π operand[labels]. Labels index `dims` and are numbered by first use, `out` first.
/// A label repeated in `out` is a diagonal: entries off it are zero. A label without operand is a broadcast (in out) or a factor dim (summed).
struct EinsumLabels {
  Labels out;
  std::vector<Labels> operands;
  Shape dims;
  friend bool operator==(const EinsumLabels&, const EinsumLabels&) = default;
};

/// Σ coefficient·operand, ascending by operand; the empty one is zero.
struct Coefficients {
  std::vector<Rational> values;
  friend bool operator==(const Coefficients&, const Coefficients&) = default;
};

/// Elementwise functions; each is a row of the table in ir/functions.h.
enum class Function : std::uint8_t {
  exp,
  log,
  log1p,
  expm1,
  sqrt,
  abs,
  sign,
  step,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  erf,
  sigmoid,
  relu,
  leaky_relu,
  elu,
  gelu,
  silu,
  softplus,
  power,
  pow,
  max,
  min,
  greater,
  greater_equal,
  equal,
};
struct MapFunction {
  Function function = Function::exp;
  Rational parameter;  ///< the exponent of `power`; else 0
  friend bool operator==(const MapFunction&, const MapFunction&) = default;
};

enum class FoldKind : std::uint8_t { max, min, prod, logsumexp };
struct FoldAxes {
  FoldKind kind = FoldKind::max;
  std::vector<std::uint16_t> axes;  ///< ascending; the other axes stay, in order
  friend bool operator==(const FoldAxes&, const FoldAxes&) = default;
};

/// in-index of one operand axis = offset + Σ coefficient·out-index.
struct AffineIndex {
  struct Part {
    std::uint16_t axis = 0;  ///< axis of the result
    std::int64_t coefficient = 1;
    friend bool operator==(const Part&, const Part&) = default;
  };
  std::vector<Part> parts;  ///< ascending by axis, no zero coefficients
  Dim offset;
  friend bool operator==(const AffineIndex&, const AffineIndex&) = default;
};
/// out[o] = in[affine(o)], 0 where that is out of range. One AffineIndex an operand axis.
struct WindowIndex {
  std::vector<AffineIndex> axes;
  friend bool operator==(const WindowIndex&, const WindowIndex&) = default;
};

/// inverse, power: n×n → n×n; determinant, log|determinant|: n×n → scalar.
enum class MatrixKind : std::uint8_t { inverse, determinant, log_determinant, power };
struct MatrixFunction {
  MatrixKind kind = MatrixKind::inverse;
  Dim exponent;  ///< of a power: a size, which may be below 0; else none
  friend bool operator==(const MatrixFunction&, const MatrixFunction&) = default;
};

/// column-major reshape, and gather: no payload beyond shape and operands.
struct Plain {
  friend bool operator==(const Plain&, const Plain&) = default;
};

using Payload = std::variant<Plain, InputInfo, Rational, EinsumLabels, Coefficients, MapFunction, FoldAxes, WindowIndex,
                             MatrixFunction>;

struct Node {
  Kind kind = Kind::literal;
  bool symmetric = false;  ///< order 2 and known to equal its transpose
  Shape shape;
  std::vector<Expr> operands;
  Payload payload;
  friend bool operator==(const Node& a, const Node& b) {
    return a.kind == b.kind && a.shape == b.shape && a.operands == b.operands && a.payload == b.payload;
  }
};

}  // namespace gradwright
