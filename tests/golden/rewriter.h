// True formulas written in other ways. Each is an identity of the algebra, applied to a person's text:
//   rewritings: at one place (transposed, distributed, reordered, functions written out, names opened);
//   index_form: entry by entry, `sum(k, A[i,k]*B[k,j])`; numpy_form: code, `A @ B`, `np.einsum('ij,jk->ik', A, B)`.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "read/formula/open_sheet.h"

namespace gradwright::check {

struct Rewriting {
  std::string name, gw;
};

[[nodiscard]] std::vector<Rewriting> rewritings(const std::string& gw, OpenSheet&);

/// Composite parts: `name` is the part, `gw` the formula with `own_part` in its place.
[[nodiscard]] std::vector<Rewriting> parts_of(const std::string& gw);

/// The entry at these index names ("" where an axis is 1); nothing where the size of a part is not known.
[[nodiscard]] std::optional<std::string> index_form(const std::string& gw, OpenSheet&, const std::string& row,
                                                    const std::string& column);

/// Code over arrays of two axes; which of NumPy's ways to say the same is drawn at random. Nothing where NumPy has none.
[[nodiscard]] std::optional<std::string> numpy_form(const std::string& gw, OpenSheet&, std::mt19937_64& random);

}  // namespace gradwright::check
