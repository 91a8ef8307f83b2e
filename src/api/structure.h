// The derivative by a structured matrix as a structured matrix: its free entries move, the others follow. With G the derivative that treats all
// entries as free: symmetric G + Gᵀ − G⊙I (S_ij and S_ji are one number), diagonal G⊙I.
#pragma once

#include "explain/derived.h"
#include "ir/pool.h"

namespace gradwright {

/// `facts` of the variable; nothing where `derived` is no gradient by a matrix with such a structure. `names` are those of the sheet.
[[nodiscard]] std::optional<Structured> structured_form(Pool&, const Derived& derived, Property facts, const Names& names, const PresentOptions&);

}  // namespace gradwright
