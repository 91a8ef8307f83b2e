// The loss of a worksheet and its gradients as one program: as a plan, as loops, as C, as LLVM's text.
#pragma once

#include <tl/expected.hpp>
#include <vector>

#include "emit/c.h"
#include "ir/evaluate.h"
#include "lower/lower.h"
#include "sheet/session.h"

namespace gradwright {

/// What `minimize L` asks for: L and its gradients by all parameters; without that line what `derive L wrt …` asks for, L and its
/// derivatives by whole inputs. Outputs are named as in claims: `L`, `dL/dW`.
struct LossComputation {
  Computation computation;
  Bindings fixed;               ///< values of the sheet's `const` lines
  Expr written;                 ///< the loss as the sheet says it, before any fact or rewrite
  std::vector<Expr> variables;  ///< the inputs there that it is derived by
};
/// Errors: G0405 no such line, G0404 the loss has entries.
[[nodiscard]] tl::expected<LossComputation, Diagnostic> loss_computation(Session&);

/// Definitions of the sheet as they are, without gradients. G0306.
[[nodiscard]] tl::expected<LossComputation, Diagnostic> value_computation(Session&,
                                                                          const std::vector<std::string>& names);

struct LossProgram {
  Plan plan;
  std::vector<CConstant> constants;
  std::vector<lowering::PassReport> passes;  ///< that led to the plan
};
/// The loss and its gradients, or these definitions. Also G0504: a size has no value; G0212: at these sizes an array is read outside.
[[nodiscard]] tl::expected<LossProgram, Diagnostic> loss_program(Session&, const DimValues&,
                                                                 const std::vector<std::string>& values = {});
/// A file of C with the function `name` and the places of its inputs and outputs.
[[nodiscard]] std::string exported_c(const LossProgram&, const std::string& name, Precision);
/// The header of that file: the function and those places.
[[nodiscard]] std::string exported_header(const LossProgram&, const std::string& name, Precision);
/// The same as LLVM's text for vectors of this machine.
[[nodiscard]] std::string exported_llvm(const LossProgram&, const std::string& name, Precision);

}  // namespace gradwright
