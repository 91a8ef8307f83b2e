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
};

struct Derived {
  std::string of, wrt;
  std::string kind;  ///< gradient, jacobian, hessian, tensor
  Layout layout = Layout::gradient;
  Shape surface;     ///< {rows, cols} of the result, {} for a scalar
  Expr expr;
  Formula formula;
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
  [[nodiscard]] std::optional<Derived> derived_by(const Request&, const Target& wrt, const DeriveOptions&);
  Text text_;
  Pool pool_;
  Program program_;
  std::vector<Diagnostic> diagnostics_;
};

[[nodiscard]] std::string layout_name(Layout);
/// The JSON document `gradwright/derive/1`.
[[nodiscard]] std::string derive_json(Session&, const std::vector<Derived>&);

}  // namespace gradwright
