// From formulas and sizes to a plan. The table of contents of the room:
//   with_known_sizes → stabilised → spelled → distributed → with_signs_outside → contraction_order → pieces_of → scheduled → kernels_of → place_buffers
// One computation is value, gradients and update together: what they share is computed once, because equal formulas are one node.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "ir/pool.h"
#include "lower/passes.h"
#include "lower/plan.h"
#include "source/diagnostic.h"

namespace gradwright {

struct Computation {
  struct Output {
    std::string name;
    Expr expr;
  };
  /// The parameter `input` becomes `value`, once everything else has been computed from the old one.
  struct Update {
    Expr input;
    Expr value;
  };
  std::string name = "run";
  std::vector<Expr> inputs;  ///< their order in the plan; others that are reached follow by id
  std::vector<Output> outputs;
  std::vector<Update> updates;
};

struct LowerOptions {
  bool stabilise = true;
  bool fuse = true;               ///< off: every stage is a kernel of its own, for comparing
  lowering::PassListener told{};  ///< hears of every pass, in their order
};

/// G0504: a size has no value, or a negative one; G0511: more numbers than a workspace can hold.
[[nodiscard]] tl::expected<Plan, Diagnostic> plan_for(Pool&, const Computation&, const DimValues&,
                                                      const LowerOptions& = {});

}  // namespace gradwright
