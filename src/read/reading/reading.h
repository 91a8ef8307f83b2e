// Reading: what a formula in a foreign notation (LaTeX, NumPy) means in the worksheet language, and where each part of it was written.
// Read next: latex/latex.h, numpy/numpy.h; sketch.h is how readings are made.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ir/dim.h"
#include "read/formula/program.h"
#include "source/diagnostic.h"

namespace gradwright {

/// Which part of the source a part of the written text stands for; ascending and without overlap in `written`.
struct SourceMap {
  struct Part {
    Span written, source;
  };
  std::vector<Part> parts;
  /// Each sub-formula, without the brackets around it in `written`, and all that stands for it in the source: brackets, command and scripts
  /// too. In the order written, a part before the whole.
  std::vector<Part> wholes;
  /// The smallest piece of the source that covers what `written` touches; empty at 0 where it touches nothing.
  [[nodiscard]] Span source_of(Span written) const;
};

struct Reading {
  std::string gw;
  SourceMap map;
  std::optional<Shape> surface;    ///< none where it does not conform
  std::vector<std::string> notes;  ///< what was decided: "`w` and `y - h` are multiplied entry by entry"
  std::optional<Layout> layout;    ///< in which its derivatives are read, where that is not the sheet's
};

/// What stands left of the first `=`.
struct LeftSide {
  enum class Kind { none, derivative, hessian, name, expression };
  Kind kind = Kind::none;
  /// Of a derivative. `wrt.name` is empty where it is not written (`\nabla L`), and may be no name of the sheet; `of.name` where an expression is derived, which stands in
  /// `readings`, or a letter that the sheet does not have: its loss, by another name. Of an expression: `of.entry` holds its free indices.
  Target of, wrt;
  Target first;          ///< of a second derivative: by what it was taken first; no name: by `wrt`, twice
  std::string name;      ///< of a name: as the worksheet language spells it
  std::string variable;  ///< what the sheet declares and a mark of `name` is on: w of w^*, \hat{w} and w itself
  std::vector<Reading> readings;        ///< of an expression
  std::vector<Diagnostic> diagnostics;  ///< why an expression has no reading
  Span span;
};

/// One side of a chain of equalities, with its readings, the most natural first.
struct ReadSide {
  Span span;
  std::vector<Reading> readings;
  std::vector<Diagnostic> diagnostics;  ///< why there is no reading
  std::optional<Diagnostic> fault;  ///< why it has no value though a reading may conform: rules of the notation's own
};

/// `left = side = side …`; without `=` there is one side and no left.
struct ReadEquation {
  Span span;
  LeftSide left;
  std::vector<ReadSide> sides;
  bool is_condition = false;    ///< the derivative on the left was set to 0, after the sides that are left
  bool is_consequence = false;  ///< of the equation before it: \Rightarrow
};

struct ReadDocument {
  std::vector<ReadEquation> equations;
  std::vector<Diagnostic> diagnostics;  ///< of the text as a whole, and notes on what was left out
};

}  // namespace gradwright
