// Formulas, and derivatives with all that is known about how they came about.
// Each function in use: examples/embed/sheet.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw {

/// Which axis of a derivative is its rows. numerator: ∂z/∂x is len(z) × len(x), and a chain grows to the right; denominator: its transpose,
/// and a chain grows to the left; gradient: a gradient has the shape of its variable, a Jacobian is as in numerator layout.
enum class Layout { gradient, numerator, denominator };

/// A formula that stands by a name in others: `name = gw` is a statement of the worksheet language. `name` may have indices: `t1[i,j]`.
struct Named {
  std::string name;
  std::string gw, unicode, latex, mathml;
};

/// One formula in every notation.
struct Formula {
  std::string gw;       ///< in the worksheet language: read again after the lines of `where`, it is the same expression
  std::string unicode;  ///< on one line
  std::string latex;
  std::string latex_sized, mathml;  ///< with the size under every factor; where DeriveOptions::rich asks for them
  bool matrix_form = true;          ///< else it is written entry by entry
  std::vector<Named> where;         ///< what it rests on, in order

  /// The formula over the size of every factor, in lines of at most so many columns where it can be broken; no newline at the end.
  [[nodiscard]] std::string sized(std::size_t width = 80) const;

  struct Lines;
  std::shared_ptr<const Lines> lines = nullptr;  ///< what `sized` is made of
};

/// One line of a chain: `delta3` = ∂L/∂z3 = …, in terms of the lines above it.
struct ChainLine {
  std::string name, of, wrt;
  std::vector<std::string> size;  ///< rows and columns; none: a scalar
  Formula formula;
};

/// One step of a derivation. `rule`: a row of docs/reference/rules.md, or the kind of node an adjoint passes through.
struct Step {
  enum class Kind { adjoint, rewrite };
  Kind kind = Kind::rewrite;
  std::string rule;
  std::string before, after, size;  ///< in Unicode
  std::string text;                 ///< a sentence
};

/// A derivative compared with forward mode and finite differences of the sheet as it was read, at random points along random directions.
struct Verification {
  int points = 0;            ///< 0: it was not compared
  double max_rel_error = 0;  ///< relative to the largest slope
};

/// The derivative by a structured matrix (symmetric, diagonal …) whose free entries alone move, the others following.
struct StructuredDerivative {
  std::string structure;
  Formula formula;
  Verification verified;
};

struct Derivative {
  enum class Kind {
    gradient,  ///< of a scalar, by a scalar, vector or matrix
    jacobian,  ///< of a vector by a vector or scalar
    hessian,   ///< second derivative of a scalar; mixed where `first` is not empty
    tensor,    ///< of order 3 and 4, as a matrix of vec(of) by vec(wrt)
    by_scalar  ///< of a matrix or tensor by a scalar, in its own shape
  };
  std::string of, wrt;
  std::string first;               ///< of ∂²of/∂first∂wrt
  std::vector<std::string> entry;  ///< indices of `wrt`, where one entry was asked for
  Kind kind = Kind::gradient;
  Layout layout = Layout::gradient;
  std::vector<std::string> size;  ///< rows and columns, or axes, as the sheet writes them: "n", "2*d"; none: a scalar
  Formula formula;                ///< complete
  std::vector<ChainLine>
      chain;     ///< what `last` rests on, from the root down; empty where the formula stands for itself
  Formula last;  ///< in terms of the chain
  Verification verified;
  std::optional<StructuredDerivative> structured;
};

/// "gradient", "jacobian" …, as the JSON documents write it; `derivative` of by_scalar.
[[nodiscard]] std::string_view name_of(Derivative::Kind);

}  // namespace gw
