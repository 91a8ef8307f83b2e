// The derivative by a structured matrix as a structured matrix: its free entries move, the others follow (derive/structure.h says how). Told beside
// the derivative that treats all entries as free: as one formula where that is short, else by what the structure does to G, J or H.
#pragma once

#include "derive/structure.h"
#include "explain/derived.h"
#include "ir/pool.h"

namespace gradwright {

/// What `Derived` does not say of itself.
struct StructuredRequest {
  Structure by = Structure::none;     ///< of the variable
  Structure over = Structure::none;   ///< of a Hessian: of the variable of the first derivative
  Expr variable;                      ///< as declared
  Expr source, tensor;                ///< those of Derived, by the variables as declared
  bool is_transposed = false;         ///< the layout transposes
  std::optional<std::uint64_t> seed;  ///< of the verification, where that is wanted
};

/// Nothing where the variable has no structure, or no such form. `names` are those of the sheet.
[[nodiscard]] std::optional<Structured> structured_form(Pool&, const Derived&, const StructuredRequest&,
                                                        const Names& names, const PresentOptions&);

}  // namespace gradwright
