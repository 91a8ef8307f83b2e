// Session: from the text of a worksheet to derived, simplified, presented and verified formulas. The only room that sees all others.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "derive/differences.h"
#include "ir/evaluate.h"
#include "ir/trace.h"
#include "present/present.h"
#include "read/formula/program.h"

namespace gradwright {

struct DeriveOptions {
  std::optional<Layout> layout;  ///< overrides the sheet's `layout` line
  std::uint64_t seed = 1;        ///< of the random points of the verification
  bool verify = true;            ///< against finite differences
};

/// One line of a chain: δ3 = ∂L/∂z3 = …
struct DerivedLine {
  std::string name;     ///< of the adjoint: `delta3`
  std::string by;       ///< whose adjoint it is: `z3`
  Shape surface;
  Expr node, variable, value;
  Formula formula;      ///< in terms of the lines above
};

struct Derived {
  std::string of, wrt;
  std::string kind;  ///< gradient, jacobian, hessian, tensor
  Layout layout = Layout::gradient;
  Shape surface;     ///< {rows, cols} of the result, {} for a scalar
  Expr expr;         ///< the derivative, without variables of the chain
  Formula formula;   ///< complete: with its `where` items it reads back to the derivative
  std::vector<DerivedLine> chain;  ///< what the last line rests on, from the root down
  Formula last;      ///< the derivative in terms of the chain
  Trace trace;
  NumericCheck verified;
};

class Session {
 public:
  explicit Session(Text text);

  [[nodiscard]] const Text& text() const { return text_; }
  [[nodiscard]] const Program& program() const { return program_; }
  [[nodiscard]] Pool& pool() { return pool_; }
  /// Everything found while reading and deriving.
  [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }
  [[nodiscard]] bool has_errors() const;

  /// One result for each `wrt` of each request, in the order asked; what has an error is left out and stands in `diagnostics`.
  [[nodiscard]] std::vector<Derived> derived(const DeriveOptions& = {});

 private:
  Text text_;
  Pool pool_;
  Program program_;
  std::vector<Diagnostic> diagnostics_;
};

[[nodiscard]] std::string layout_name(Layout);
/// The JSON document `gradwright/derive/1`.
[[nodiscard]] std::string derive_json(Session&, const std::vector<Derived>&);

}  // namespace gradwright
