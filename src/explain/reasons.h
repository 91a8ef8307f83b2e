// Reasons: why a factor stands where it stands, and why it is transposed there: what a claim about a derivative is measured by.
// Read next: links.h (chains of Jacobians), sentences.h (single steps).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "explain/derived.h"
#include "present/document.h"

namespace gradwright {

/// "in denominator layout a chain grows to the left: ∂L/∂z2 = ∂a2/∂z2 · ∂z3/∂a2 · ∂L/∂z3, sizes 3×3 · 3×2 · 2×1"; where the nodes are
/// matrices, how a product passes back: "∂L/∂A = Wᵀ · ∂L/∂Z, sizes …". Nothing where the derivative rests on neither.
[[nodiscard]] std::optional<Rich> layout_sentence(Pool&, const Derived&);
/// The same at length: the chain by its names and by its values, with sizes, and why it grows on that side.
void tell_layout(Document&, Pool&, const Derived&);

/// Why a named factor stands transposed in the derivative, or as it is.
struct FactorReason {
  std::string name;
  bool is_transposed = false;
  bool of_variable = false;  ///< it is what the variable is multiplied by
  Rich because;              ///< "each entry [i,j] of ∂L/∂W3 carries …"
};
/// One for each named factor of a matrix product between the variable and the next line of the chain, and within the lines.
[[nodiscard]] std::vector<FactorReason> factor_reasons(Pool&, const Derived&);

}  // namespace gradwright
