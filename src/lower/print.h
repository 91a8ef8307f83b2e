// A plan as text: what is stored and in which order kernels run (`plan_text`), and every loop with its body (`loops_text`).
#pragma once

#include <string>

#include "lower/passes.h"
#include "lower/plan.h"

namespace gradwright {

[[nodiscard]] std::string plan_text(const Plan&);
[[nodiscard]] std::string loops_text(const Plan&);
/// What each pass did, a line each.
[[nodiscard]] std::string passes_text(const std::vector<lowering::PassReport>&);
[[nodiscard]] std::string_view op_name(Op);
/// `i0*512 + i1`, `0`
[[nodiscard]] std::string affine_text(const Affine&);

}  // namespace gradwright
