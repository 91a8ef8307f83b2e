// Derived: a derivative with all that is known about how it came about. What the stories are told from.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "derive/differences.h"
#include "explain/shared_trace.h"
#include "ir/layout.h"
#include "ir/names.h"
#include "present/present.h"

namespace gradwright {

/// One line of a chain: δ3 = ∂L/∂z3 = …
struct DerivedLine {
  std::string name;  ///< of the adjoint: `delta3`
  std::string by;    ///< whose adjoint it is: `z3`
  Shape surface;
  Expr node, variable, value;
  Formula formula;       ///< in terms of the lines above
  std::size_t cost = 0;  ///< operations in it
};

/// One entry of a derivative by a structured matrix, and where that is so.
struct StructuredEntry {
  std::string place;   ///< "i ≠ j"; empty where the entry that was asked for settles it
  Expr tensor;         ///< with the axes of what is derived, then those of the matrix
  std::string column;  ///< the second index, at which the tensor is read: `i` on the diagonal
};

/// The derivative as a matrix of the variable's structure: only its free entries move.
struct Structured {
  std::string structure;  ///< symmetric, diagonal, lower triangular, upper triangular, orthogonal
  std::string
      first_structure;  ///< of a mixed Hessian: that of the variable of the first derivative, where it is another
  Expr expr;            ///< as a matrix in the layout
  Formula formula;
  std::vector<StructuredEntry> entries;  ///< where one entry was asked for
  NumericCheck verified;                 ///< along moves that keep the structure
};

enum class DerivativeKind {
  gradient,  ///< of a scalar
  jacobian,  ///< of a vector by a vector or scalar
  hessian,   ///< second derivative of a scalar
  tensor,    ///< of order 3 and 4, as a matrix
  by_scalar  ///< of a matrix or tensor by a scalar, with the shape of the matrix
};
/// "gradient" …; "derivative" of by_scalar.
[[nodiscard]] constexpr std::string_view kind_name(DerivativeKind kind) {
  switch (kind) {
    case DerivativeKind::gradient: return "gradient";
    case DerivativeKind::jacobian: return "jacobian";
    case DerivativeKind::hessian: return "hessian";
    case DerivativeKind::tensor: return "tensor";
    case DerivativeKind::by_scalar: return "derivative";
  }
  return "gradient";
}

struct Derived {
  std::string of, wrt;
  std::string first;               ///< of a mixed Hessian block ∂²of/∂first∂wrt; else empty
  std::vector<std::string> entry;  ///< index texts of `wrt`, where one entry was asked for
  DerivativeKind kind = DerivativeKind::gradient;
  Layout layout = Layout::gradient;
  Shape surface;  ///< {rows, cols} of the result, {} for a scalar
  Expr source;    ///< what was differentiated: simplified
  Expr variable;  ///< by what: an Input
  Expr
      tensor;  ///< ∂source/∂variable with the axes of source, then those of variable; without variables of the chain, unless that is long and not verified
  Expr expr;   ///< the same as a matrix in the layout
  Formula formula;                 ///< complete: with its `where` items it reads back to the derivative
  std::vector<DerivedLine> chain;  ///< what the last line rests on, from the root down
  Expr last_value;
  Formula last;  ///< the derivative in terms of the chain
  std::shared_ptr<const Names> names;
  SharedTrace trace;
  NumericCheck verified;
  std::optional<Structured> structured;  ///< by a structured matrix: beside `formula`, which treats all entries as free
};

}  // namespace gradwright
